-- INV-STEP-SIGHT: What a run can see only grows from step to step; a backtest and an import see their vintage throughout.
-- reads: rows
SELECT 'INV-STEP-SIGHT' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(s.run_id, s.hour, s.step) AS key,
    coalesce(s.ingest_through >= lag(s.ingest_through) OVER past, true) AND coalesce(s.inbox_through >= lag(s.inbox_through) OVER past, true)
      AND (r.mode NOT IN ('backtest', 'import') OR s.ingest_through = r.vintage_ingest_id) AS holds
  FROM tb.hour_step s JOIN tb.run r ON r.id = s.run_id
  WINDOW past AS (PARTITION BY s.retention, s.run_id ORDER BY s.hour, s.step)
) checked;

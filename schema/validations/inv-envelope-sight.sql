-- INV-ENVELOPE-SIGHT: An envelope tells when its hour was executed and what it could see, as the last step has it; the opening one as the run has it.
-- reads: rows
SELECT 'INV-ENVELOPE-SIGHT' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(e.run_id, e.hour) AS key,
    (validation.whole(e.j ->> 'ingestThrough'), validation.whole(e.j ->> 'inboxThrough'), validation.whole(e.j ->> 'executedAtMs'))
      = CASE WHEN e.hour < r.start_hour THEN (r.vintage_ingest_id, 0::bigint, r.created_ms) ELSE (s.ingest_through, s.inbox_through, s.executed_ms) END AS holds
  FROM validation.envelope e
  JOIN tb.run r ON r.id = e.run_id
  LEFT JOIN LATERAL (
    SELECT * FROM tb.hour_step s WHERE s.retention = e.retention AND s.run_id = e.run_id AND s.hour = e.hour ORDER BY step DESC LIMIT 1
  ) s ON true
  WHERE r.keep = 'full' OR e.hour < r.start_hour
) checked;

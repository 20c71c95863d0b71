-- INV-STEP-COUNTS: Steps of an hour and facts and decisions of a step are numbered from 0 without a gap, as many as the step says.
-- reads: rows
SELECT 'INV-STEP-COUNTS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(s.run_id, s.hour, s.step) AS key,
    (s.step = 0 OR EXISTS (SELECT FROM tb.hour_step p WHERE p.retention = s.retention AND p.run_id = s.run_id AND p.hour = s.hour AND p.step = s.step - 1))
      AND (SELECT (count(*), coalesce(min(seq), 0), coalesce(max(seq), -1)) FROM tb.fact f
           WHERE f.retention = s.retention AND f.run_id = s.run_id AND f.hour = s.hour AND f.step = s.step) = (s.facts::bigint, 0, s.facts - 1)
      AND (SELECT (count(*), coalesce(min(seq), 0), coalesce(max(seq), -1)) FROM tb.decision d
           WHERE d.retention = s.retention AND d.run_id = s.run_id AND d.hour = s.hour AND d.step = s.step) = (s.decisions::bigint, 0, s.decisions - 1) AS holds
  FROM tb.hour_step s
) checked;

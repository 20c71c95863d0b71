-- INV-STEP-STATE: The state an hour is sealed with is the state after its last step.
-- reads: rows
SELECT 'INV-STEP-STATE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(h.run_id, h.hour) AS key, h.j ->> 'state' = encode(s.state_digest, 'hex') AS holds
  FROM validation.hour_record h
  JOIN tb.run r ON r.id = h.run_id AND r.keep = 'full'
  LEFT JOIN LATERAL (
    SELECT state_digest FROM tb.hour_step s WHERE s.retention = h.retention AND s.run_id = h.run_id AND s.hour = h.hour ORDER BY step DESC LIMIT 1
  ) s ON true
) checked;

-- INV-ENVELOPE-CHAIN: Envelopes are chained from the one that opens the run, and every sealed hour has one.
-- reads: rows
SELECT 'INV-ENVELOPE-CHAIN' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(e.run_id, e.hour) AS key,
    e.j ->> 'previous' = encode(e.prev_hash, 'hex')
      AND e.prev_hash = CASE WHEN e.hour = r.start_hour - 1 THEN decode(repeat('00', 32), 'hex') ELSE p.hash END AS holds
  FROM validation.envelope e
  JOIN tb.run r ON r.id = e.run_id
  LEFT JOIN tb.envelope p ON p.retention = e.retention AND p.run_id = e.run_id AND p.hour = e.hour - 1
  UNION ALL
  SELECT validation.at(s.run_id, s.hour), e.run_id IS NOT NULL
  FROM (SELECT retention, run_id, hour FROM tb.hour_record UNION ALL SELECT retention, id, start_hour - 1 FROM tb.run) s
  LEFT JOIN tb.envelope e ON e.retention = s.retention AND e.run_id = s.run_id AND e.hour = s.hour
) checked;

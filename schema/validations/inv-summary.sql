-- INV-SUMMARY: A summary is of a sealed hour, names its hash as the head, and counts the hours and the trades up to it.
-- reads: rows
SELECT 'INV-SUMMARY' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(s.run_id, s.through_hour) AS key,
    validation.json(s.bytes) ->> 'head' = encode(h.hash, 'hex')
      AND validation.whole(validation.json(s.bytes) ->> 'hours') = s.through_hour - r.start_hour + 1
      AND (r.keep = 'full' OR validation.amount(validation.json(s.bytes) ->> 'realised')
           = (SELECT coalesce(sum(t.result), 0) FROM tb.trade t WHERE t.retention = s.retention AND t.run_id = s.run_id AND t.exit_hour <= s.through_hour)) AS holds
  FROM tb.run_summary s
  JOIN tb.run r ON r.id = s.run_id
  LEFT JOIN tb.hour_record h ON h.retention = s.retention AND h.run_id = s.run_id AND h.hour = s.through_hour
) checked;

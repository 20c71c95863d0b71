-- INV-HOUR-CONTIGUOUS: Hours of a run follow each other from its start hour without a gap.
-- reads: rows
SELECT 'INV-HOUR-CONTIGUOUS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(h.run_id, h.hour) AS key,
    h.hour = r.start_hour OR EXISTS (SELECT FROM tb.hour_record p WHERE p.retention = h.retention AND p.run_id = h.run_id AND p.hour = h.hour - 1) AS holds
  FROM tb.hour_record h JOIN tb.run r ON r.id = h.run_id
) checked;

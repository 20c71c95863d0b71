-- INV-HOUR-COUNTS: A sealed hour of a run kept in full has as many steps, facts and decisions as its record says.
-- reads: rows
SELECT 'INV-HOUR-COUNTS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(h.run_id, h.hour) AS key,
    validation.whole(h.j ->> 'steps') = (SELECT count(*) FROM tb.hour_step s WHERE s.retention = h.retention AND s.run_id = h.run_id AND s.hour = h.hour)
      AND validation.whole(h.j #>> '{counts,facts}') = (SELECT count(*) FROM tb.fact f WHERE f.retention = h.retention AND f.run_id = h.run_id AND f.hour = h.hour)
      AND validation.whole(h.j #>> '{counts,decisions}') = (SELECT count(*) FROM tb.decision d WHERE d.retention = h.retention AND d.run_id = h.run_id AND d.hour = h.hour) AS holds
  FROM validation.hour_record h JOIN tb.run r ON r.id = h.run_id
  WHERE r.keep = 'full'
) checked;

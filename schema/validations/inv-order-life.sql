-- INV-ORDER-LIFE: No simulated order works longer than an hour.
-- reads: rows
SELECT 'INV-ORDER-LIFE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(o.run_id, o.hour, o.step, o.seq) AS key,
    EXISTS (SELECT FROM tb.order_closed c WHERE c.retention = o.retention AND c.run_id = o.run_id AND c.order_id = o.order_id AND (c.hour, c.step) <= (o.hour + 1, o.step)) AS holds
  FROM tb.order_placed o
  JOIN tb.run r ON r.id = o.run_id AND r.mode <> 'live' AND r.id NOT IN (SELECT id FROM validation.recorded)
  WHERE EXISTS (SELECT FROM tb.hour_step s WHERE s.retention = o.retention AND s.run_id = o.run_id AND s.hour = o.hour + 1 AND s.step = o.step)
) checked;

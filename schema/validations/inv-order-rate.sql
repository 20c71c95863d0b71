-- INV-ORDER-RATE: No BUY was placed once the hour had as many orders as the profile in force allows.
-- reads: rows
SELECT 'INV-ORDER-RATE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(o.run_id, o.hour, o.step, o.seq) AS key,
    (SELECT count(*) FROM tb.order_placed e WHERE e.retention = o.retention AND e.run_id = o.run_id AND e.hour = o.hour AND (e.step, e.seq) < (o.step, o.seq)) < coalesce(p.most, 1000000) AS holds
  FROM tb.order_placed o
  CROSS JOIN LATERAL (
    SELECT validation.whole(f.j #>> '{entries,ordersPerHour}') AS most FROM validation.profile f WHERE f.run_id = o.run_id AND (f.hour, f.step, f.seq) < (o.hour, o.step, o.seq) ORDER BY f.hour DESC, f.step DESC, f.seq DESC LIMIT 1) p
  WHERE o.side = 'BUY'
) checked;

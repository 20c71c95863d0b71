-- INV-ORDER-CLOSED: An order ends once, after it was placed; FILLED means filled in full, any other end means less, and what filled is the sum of its fills.
-- reads: rows
SELECT 'INV-ORDER-CLOSED' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(c.run_id, c.hour, c.step, c.seq) AS key,
    o.symbol = c.symbol AND (c.hour, c.step) > (o.hour, o.step)
      AND c.filled = (SELECT coalesce(sum(t.quantity), 0) FROM tb.venue_trade t WHERE t.retention = c.retention AND t.run_id = c.run_id AND t.order_id = c.order_id)
      AND (c.status = 'FILLED') = (c.filled = o.quantity) AND c.filled <= o.quantity AND (c.status <> 'REJECTED' OR c.filled = 0)
      AND (SELECT count(*) FROM tb.order_closed d WHERE d.retention = c.retention AND d.run_id = c.run_id AND d.order_id = c.order_id) = 1 AS holds
  FROM tb.order_closed c LEFT JOIN tb.order_placed o ON o.retention = c.retention AND o.run_id = c.run_id AND o.order_id = c.order_id
  WHERE c.run_id NOT IN (SELECT id FROM validation.recorded)
) checked;

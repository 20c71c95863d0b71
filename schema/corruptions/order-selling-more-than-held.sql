-- A SELL of more than its agent holds.
-- trips: INV-ORDER-CLOSED, INV-ORDER-PLACED-COLUMNS, INV-REDUCE-ONLY
-- plant in: stripped
UPDATE tb.order_placed SET quantity = quantity * 2
WHERE (run_id, hour, step, seq) = (SELECT o.run_id, o.hour, o.step, o.seq FROM tb.order_placed o JOIN tb.run r ON r.id = o.run_id AND r.name = 'paper-stops' JOIN tb.order_closed c ON c.run_id = o.run_id AND c.order_id = o.order_id AND c.status = 'FILLED' WHERE o.side = 'SELL' ORDER BY o.hour, o.step, o.seq LIMIT 1)
RETURNING run_id, hour, step, seq, (SELECT c.run_id || '/' || c.hour || '.' || c.step || '.' || c.seq FROM tb.order_closed c WHERE c.run_id = order_placed.run_id AND c.order_id = order_placed.order_id) AS closed;

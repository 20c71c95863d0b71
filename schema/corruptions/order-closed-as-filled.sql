-- An order that expired, called FILLED.
-- trips: INV-ORDER-CLOSED, INV-ORDER-CLOSED-COLUMNS
-- plant in: stripped
UPDATE tb.order_closed SET status = 'FILLED'
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.order_closed JOIN tb.run r ON r.id = run_id AND r.name = 'paper-stops' WHERE status = 'EXPIRED' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

-- An order whose reservation is less than its fill cost.
-- trips: INV-ORDER-PLACED-COLUMNS, INV-ORDER-RESERVATION
-- plant in: stripped
UPDATE tb.order_placed SET reserved = 1
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.order_placed JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE side = 'BUY' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

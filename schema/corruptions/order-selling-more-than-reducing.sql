-- A SELL that may do more than reduce.
-- trips: INV-ORDER-PLACED-COLUMNS, INV-ORDER-RESERVATION
-- plant in: stripped
UPDATE tb.order_placed SET reduce_only = false
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.order_placed JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE side = 'SELL' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

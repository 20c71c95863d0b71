-- An end that tells of less than the fills brought.
-- trips: INV-ORDER-CLOSED, INV-ORDER-CLOSED-COLUMNS
-- plant in: stripped
UPDATE tb.order_closed SET filled = filled - 0.01
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.order_closed JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE status = 'FILLED' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

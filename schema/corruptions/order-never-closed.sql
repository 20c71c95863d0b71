-- An order that works on for ever.
-- trips: INV-ORDER-CLOSED-COLUMNS, INV-ORDER-LIFE
-- plant in: stripped
DELETE FROM tb.order_closed WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.order_closed JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE true ORDER BY hour, step, seq OFFSET 1 LIMIT 1)
RETURNING run_id, hour, step, seq, run_id || '/' || order_id AS placed;

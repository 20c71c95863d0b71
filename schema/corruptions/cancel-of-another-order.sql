-- A cancel of an order that was never placed.
-- trips: INV-CANCEL-COLUMNS, INV-CANCEL-TARGET
-- plant in: stripped
UPDATE tb.cancel_requested SET order_id = '1.0.0'
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.cancel_requested JOIN tb.run r ON r.id = run_id AND r.name = 'paper-five-minutes' WHERE true ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

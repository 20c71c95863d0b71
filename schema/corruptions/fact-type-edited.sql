-- An acknowledgement recorded under the type of a rejection.
-- trips: INV-FACT-COLUMNS
-- plant in: stripped
UPDATE tb.fact SET type = 'order_rejected'
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.fact JOIN tb.run r ON r.id = run_id AND r.name = 'paper-five-minutes' WHERE type = 'order_acknowledged' ORDER BY hour, step, seq OFFSET 2 LIMIT 1)
RETURNING run_id, hour, step, seq;

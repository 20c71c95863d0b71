-- A command from after its own step.
-- trips: INV-FACT-COLUMNS, INV-FACT-ORDER
-- plant in: stripped
UPDATE tb.fact SET at_ms = at_ms + 7200000
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.fact JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE type = 'operator' ORDER BY hour, step, seq OFFSET 1 LIMIT 1)
RETURNING run_id, hour, step, seq;

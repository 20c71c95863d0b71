-- A signal of an agent that the manifest does not know.
-- trips: INV-AGENTS, INV-SIGNAL-COLUMNS
-- plant in: stripped
UPDATE tb.signal SET agent = 'somebody'
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.signal JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE true ORDER BY hour, step, seq OFFSET 1 LIMIT 1)
RETURNING run_id, hour, step, seq;

-- A command that two facts name as theirs.
-- trips: INV-INBOX-CONSUMED
-- plant in: stripped
UPDATE tb.fact SET inbox_id = (SELECT inbox_id FROM tb.fact o WHERE o.run_id = fact.run_id AND o.inbox_id IS NOT NULL ORDER BY o.inbox_id LIMIT 1)
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.fact JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE inbox_id IS NOT NULL ORDER BY hour, step, seq OFFSET 2 LIMIT 1)
RETURNING run_id, hour, step, seq;

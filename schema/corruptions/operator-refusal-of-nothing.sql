-- A refusal of a command that nobody gave.
-- trips: INV-OPERATOR-ANSWER, INV-OPERATOR-REFUSED-COLUMNS
-- plant in: stripped
UPDATE tb.operator_refused SET key = 'x-1'
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.operator_refused JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE command = 'withdraw' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

-- A refused withdrawal that claims another limit.
-- trips: INV-OPERATOR-REFUSED-COLUMNS
-- plant in: stripped
UPDATE tb.operator_refused SET limit_amount = limit_amount + 1
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.operator_refused JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE command = 'withdraw' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

-- A halt in the name of the operator that nobody commanded.
-- trips: INV-RISK-CAUSE, INV-RISK-CHANGE-COLUMNS
-- plant in: stripped
UPDATE tb.risk_change SET actor = 'operator'
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.risk_change JOIN tb.run r ON r.id = run_id AND r.name = 'paper-halted' WHERE actor = 'risk' ORDER BY hour, step, seq LIMIT 1)
RETURNING run_id, hour, step, seq;

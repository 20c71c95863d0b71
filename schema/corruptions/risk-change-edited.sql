-- A resume that starts from another status than the run was in.
-- trips: INV-RISK-CHAIN, INV-RISK-CHANGE-COLUMNS
-- plant in: stripped
UPDATE tb.risk_change SET from_status = 'KILLED'
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.risk_change JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE to_status = 'ACTIVE' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

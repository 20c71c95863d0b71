-- A balance that was told to be less overdrawn than it was.
-- trips: INV-BALANCE-OVERDRAWN, INV-BALANCE-OVERDRAWN-COLUMNS
-- plant in: stripped
UPDATE tb.balance_overdrawn SET balance = balance / 2 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.balance_overdrawn JOIN tb.run r ON r.id = run_id AND r.name = 'import-overdrawn' WHERE true ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

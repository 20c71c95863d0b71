-- More left the account than its books say.
-- trips: INV-ACCOUNT-TRANSFER-COLUMNS, INV-ACCOUNT-UNITS
-- plant in: stripped
UPDATE tb.account_transfer SET quantity = quantity + 1 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.account_transfer JOIN tb.run r ON r.id = run_id AND r.name = 'import-history' WHERE direction = 'out' AND asset = 'TOK' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

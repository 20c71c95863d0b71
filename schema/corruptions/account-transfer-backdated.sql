-- Units that came in, acquired earlier than was told.
-- trips: INV-ACCOUNT-TRANSFER-COLUMNS
-- plant in: stripped
UPDATE tb.account_transfer SET acquired_ms = acquired_ms - 1 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.account_transfer JOIN tb.run r ON r.id = run_id AND r.name = 'import-history' WHERE direction = 'in' AND asset = 'TOK' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

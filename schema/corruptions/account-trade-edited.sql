-- A trade of the account at another price than its fact.
-- trips: INV-ACCOUNT-TRADE-COLUMNS
-- plant in: stripped
UPDATE tb.account_trade SET price = price + 1 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.account_trade JOIN tb.run r ON r.id = run_id AND r.name = 'import-history' WHERE true ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

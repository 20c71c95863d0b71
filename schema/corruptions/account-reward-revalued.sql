-- A reward that was worth more than its income.
-- trips: INV-ACCOUNT-REWARD-COLUMNS, INV-ACCOUNT-WORTH, INV-BOOKS-TIE
-- plant in: stripped
UPDATE tb.account_reward SET value = value + 1 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.account_reward JOIN tb.run r ON r.id = run_id AND r.name = 'import-history' WHERE purpose = 'income' AND asset = 'TOK' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq, run_id || ' income' AS account;

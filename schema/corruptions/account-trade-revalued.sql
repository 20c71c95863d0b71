-- A trade of one asset for another, worth more than it was booked at.
-- trips: INV-ACCOUNT-TRADE-COLUMNS, INV-ACCOUNT-WORTH
-- plant in: stripped
UPDATE tb.account_trade SET value = value + 1 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.account_trade JOIN tb.run r ON r.id = run_id AND r.name = 'import-history' WHERE symbol = 'DUN/AUR' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

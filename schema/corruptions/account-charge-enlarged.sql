-- More was charged than left the account.
-- trips: INV-ACCOUNT-CHARGE-COLUMNS, INV-ACCOUNT-UNITS
-- plant in: stripped
UPDATE tb.account_charge SET quantity = quantity + 1 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.account_charge JOIN tb.run r ON r.id = run_id AND r.name = 'import-history' WHERE purpose = 'fees' AND asset = 'DUN' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

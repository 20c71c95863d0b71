-- A posting that makes its entry lopsided.
-- trips: INV-BALANCE, INV-DOUBLE-ENTRY, INV-LEDGER-OPERATOR, INV-POSTING-COLUMNS, INV-TRIAL-BALANCE
-- plant in: stripped
UPDATE tb.posting SET amount = amount - 5 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.ledger_entry JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE kind = 'deposit' AND reference <> 'opening' ORDER BY hour, step, seq OFFSET 0 LIMIT 1) AND account = 'cash'
RETURNING run_id, hour, step, seq, run_id || '/' || hour || '.' || step || '.' || seq || '.' || ordinal AS key, run_id || ' cash' AS balance;

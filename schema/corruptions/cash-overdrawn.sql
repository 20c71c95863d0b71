-- A withdrawal of more than there was, booked on both sides.
-- trips: INV-BALANCE, INV-CASH-NOT-NEGATIVE, INV-LEDGER-OPERATOR, INV-POSTING-COLUMNS, INV-TRIAL-BALANCE
-- plant in: stripped
UPDATE tb.posting SET amount = amount + CASE account WHEN 'cash' THEN -50000 ELSE 50000 END
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.ledger_entry JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE kind = 'withdrawal' ORDER BY hour DESC, step DESC, seq DESC LIMIT 1)
RETURNING run_id, hour, step, seq, run_id || '/' || hour || '.' || step || '.' || seq || '.' || ordinal AS key, run_id || ' cash' AS balance;

-- A deposit booked as a transfer of units.
-- trips: INV-ACCOUNT-ENTRIES, INV-LEDGER-ENTRY-COLUMNS
-- plant in: stripped
UPDATE tb.ledger_entry SET kind = 'transfer_in' WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.ledger_entry JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE kind = 'deposit' AND reference <> 'opening' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

-- An opening balance that says it was something else.
-- trips: INV-LEDGER-ENTRY-COLUMNS, INV-LEDGER-OPENING, INV-LEDGER-OPERATOR
-- plant in: stripped
UPDATE tb.ledger_entry SET reference = 'gift' WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.ledger_entry JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE kind = 'deposit' AND reference = 'opening' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

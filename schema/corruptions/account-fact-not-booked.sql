-- A reward that no entry books.
-- trips: INV-ACCOUNT-ENTRIES, INV-ACCOUNT-UNITS, INV-LEDGER-ENTRY-COLUMNS
-- plant in: stripped
DELETE FROM tb.ledger_entry WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.ledger_entry JOIN tb.run r ON r.id = run_id AND r.name = 'import-history' WHERE kind = 'reward' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq,
  (SELECT w.run_id || '/' || w.hour || '.' || w.step || '.' || w.seq FROM tb.account_reward w WHERE w.run_id = ledger_entry.run_id AND w.id = ledger_entry.reference) AS fact;

-- A fill that was never booked.
-- trips: INV-FILL-CASH, INV-LEDGER-ENTRY-COLUMNS, INV-LEDGER-PER-FILL
-- plant in: stripped
DELETE FROM tb.ledger_entry WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.ledger_entry JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE kind = 'sell' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq,
  (SELECT t.run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.venue_trade t WHERE t.run_id = ledger_entry.run_id AND t.trade_id = ledger_entry.reference) AS fill;

-- Both sides of a purchase made cheaper: it balances, and cash is better than it was.
-- trips: INV-BALANCE, INV-BOOKS-TIE, INV-FILL-CASH, INV-POSTING-COLUMNS, INV-TRIAL-BALANCE
-- plant in: stripped
UPDATE tb.posting SET amount = amount + CASE account WHEN 'cash' THEN 7 ELSE -7 END WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.ledger_entry JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE kind = 'buy' ORDER BY hour, step, seq OFFSET 0 LIMIT 1) AND account IN ('cash', 'cost')
RETURNING run_id, hour, step, seq, run_id || '/' || hour || '.' || step || '.' || seq || '.' || ordinal AS key, run_id || ' cost' AS account, run_id || ' cash' AS balance,
  (SELECT t.run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.venue_trade t JOIN tb.ledger_entry e ON e.reference = t.trade_id AND e.run_id = t.run_id
   WHERE (e.run_id, e.hour, e.step, e.seq) = (posting.run_id, posting.hour, posting.step, posting.seq)) AS fill;

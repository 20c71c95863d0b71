-- A lot without an order that no fact about the account brought.
-- trips: INV-ACCOUNT-WORTH, INV-LOT-COLUMNS, INV-LOT-ORIGIN
-- plant in: stripped
UPDATE tb.lot SET trade_id = 'x-9' WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.lot JOIN tb.run r ON r.id = run_id AND r.name = 'import-overdrawn' WHERE quantity < 0 ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq,
  (SELECT t.run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.account_trade t WHERE t.run_id = lot.run_id AND t.id = 't-1') AS fact;

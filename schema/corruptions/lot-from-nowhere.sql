-- A lot that no fill brought, in the middle of a run.
-- trips: INV-FILL-LOTS, INV-LOT-COLUMNS, INV-LOT-ORIGIN
-- plant in: stripped
UPDATE tb.lot SET trade_id = NULL, order_id = NULL WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.lot JOIN tb.run r ON r.id = run_id AND r.name = 'backtest-full' WHERE trade_id IS NOT NULL ORDER BY hour, step, seq OFFSET 1 LIMIT 1)
RETURNING run_id, hour, step, seq,
  (SELECT t.run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.venue_trade t JOIN tb.order_placed o ON o.run_id = t.run_id AND o.order_id = t.order_id AND o.side = 'BUY'
   WHERE t.run_id = lot.run_id AND t.hour = lot.hour ORDER BY t.seq LIMIT 1) AS fill;

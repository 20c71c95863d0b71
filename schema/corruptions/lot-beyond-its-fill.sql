-- A lot that holds more than its fill brought.
-- trips: INV-FIFO, INV-FILL-LOTS, INV-LOT-COLUMNS, INV-LOT-ORIGIN, INV-POSITION
-- plant in: stripped
UPDATE tb.lot SET quantity = quantity + 1 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.lot JOIN tb.run r ON r.id = run_id AND r.name = 'backtest-full' WHERE trade_id IS NOT NULL ORDER BY hour, step, seq OFFSET 1 LIMIT 1)
RETURNING run_id, hour, step, seq, run_id || ' ' || split_part(symbol, '/', 1) AS position,
  (SELECT t.run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.venue_trade t WHERE t.run_id = lot.run_id AND t.trade_id = lot.trade_id) AS fill,
  (SELECT t.run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.lot_match t WHERE t.run_id = lot.run_id AND t.symbol = lot.symbol AND (t.hour, t.step, t.seq) > (lot.hour, lot.step, lot.seq) AND t.lot_id <> lot.lot_id ORDER BY t.hour, t.step, t.seq LIMIT 1) AS later;

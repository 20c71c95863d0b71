-- A match that takes more than its lot holds.
-- trips: INV-FILL-LOTS, INV-LOT-MATCH-COLUMNS, INV-LOT-QUANTITY, INV-POSITION
-- plant in: stripped
UPDATE tb.lot_match SET quantity = quantity + 1 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.lot_match JOIN tb.run r ON r.id = run_id AND r.name = 'backtest-full' WHERE true ORDER BY hour DESC, step DESC, seq DESC LIMIT 1)
RETURNING run_id, hour, step, seq, run_id || ' ' || split_part(symbol, '/', 1) AS position, run_id || '/' || lot_id AS lot,
  (SELECT t.run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.venue_trade t WHERE t.run_id = lot_match.run_id AND t.trade_id = lot_match.trade_id) AS fill;

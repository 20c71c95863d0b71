-- A closed lot whose pieces do not add up to its cost.
-- trips: INV-BOOKS-TIE, INV-FILL-LOTS, INV-LOT-COLUMNS, INV-LOT-RESIDUE
-- plant in: stripped
UPDATE tb.lot SET cost = cost + 0.01 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.lot JOIN tb.run r ON r.id = run_id AND r.name = 'backtest-full' WHERE trade_id IS NOT NULL ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq, run_id || ' cost' AS account,
  (SELECT t.run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.venue_trade t WHERE t.run_id = lot.run_id AND t.trade_id = lot.trade_id) AS fill;

-- An order that filled and is not there.
-- trips: INV-FILL-CASH, INV-FILL-LOTS, INV-FILL-ORDER, INV-FILL-PRICE, INV-LEDGER-PER-FILL, INV-LOT-ORIGIN, INV-ORDER-CLOSED, INV-ORDER-PLACED-COLUMNS
-- plant in: stripped
DELETE FROM tb.order_placed WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.order_placed JOIN tb.run r ON r.id = run_id AND r.name = 'backtest-full' WHERE side = 'BUY' AND EXISTS (SELECT FROM tb.venue_trade t WHERE t.run_id = order_placed.run_id AND t.order_id = order_placed.order_id) ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq, (SELECT run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.venue_trade t WHERE t.run_id = order_placed.run_id AND t.order_id = order_placed.order_id ORDER BY t.hour, t.step, t.seq LIMIT 1) AS fill,
  (SELECT run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.order_closed t WHERE t.run_id = order_placed.run_id AND t.order_id = order_placed.order_id) AS closed,
  (SELECT run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.lot t WHERE t.run_id = order_placed.run_id AND t.order_id = order_placed.order_id ORDER BY t.hour, t.step, t.seq LIMIT 1) AS lot;

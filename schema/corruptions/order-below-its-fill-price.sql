-- A collar below the price its order filled at.
-- trips: INV-FILL-PRICE, INV-ORDER-PLACED-COLUMNS
-- plant in: stripped
UPDATE tb.order_placed SET collar_price = mark / 2 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.order_placed JOIN tb.run r ON r.id = run_id AND r.name = 'backtest-full' WHERE side = 'BUY' AND collar_price IS NOT NULL AND EXISTS (SELECT FROM tb.venue_trade t WHERE t.run_id = order_placed.run_id AND t.order_id = order_placed.order_id) ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq, (SELECT run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.venue_trade t WHERE t.run_id = order_placed.run_id AND t.order_id = order_placed.order_id ORDER BY t.hour, t.step, t.seq LIMIT 1) AS fill;

-- An order of a quantity that the market does not trade.
-- trips: INV-ORDER-PLACED-COLUMNS, INV-ORDER-STEPS
-- plant in: stripped
UPDATE tb.order_placed SET quantity = quantity + 0.00001
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.order_placed JOIN tb.run r ON r.id = run_id AND r.name = 'paper-five-minutes' WHERE side = 'BUY' AND NOT EXISTS (SELECT FROM tb.venue_trade t WHERE t.run_id = order_placed.run_id AND t.order_id = order_placed.order_id) ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

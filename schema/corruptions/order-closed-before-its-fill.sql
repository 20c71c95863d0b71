-- An end that stands before the fill it tells of.
-- trips: INV-FILL-ORDER, INV-ORDER-CLOSED, INV-ORDER-CLOSED-COLUMNS
-- plant in: stripped
UPDATE tb.order_closed SET hour = hour - 1 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.order_closed JOIN tb.run r ON r.id = run_id AND r.name = 'backtest-full' WHERE status = 'FILLED' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq, run_id || '/' || (hour + 1) || '.' || step || '.' || seq AS decided,
  (SELECT run_id || '/' || t.hour || '.' || t.step || '.' || t.seq FROM tb.venue_trade t WHERE t.run_id = order_closed.run_id AND t.order_id = order_closed.order_id LIMIT 1) AS fill;

-- A fill with another price than its fact.
-- trips: INV-FILL-CASH, INV-FILL-LOTS, INV-VENUE-TRADE-COLUMNS
-- plant in: stripped
UPDATE tb.venue_trade SET price = price - 1 WHERE (run_id, hour, step, seq) = (
  SELECT f.run_id, f.hour, f.step, f.seq FROM tb.venue_trade f JOIN tb.run r ON r.id = f.run_id AND r.name = 'paper-hourly'
  JOIN tb.order_placed o ON o.run_id = f.run_id AND o.order_id = f.order_id AND o.side = 'BUY' ORDER BY f.hour, f.step, f.seq LIMIT 1)
RETURNING run_id, hour, step, seq;

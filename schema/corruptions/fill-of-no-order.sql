-- A fill of an order that was never placed.
-- trips: INV-FILL-CASH, INV-FILL-LOTS, INV-FILL-ORDER, INV-FILL-PRICE, INV-LEDGER-PER-FILL, INV-LOT-ORIGIN, INV-ORDER-CLOSED, INV-VENUE-TRADE-COLUMNS
-- plant in: stripped
UPDATE tb.venue_trade SET order_id = '1.0.0' WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.venue_trade JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE true ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq, 'fill ' || run_id || '/' || hour || '.' || step || '.' || seq AS key,
  (SELECT run_id || '/' || l.hour || '.' || l.step || '.' || l.seq FROM tb.lot l WHERE l.run_id = venue_trade.run_id AND l.trade_id = venue_trade.trade_id) AS lot,
  (SELECT run_id || '/' || c.hour || '.' || c.step || '.' || c.seq FROM tb.order_closed c WHERE c.run_id = venue_trade.run_id AND c.hour = venue_trade.hour ORDER BY c.seq LIMIT 1) AS closed;

-- INV-REDUCE-ONLY: The working SELLs of an agent never sum to more than it holds: no unit is sold twice or short.
-- reads: rows
SELECT 'INV-REDUCE-ONLY' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(o.run_id, o.hour, o.step, o.seq) AS key,
    (SELECT coalesce(sum(l.quantity), 0) FROM tb.lot l
     WHERE l.retention = o.retention AND l.run_id = o.run_id AND l.agent = o.agent AND l.symbol = o.symbol AND (l.hour, l.step) <= (o.hour, o.step))
      - (SELECT coalesce(sum(CASE WHEN t.owed THEN -t.quantity ELSE t.quantity END), 0) FROM validation.taken t
         WHERE t.retention = o.retention AND t.run_id = o.run_id AND t.agent = o.agent AND t.symbol = o.symbol AND (t.hour, t.step) <= (o.hour, o.step))
      >= (
        SELECT coalesce(sum(w.quantity - f.units), 0)
        FROM tb.order_placed w
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(t.quantity), 0) AS units FROM tb.venue_trade t
          WHERE t.retention = w.retention AND t.run_id = w.run_id AND t.order_id = w.order_id AND (t.hour, t.step) <= (o.hour, o.step)) f
        WHERE w.retention = o.retention AND w.run_id = o.run_id AND w.side = 'SELL' AND w.agent = o.agent AND w.symbol = o.symbol AND (w.hour, w.step, w.seq) <= (o.hour, o.step, o.seq) AND NOT EXISTS (SELECT FROM tb.order_closed c WHERE c.retention = w.retention AND c.run_id = w.run_id AND c.order_id = w.order_id AND (c.hour, c.step) <= (o.hour, o.step))) AS holds
  FROM tb.order_placed o WHERE o.side = 'SELL'
) checked;

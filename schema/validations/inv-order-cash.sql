-- INV-ORDER-CASH: What the working BUYs of a step may cost at least is never more than the cash after what the step booked: there is no leverage.
-- reads: rows
SELECT 'INV-ORDER-CASH' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  -- An order without a collar shares the cash that is left, and gives it back to later entries: only its price at the mark is sure.
  SELECT validation.at(o.run_id, o.hour, o.step, o.seq) AS key,
    (SELECT coalesce(sum(p.amount), 0) FROM tb.posting p WHERE p.retention = o.retention AND p.run_id = o.run_id AND p.account = 'cash' AND (p.hour, p.step) <= (o.hour, o.step))
      >= (
        SELECT coalesce(sum(CASE
            WHEN (w.hour, w.step) = (o.hour, o.step) THEN w.reserved
            WHEN w.collar_price IS NULL AND w.order_type = 'MARKET' THEN CASE WHEN f.spent = 0 THEN least(w.reserved, w.quantity * w.mark) ELSE 0 END
            ELSE greatest(w.reserved - f.spent, 0) END), 0)
        FROM tb.order_placed w
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(validation.up(t.quantity * t.price) + CASE WHEN t.fee_asset = split_part(w.symbol, '/', 2) THEN t.fee ELSE 0 END), 0) AS spent
          FROM tb.venue_trade t WHERE t.retention = w.retention AND t.run_id = w.run_id AND t.order_id = w.order_id AND (t.hour, t.step) <= (o.hour, o.step)) f
        WHERE w.retention = o.retention AND w.run_id = o.run_id AND w.side = 'BUY' AND (w.hour, w.step, w.seq) <= (o.hour, o.step, o.seq) AND NOT EXISTS (SELECT FROM tb.order_closed c WHERE c.retention = w.retention AND c.run_id = w.run_id AND c.order_id = w.order_id AND (c.hour, c.step) <= (o.hour, o.step))) AS holds
  FROM tb.order_placed o WHERE o.side = 'BUY'
) checked;

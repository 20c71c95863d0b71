-- INV-ORDER-RESERVATION: No BUY is without a reservation and no fill costs more than was reserved; a SELL reserves nothing and only reduces.
-- reads: rows
SELECT 'INV-ORDER-RESERVATION' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(o.run_id, o.hour, o.step, o.seq) AS key,
    CASE o.side
      WHEN 'BUY' THEN o.reserved > 0 AND NOT o.reduce_only AND o.reserved >= (
        SELECT coalesce(sum(validation.up(t.quantity * t.price) + CASE WHEN t.fee_asset = split_part(o.symbol, '/', 2) THEN t.fee ELSE 0 END), 0)
        FROM tb.venue_trade t WHERE t.retention = o.retention AND t.run_id = o.run_id AND t.order_id = o.order_id)
      WHEN 'SELL' THEN o.reserved = 0 AND o.reduce_only
    END AS holds
  FROM tb.order_placed o WHERE o.run_id NOT IN (SELECT id FROM validation.recorded)
) checked;

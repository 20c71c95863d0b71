-- INV-TRADES: Trades that a summary keeps are numbered from 0, lie within their run, name their lot, order and fill, and their results add up.
-- reads: rows
SELECT 'INV-TRADES' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT t.run_id || ' trade ' || t.ordinal AS key,
    t.result = t.proceeds - t.exit_fee - t.cost - t.entry_fee AND t.quantity > 0
      AND (t.ordinal = 0 OR EXISTS (SELECT FROM tb.trade p WHERE p.retention = t.retention AND p.run_id = t.run_id AND p.ordinal = t.ordinal - 1 AND p.exit_hour <= t.exit_hour))
      AND t.entry_hour <= t.exit_hour
      AND EXISTS (SELECT FROM tb.hour_record h WHERE h.retention = t.retention AND h.run_id = t.run_id AND h.hour = t.entry_hour)
      AND EXISTS (SELECT FROM tb.hour_record h WHERE h.retention = t.retention AND h.run_id = t.run_id AND h.hour = t.exit_hour)
      AND t.lot_id ~ '^\d+\.\d+\.\d+$' AND split_part(t.lot_id, '.', 1) = t.entry_hour::text
      -- An order lives an hour, and the simulated venue names a fill by its order.
      AND t.order_id ~ '^\d+\.\d+\.\d+$' AND split_part(t.order_id, '.', 1) IN ((t.exit_hour - 1)::text, t.exit_hour::text)
      AND starts_with(t.trade_id, t.order_id || '/') AND t.trade_id ~ '/\d+$' AS holds
  FROM tb.trade t
) checked;

-- INV-FILL-PRICE: No fill is beyond the limit or the collar of its order.
-- reads: rows
SELECT 'INV-FILL-PRICE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(f.run_id, f.hour, f.step, f.seq) AS key,
    f.price > 0 AND f.quantity > 0
      AND CASE f.side WHEN 'BUY' THEN f.price <= coalesce(f.limit_price, f.price) AND f.price <= coalesce(f.collar_price, f.price)
          WHEN 'SELL' THEN f.price >= coalesce(f.limit_price, f.price) END AS holds
  FROM validation.fill f
) checked;

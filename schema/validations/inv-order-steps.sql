-- INV-ORDER-STEPS: Orders are whole lots at whole ticks, as the manifest states them, and were placed once trading had begun.
-- reads: rows
SELECT 'INV-ORDER-STEPS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(o.run_id, o.hour, o.step, o.seq) AS key,
    o.quantity % validation.amount(i ->> 'lot') = 0 AND coalesce(o.limit_price % validation.amount(i ->> 'tick') = 0, true)
      AND o.hour >= validation.whole(r.j ->> 'tradeFromHour') AS holds
  FROM tb.order_placed o
  JOIN validation.run r ON r.id = o.run_id
  LEFT JOIN LATERAL (SELECT i FROM jsonb_array_elements(validation.list(r.j -> 'universe')) i WHERE i ->> 'symbol' = o.symbol) u ON true
) checked;

-- INV-ORDER-PLACED-COLUMNS: Every order has its row, equal to its bytes, and is named by its key.
-- reads: rows
SELECT 'INV-ORDER-PLACED-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.order_id = j ->> 'id' AND m.order_id = hour || '.' || step || '.' || seq
      AND m.agent = j ->> 'agent' AND m.symbol = j ->> 'symbol' AND m.side = j ->> 'side' AND m.order_type = j ->> 'orderType'
      AND m.time_in_force = j ->> 'timeInForce' AND to_jsonb(m.post_only) = j -> 'postOnly' AND to_jsonb(m.reduce_only) = j -> 'reduceOnly'
      AND m.quantity = validation.amount(j ->> 'quantity') AND m.mark = validation.amount(j ->> 'mark') AND m.reserved = validation.amount(j ->> 'reserved')
      AND j ? 'limitPrice' AND m.limit_price IS NOT DISTINCT FROM validation.amount(j ->> 'limitPrice')
      AND j ? 'collarPrice' AND m.collar_price IS NOT DISTINCT FROM validation.amount(j ->> 'collarPrice')
      AND m.attempt = validation.whole(j ->> 'attempt') AND m.reason = j ->> 'reason' AS holds
  FROM (SELECT * FROM validation.decision WHERE type = 'order_placed') d
  FULL JOIN tb.order_placed m USING (retention, run_id, hour, step, seq)
) checked;

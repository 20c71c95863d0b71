-- INV-VENUE-TRADE-COLUMNS: Every fill has its row, equal to the bytes of its fact.
-- reads: rows
SELECT 'INV-VENUE-TRADE-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.trade_id = j ->> 'tradeId' AND m.order_id = j ->> 'orderId' AND m.quantity = validation.amount(j ->> 'quantity') AND m.price = validation.amount(j ->> 'price')
      AND m.fee = validation.amount(j ->> 'fee') AND m.fee_asset = j ->> 'feeAsset' AND m.fee_value = validation.amount(j ->> 'feeValue')
      AND m.liquidity = j ->> 'liquidity' AS holds
  FROM (SELECT * FROM validation.fact WHERE type = 'order_filled') f
  FULL JOIN tb.venue_trade m USING (retention, run_id, hour, step, seq)
) checked;

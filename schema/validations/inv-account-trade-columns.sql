-- INV-ACCOUNT-TRADE-COLUMNS: Every trade of the account has its row, equal to the bytes of its fact.
-- reads: rows
SELECT 'INV-ACCOUNT-TRADE-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.id = j ->> 'id' AND m.ordinal = validation.whole(j ->> 'ordinal') AND m.symbol = j ->> 'symbol' AND m.side = j ->> 'side'
      AND m.quantity = validation.amount(j ->> 'quantity') AND m.price = validation.amount(j ->> 'price') AND m.amount = validation.amount(j ->> 'amount') AND m.value = validation.amount(j ->> 'value')
      AND m.fee = validation.amount(j ->> 'fee') AND m.fee_asset = j ->> 'feeAsset' AND m.fee_value = validation.amount(j ->> 'feeValue') AS holds
  FROM (SELECT * FROM validation.fact WHERE type = 'account_traded') d
  FULL JOIN tb.account_trade m USING (retention, run_id, hour, step, seq)
) checked;

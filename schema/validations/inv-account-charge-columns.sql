-- INV-ACCOUNT-CHARGE-COLUMNS: Every charge of the account has its row, equal to the bytes of its fact.
-- reads: rows
SELECT 'INV-ACCOUNT-CHARGE-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.id = j ->> 'id' AND m.ordinal = validation.whole(j ->> 'ordinal') AND m.purpose = j ->> 'purpose' AND m.asset = j ->> 'asset'
      AND m.quantity = validation.amount(j ->> 'quantity') AND m.value = validation.amount(j ->> 'value') AS holds
  FROM (SELECT * FROM validation.fact WHERE type = 'account_charged') d
  FULL JOIN tb.account_charge m USING (retention, run_id, hour, step, seq)
) checked;

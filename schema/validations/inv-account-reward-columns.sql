-- INV-ACCOUNT-REWARD-COLUMNS: Everything the account received for nothing has its row, equal to the bytes of its fact.
-- reads: rows
SELECT 'INV-ACCOUNT-REWARD-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.id = j ->> 'id' AND m.ordinal = validation.whole(j ->> 'ordinal') AND m.purpose = j ->> 'purpose' AND m.asset = j ->> 'asset'
      AND m.quantity = validation.amount(j ->> 'quantity') AND m.fee = validation.amount(j ->> 'fee') AND m.value = validation.amount(j ->> 'value') AS holds
  FROM (SELECT * FROM validation.fact WHERE type = 'account_rewarded') d
  FULL JOIN tb.account_reward m USING (retention, run_id, hour, step, seq)
) checked;

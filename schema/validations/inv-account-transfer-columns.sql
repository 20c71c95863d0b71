-- INV-ACCOUNT-TRANSFER-COLUMNS: Every transfer of the account has its row, equal to the bytes of its fact.
-- reads: rows
SELECT 'INV-ACCOUNT-TRANSFER-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.id = j ->> 'id' AND m.ordinal = validation.whole(j ->> 'ordinal') AND m.direction = j ->> 'direction' AND m.asset = j ->> 'asset' AND m.quantity = validation.amount(j ->> 'quantity')
      AND m.basis IS NOT DISTINCT FROM validation.amount(j ->> 'basis') AND m.acquired_ms IS NOT DISTINCT FROM validation.whole(j ->> 'acquiredMs') AS holds
  FROM (SELECT * FROM validation.fact WHERE type = 'account_transferred') d
  FULL JOIN tb.account_transfer m USING (retention, run_id, hour, step, seq)
) checked;

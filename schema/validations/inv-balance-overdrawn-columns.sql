-- INV-BALANCE-OVERDRAWN-COLUMNS: Everything that is told to be overdrawn has its row, equal to its bytes.
-- reads: rows
SELECT 'INV-BALANCE-OVERDRAWN-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.asset = j ->> 'asset' AND m.balance = validation.amount(j ->> 'balance') AND m.reference = j ->> 'reference' AND m.severity = j ->> 'severity' AS holds
  FROM (SELECT * FROM validation.decision WHERE type = 'balance_overdrawn') d
  FULL JOIN tb.balance_overdrawn m USING (retention, run_id, hour, step, seq)
) checked;

-- INV-RISK-CHANGE-COLUMNS: Every change of risk has its row, equal to its bytes.
-- reads: rows
SELECT 'INV-RISK-CHANGE-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.from_status = j ->> 'from' AND m.to_status = j ->> 'to' AND m.actor = j ->> 'actor' AND m.reason = j ->> 'reason' AS holds
  FROM (SELECT * FROM validation.decision WHERE type = 'risk_changed') d
  FULL JOIN tb.risk_change m USING (retention, run_id, hour, step, seq)
) checked;

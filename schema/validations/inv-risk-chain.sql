-- INV-RISK-CHAIN: Every change of risk starts where the one before ended, the first at ACTIVE.
-- reads: rows
SELECT 'INV-RISK-CHAIN' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    from_status <> to_status AND from_status = coalesce(lag(to_status) OVER (PARTITION BY retention, run_id ORDER BY hour, step, seq), 'ACTIVE') AS holds
  FROM tb.risk_change
) checked;

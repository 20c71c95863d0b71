-- INV-CASH-NOT-NEGATIVE: Simulated spot cash is not negative after any step.
-- reads: rows
SELECT 'INV-CASH-NOT-NEGATIVE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step) AS key, sum(moved) OVER (PARTITION BY run_id ORDER BY hour, step) >= 0 AS holds
  FROM (
    SELECT p.run_id, p.hour, p.step, sum(p.amount) AS moved
    FROM tb.posting p JOIN tb.run r ON r.id = p.run_id AND r.mode <> 'live'
    WHERE p.account = 'cash' GROUP BY p.run_id, p.hour, p.step
  ) steps
) checked;

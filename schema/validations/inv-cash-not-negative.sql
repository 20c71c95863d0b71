-- INV-CASH-NOT-NEGATIVE: No balance, of money or of units, falls below nothing in a step without being told.
-- reads: rows
SELECT 'INV-CASH-NOT-NEGATIVE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(b.run_id, b.hour, b.step) AS key,
    b.after >= 0 OR b.after >= b.after - b.moved
      OR EXISTS (SELECT FROM tb.balance_overdrawn o WHERE o.retention = b.retention AND o.run_id = b.run_id AND (o.hour, o.step) = (b.hour, b.step) AND o.asset = b.asset) AS holds
  FROM (
    SELECT retention, run_id, hour, step, asset, moved, sum(moved) OVER (PARTITION BY run_id, asset ORDER BY hour, step) AS after
    FROM (
      SELECT p.retention, p.run_id, p.hour, p.step, p.asset, sum(p.amount) AS moved
      FROM tb.posting p WHERE p.account IN ('cash', 'position') GROUP BY p.retention, p.run_id, p.hour, p.step, p.asset
    ) steps
  ) b
) checked;

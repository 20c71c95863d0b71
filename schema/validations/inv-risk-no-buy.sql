-- INV-RISK-NO-BUY: A halted or killed run places no BUY; exits go on.
-- reads: rows
SELECT 'INV-RISK-NO-BUY' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(o.run_id, o.hour, o.step, o.seq) AS key,
    coalesce((SELECT c.to_status FROM tb.risk_change c
              WHERE c.retention = o.retention AND c.run_id = o.run_id AND (c.hour, c.step, c.seq) < (o.hour, o.step, o.seq)
              ORDER BY c.hour DESC, c.step DESC, c.seq DESC LIMIT 1), 'ACTIVE') = 'ACTIVE' AS holds
  FROM tb.order_placed o WHERE o.side = 'BUY'
) checked;

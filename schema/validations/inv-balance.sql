-- INV-BALANCE: The balances that checks of orders read are what all rows of their run add up to.
-- reads: rows
SELECT 'INV-BALANCE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT coalesce(k.run_id, s.run_id) || CASE coalesce(k.agent, s.agent) WHEN '' THEN ' cash' ELSE ' ' || coalesce(k.agent, s.agent) || ' ' || coalesce(k.symbol, s.symbol) END AS key, k.amount = s.amount AND k.cost = s.cost AS holds
  FROM tb_cache.balance k
  FULL JOIN (
    SELECT run_id, '' AS agent, '' AS symbol, sum(amount) AS amount, 0 AS cost FROM tb.posting WHERE account = 'cash' GROUP BY run_id
    UNION ALL
    SELECT run_id, agent, symbol, sum(quantity), sum(cost)
    FROM (
      SELECT run_id, agent, symbol, quantity, cost FROM tb.lot WHERE retention = 'kept'
      UNION ALL
      SELECT g.run_id, l.agent, l.symbol, -sign(l.quantity) * g.quantity, -sign(l.quantity) * g.cost
      FROM (SELECT retention, run_id, lot_id, quantity, cost FROM tb.lot_match UNION ALL SELECT retention, run_id, lot_id, quantity, cost FROM tb.lot_release) g
      JOIN tb.lot l ON l.run_id = g.run_id AND l.lot_id = g.lot_id WHERE g.retention = 'kept'
    ) moved GROUP BY run_id, agent, symbol
  ) s ON s.run_id = k.run_id AND s.agent = k.agent AND s.symbol = k.symbol
) checked;

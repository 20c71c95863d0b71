-- INV-LOT-QUANTITY: A lot gives no more than it holds, and an owed one is covered no more than once; only after it was opened, to its own agent and market.
-- reads: rows
SELECT 'INV-LOT-QUANTITY' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(m.run_id, m.hour, m.step, m.seq) AS key,
    sum(m.quantity) OVER (PARTITION BY m.run_id, m.lot_id ORDER BY m.hour, m.step, m.seq) <= abs(l.quantity)
      AND (m.hour, m.step, m.seq) > (l.hour, l.step, l.seq) AND m.agent = l.agent AND m.symbol = l.symbol AS holds
  FROM validation.taken m LEFT JOIN tb.lot l ON l.retention = m.retention AND l.run_id = m.run_id AND l.lot_id = m.lot_id
) checked;

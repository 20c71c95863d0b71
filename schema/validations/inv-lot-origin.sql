-- INV-LOT-ORIGIN: A lot is bought by a fill and holds no more than it, or a fact about the account moved as much, or it opens with the run.
-- reads: rows
SELECT 'INV-LOT-ORIGIN' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(l.run_id, l.hour, l.step, l.seq) AS key,
    CASE
      WHEN l.trade_id IS NULL THEN l.order_id IS NULL AND l.agent = 'treasury' AND l.hour = r.start_hour AND l.step = 0
      WHEN l.order_id IS NULL THEN EXISTS (
        SELECT FROM validation.account_leg m
        WHERE m.retention = l.retention AND m.run_id = l.run_id AND (m.hour, m.step) = (l.hour, l.step) AND m.id = l.trade_id
          AND m.asset = split_part(l.symbol, '/', 1) AND sign(m.units) = sign(l.quantity) AND abs(m.units) >= abs(l.quantity))
        -- What a fill moved beyond its order is booked on the account.
        OR (f.hour, f.step) = (l.hour, l.step) AND abs(l.quantity) <= greatest(f.quantity, f.fee)
      ELSE f.side = 'BUY' AND f.order_id = l.order_id AND (f.hour, f.step) = (l.hour, l.step) AND l.quantity <= f.quantity
    END AS holds
  FROM tb.lot l
  JOIN tb.run r ON r.id = l.run_id
  LEFT JOIN validation.fill f ON f.retention = l.retention AND f.run_id = l.run_id AND f.trade_id = l.trade_id
  WHERE l.run_id NOT IN (SELECT id FROM validation.recorded)
) checked;

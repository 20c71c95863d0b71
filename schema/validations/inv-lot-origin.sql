-- INV-LOT-ORIGIN: A lot is bought by a fill and holds no more than it, or it opens with the run.
-- reads: rows
SELECT 'INV-LOT-ORIGIN' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(l.run_id, l.hour, l.step, l.seq) AS key,
    CASE WHEN l.trade_id IS NULL THEN l.order_id IS NULL AND l.agent = 'treasury' AND l.hour = r.start_hour AND l.step = 0
      ELSE f.side = 'BUY' AND f.order_id = l.order_id AND (f.hour, f.step) = (l.hour, l.step) AND l.quantity <= f.quantity END AS holds
  FROM tb.lot l
  JOIN tb.run r ON r.id = l.run_id
  LEFT JOIN validation.fill f ON f.retention = l.retention AND f.run_id = l.run_id AND f.trade_id = l.trade_id
) checked;

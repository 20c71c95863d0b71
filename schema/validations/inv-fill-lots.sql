-- INV-FILL-LOTS: A BUY opens one lot of what it brought; a SELL is matched in full; a fee in a third asset is matched as its disposal.
-- reads: rows
SELECT 'INV-FILL-LOTS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(f.run_id, f.hour, f.step, f.seq) AS key,
    CASE f.side
      WHEN 'BUY' THEN m.sold IS NULL AND ARRAY(
        SELECT (l.symbol, l.agent, l.quantity, l.cost, l.fee) FROM tb.lot l WHERE l.retention = f.retention AND l.run_id = f.run_id AND l.trade_id = f.trade_id AND l.order_id = f.order_id)
        = ARRAY[(f.symbol, f.agent, f.quantity - CASE WHEN f.fee_asset = f.base THEN f.fee ELSE 0 END, validation.up(f.quantity * f.price),
                 CASE WHEN f.fee_asset = f.base THEN 0 ELSE f.fee_value END)]
      WHEN 'SELL' THEN (m.sold, m.proceeds, m.exit_fee) = (f.quantity, validation.down(f.quantity * f.price), f.fee_value)
        AND NOT EXISTS (SELECT FROM tb.lot l WHERE l.retention = f.retention AND l.run_id = f.run_id AND l.trade_id = f.trade_id)
    END
      AND CASE WHEN f.fee > 0 AND f.fee_asset <> f.quote AND NOT (f.side = 'BUY' AND f.fee_asset = f.base) THEN (m.paid, m.worth) = (f.fee, f.fee_value) ELSE m.paid IS NULL END AS holds
  FROM validation.fill f
  CROSS JOIN LATERAL (
    SELECT sum(quantity) FILTER (WHERE NOT paid_fee) AS sold, sum(proceeds) FILTER (WHERE NOT paid_fee) AS proceeds, sum(exit_fee) FILTER (WHERE NOT paid_fee) AS exit_fee,
      sum(quantity) FILTER (WHERE paid_fee) AS paid, sum(proceeds) FILTER (WHERE paid_fee) AS worth
    FROM tb.lot_match a WHERE a.retention = f.retention AND a.run_id = f.run_id AND a.trade_id = f.trade_id AND (a.hour, a.step) = (f.hour, f.step)
  ) m
) checked;

-- INV-LOT-COLUMNS: Every lot has its row, equal to its bytes, and is named by its key.
-- reads: rows
SELECT 'INV-LOT-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.lot_id = j ->> 'id' AND m.lot_id = hour || '.' || step || '.' || seq AND m.agent = j ->> 'agent' AND m.symbol = j ->> 'symbol'
      AND m.quantity = validation.amount(j ->> 'quantity') AND m.cost = validation.amount(j ->> 'cost') AND m.fee = validation.amount(j ->> 'fee')
      AND m.acquired_ms = validation.whole(j ->> 'acquiredMs')
      AND j ? 'orderId' AND m.order_id IS NOT DISTINCT FROM j ->> 'orderId' AND j ? 'tradeId' AND m.trade_id IS NOT DISTINCT FROM j ->> 'tradeId' AS holds
  FROM (SELECT * FROM validation.decision WHERE type = 'lot_opened') d
  FULL JOIN tb.lot m USING (retention, run_id, hour, step, seq)
) checked;

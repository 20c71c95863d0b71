-- INV-LOT-MATCH-COLUMNS: Every match of a lot has its row, equal to its bytes.
-- reads: rows
SELECT 'INV-LOT-MATCH-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.lot_id = j ->> 'lotId' AND m.agent = j ->> 'agent' AND m.symbol = j ->> 'symbol' AND j ? 'orderId' AND m.order_id IS NOT DISTINCT FROM j ->> 'orderId' AND m.trade_id = j ->> 'tradeId'
      AND m.quantity = validation.amount(j ->> 'quantity') AND m.cost = validation.amount(j ->> 'cost') AND m.entry_fee = validation.amount(j ->> 'entryFee')
      AND m.proceeds = validation.amount(j ->> 'proceeds') AND m.exit_fee = validation.amount(j ->> 'exitFee') AND m.result = validation.amount(j ->> 'result')
      AND to_jsonb(m.paid_fee) = j -> 'paidFee' AS holds
  FROM (SELECT * FROM validation.decision WHERE type = 'lot_matched') d
  FULL JOIN tb.lot_match m USING (retention, run_id, hour, step, seq)
) checked;

-- INV-LOT-RELEASE-COLUMNS: Every release of units from a lot has its row, equal to its bytes.
-- reads: rows
SELECT 'INV-LOT-RELEASE-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.lot_id = j ->> 'lotId' AND m.agent = j ->> 'agent' AND m.symbol = j ->> 'symbol' AND m.trade_id = j ->> 'tradeId'
      AND m.quantity = validation.amount(j ->> 'quantity') AND m.cost = validation.amount(j ->> 'cost') AND m.entry_fee = validation.amount(j ->> 'entryFee') AS holds
  FROM (SELECT * FROM validation.decision WHERE type = 'lot_released') d
  FULL JOIN tb.lot_release m USING (retention, run_id, hour, step, seq)
) checked;

-- INV-BOOKS-TIE: Cost and deferred fees in the ledger are those of the open lots; result and fees are those of the matches.
-- reads: rows
SELECT 'INV-BOOKS-TIE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT run_id || ' ' || account AS key, sum(lots) = sum(ledger) AS holds
  FROM (
    SELECT run_id, 'cost' AS account, cost AS lots, 0 AS ledger FROM tb.lot
    UNION ALL SELECT run_id, 'cost', -cost, 0 FROM tb.lot_match
    UNION ALL SELECT run_id, 'deferred_fees', fee, 0 FROM tb.lot
    UNION ALL SELECT run_id, 'deferred_fees', -entry_fee, 0 FROM tb.lot_match
    UNION ALL SELECT run_id, 'fees', entry_fee + exit_fee, 0 FROM tb.lot_match
    UNION ALL SELECT run_id, 'result', cost - proceeds, 0 FROM tb.lot_match
    UNION ALL SELECT p.run_id, p.account, 0, p.amount FROM tb.posting p JOIN validation.run r ON r.id = p.run_id AND r.j ->> 'quote' = p.asset
      WHERE p.account IN ('cost', 'deferred_fees', 'fees', 'result')
  ) tied
  GROUP BY run_id, account
) checked;

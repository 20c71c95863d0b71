-- INV-BOOKS-TIE: Cost and deferred fees in the ledger are those of the open lots; result and fees are those of the matches; income, funding, rounding and transfers are what facts about the account say.
-- reads: rows
SELECT 'INV-BOOKS-TIE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT run_id || ' ' || account AS key, sum(lots) = sum(ledger) AS holds
  FROM (
    SELECT run_id, 'cost' AS account, cost AS lots, 0 AS ledger FROM tb.lot
    UNION ALL SELECT run_id, 'cost', CASE WHEN owed THEN proceeds ELSE -cost END, 0 FROM validation.taken
    UNION ALL SELECT run_id, 'deferred_fees', fee, 0 FROM tb.lot
    UNION ALL SELECT run_id, 'deferred_fees', CASE WHEN owed THEN -exit_fee ELSE -entry_fee END, 0 FROM validation.taken
    UNION ALL SELECT run_id, 'fees', entry_fee + exit_fee, 0 FROM tb.lot_match
    UNION ALL SELECT run_id, 'result', cost - proceeds, 0 FROM tb.lot_match
    UNION ALL SELECT run_id, purpose, value, 0 FROM tb.account_charge WHERE purpose <> 'rounding'
    UNION ALL SELECT c.run_id, 'rounding', CASE WHEN c.asset = r.j ->> 'quote' THEN c.value ELSE 0 END, 0 FROM tb.account_charge c JOIN validation.run r ON r.id = c.run_id WHERE c.purpose = 'rounding'
    UNION ALL SELECT w.run_id, w.purpose, CASE WHEN w.asset = r.j ->> 'quote' THEN -w.quantity ELSE -w.value END, 0 FROM tb.account_reward w JOIN validation.run r ON r.id = w.run_id
    UNION ALL SELECT w.run_id, 'fees', w.fee, 0 FROM tb.account_reward w JOIN validation.run r ON r.id = w.run_id AND r.j ->> 'quote' = w.asset
    UNION ALL SELECT t.run_id, 'transfers', -t.basis, 0 FROM tb.account_transfer t JOIN validation.run r ON r.id = t.run_id AND r.j ->> 'quote' <> t.asset WHERE t.direction = 'in'
    -- What left without a sale takes its cost along: by transfer, by rounding, or under another name, where it stays a cost.
    UNION ALL SELECT a.run_id, CASE e.kind WHEN 'transfer_out' THEN 'transfers' ELSE e.kind END, a.cost + a.entry_fee, 0
      FROM validation.taken a
      JOIN tb.ledger_entry e ON e.retention = a.retention AND e.run_id = a.run_id AND (e.hour, e.step) = (a.hour, a.step) AND e.reference = a.trade_id AND e.kind IN ('transfer_out', 'rounding')
      WHERE NOT a.sold AND NOT a.owed
    UNION ALL SELECT run_id, 'transfers', cost + entry_fee, 0 FROM validation.taken WHERE NOT sold AND owed
    UNION ALL SELECT p.run_id, p.account, 0, p.amount
      FROM tb.posting p
      JOIN validation.run r ON r.id = p.run_id AND r.j ->> 'quote' = p.asset
      LEFT JOIN tb.ledger_entry e ON (e.retention, e.run_id, e.hour, e.step, e.seq) = (p.retention, p.run_id, p.hour, p.step, p.seq)
      WHERE p.account IN ('cost', 'deferred_fees', 'fees', 'result', 'income', 'funding', 'rounding') OR (p.account = 'transfers' AND e.reference IS DISTINCT FROM 'opening')
  ) tied
  GROUP BY run_id, account
) checked;

-- INV-LEDGER-OPERATOR: Money comes and goes by command of an operator, to the amount commanded, or with the opening, or because a venue says so.
-- reads: rows
SELECT 'INV-LEDGER-OPERATOR' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(e.run_id, e.hour, e.step, e.seq) AS key,
    (SELECT count(*) FROM (
      SELECT validation.amount(f.j ->> 'amount') AS amount FROM validation.fact f
      WHERE f.retention = e.retention AND f.run_id = e.run_id AND f.hour = e.hour AND f.step = e.step AND f.j ->> 'key' = e.reference
        AND f.j ->> 'command' = CASE e.kind WHEN 'deposit' THEN 'deposit' ELSE 'withdraw' END
      UNION ALL
      SELECT t.quantity FROM tb.account_transfer t
      WHERE t.retention = e.retention AND t.run_id = e.run_id AND t.hour = e.hour AND t.step = e.step AND t.id = e.reference
        AND t.direction = CASE e.kind WHEN 'deposit' THEN 'in' ELSE 'out' END) told
     WHERE told.amount = (
       SELECT CASE e.kind WHEN 'deposit' THEN sum(p.amount) ELSE -sum(p.amount) END FROM tb.posting p
       WHERE (p.retention, p.run_id, p.hour, p.step, p.seq) = (e.retention, e.run_id, e.hour, e.step, e.seq) AND p.account = 'cash')) = 1 AS holds
  FROM tb.ledger_entry e WHERE e.kind IN ('deposit', 'withdrawal') AND e.reference <> 'opening'
) checked;

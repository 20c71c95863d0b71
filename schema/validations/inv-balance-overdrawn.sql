-- INV-BALANCE-OVERDRAWN: What is told to be overdrawn is the balance after that fact, below nothing and less than before, and a venue told the fact in that step.
-- reads: rows
SELECT 'INV-BALANCE-OVERDRAWN' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(o.run_id, o.hour, o.step, o.seq) AS key,
    o.balance < 0
      AND o.balance = (
        SELECT sum(p.amount) FROM tb.posting p
        WHERE p.retention = o.retention AND p.run_id = o.run_id AND p.asset = o.asset AND p.account IN ('cash', 'position') AND (p.hour, p.step, p.seq) < (o.hour, o.step, o.seq))
      AND (SELECT sum(p.amount) FROM tb.posting p JOIN tb.ledger_entry e USING (retention, run_id, hour, step, seq)
           WHERE p.retention = o.retention AND p.run_id = o.run_id AND (p.hour, p.step) = (o.hour, o.step) AND e.reference = o.reference
             AND p.asset = o.asset AND p.account IN ('cash', 'position')) < 0
      AND (EXISTS (SELECT FROM validation.account_leg l WHERE l.retention = o.retention AND l.run_id = o.run_id AND (l.hour, l.step) = (o.hour, o.step) AND l.id = o.reference)
        OR EXISTS (SELECT FROM tb.venue_trade t WHERE t.retention = o.retention AND t.run_id = o.run_id AND (t.hour, t.step) = (o.hour, o.step) AND t.trade_id = o.reference)) AS holds
  FROM tb.balance_overdrawn o
) checked;

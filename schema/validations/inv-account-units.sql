-- INV-ACCOUNT-UNITS: A fact about the account moves in the books what it says: money in cash, units in positions.
-- reads: rows
SELECT 'INV-ACCOUNT-UNITS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(m.run_id, m.hour, m.step, m.seq) AS key,
    m.units = coalesce((
      SELECT sum(p.amount) FROM tb.posting p JOIN tb.ledger_entry e USING (retention, run_id, hour, step, seq)
      WHERE p.retention = m.retention AND p.run_id = m.run_id AND (p.hour, p.step) = (m.hour, m.step) AND e.reference = m.id
        AND p.asset = m.asset AND p.account = CASE WHEN m.asset = r.j ->> 'quote' THEN 'cash' ELSE 'position' END), 0) AS holds
  FROM (SELECT retention, run_id, hour, step, seq, id, asset, sum(units) AS units FROM validation.account_leg GROUP BY retention, run_id, hour, step, seq, id, asset) m
  JOIN validation.run r ON r.id = m.run_id
) checked;

-- INV-DOUBLE-ENTRY: The postings of every entry sum to zero in every asset, and an entry has two at least.
-- reads: rows
SELECT 'INV-DOUBLE-ENTRY' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(e.run_id, e.hour, e.step, e.seq) AS key,
    (SELECT count(*) >= 2 FROM tb.posting p WHERE (p.retention, p.run_id, p.hour, p.step, p.seq) = (e.retention, e.run_id, e.hour, e.step, e.seq))
      AND NOT EXISTS (
        SELECT FROM tb.posting p WHERE (p.retention, p.run_id, p.hour, p.step, p.seq) = (e.retention, e.run_id, e.hour, e.step, e.seq)
        GROUP BY p.asset HAVING sum(p.amount) <> 0) AS holds
  FROM tb.ledger_entry e
) checked;

-- INV-POSTING-COLUMNS: Every posting has its row, equal to its place in the bytes of its entry.
-- reads: rows
SELECT 'INV-POSTING-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) || '.' || ordinal AS key,
    m.account = p.value ->> 'account' AND m.asset = p.value ->> 'asset' AND m.amount = validation.amount(p.value ->> 'amount') AS holds
  FROM (
    SELECT retention, run_id, hour, step, seq, (e.ordinality - 1)::int AS ordinal, e.value
    FROM validation.decision d CROSS JOIN LATERAL jsonb_array_elements(validation.list(d.j -> 'postings')) WITH ORDINALITY e
    WHERE d.type = 'ledger_posted'
  ) p
  FULL JOIN tb.posting m USING (retention, run_id, hour, step, seq, ordinal)
) checked;

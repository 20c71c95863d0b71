-- INV-LEDGER-ENTRY-COLUMNS: Every ledger entry has its row, equal to its bytes.
-- reads: rows
SELECT 'INV-LEDGER-ENTRY-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.kind = j ->> 'kind' AND m.reference = j ->> 'reference' AS holds
  FROM (SELECT * FROM validation.decision WHERE type = 'ledger_posted') d
  FULL JOIN tb.ledger_entry m USING (retention, run_id, hour, step, seq)
) checked;

-- INV-SIGNAL-COLUMNS: Every signal has its row, equal to its bytes.
-- reads: rows
SELECT 'INV-SIGNAL-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.agent = j ->> 'agent' AND m.symbol = j ->> 'symbol' AND m.action = j ->> 'action' AND m.reason = j ->> 'reason'
      AND m.evidence = validation.canonical(j -> 'evidence') AS holds
  FROM (SELECT * FROM validation.decision WHERE type = 'signal_raised') d
  FULL JOIN tb.signal m USING (retention, run_id, hour, step, seq)
) checked;

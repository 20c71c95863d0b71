-- INV-ORDER-REFUSED-COLUMNS: Every refusal has its row, equal to its bytes, with the first violation as its code.
-- reads: rows
SELECT 'INV-ORDER-REFUSED-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.agent = j ->> 'agent' AND m.symbol = j ->> 'symbol' AND m.side = j ->> 'side' AND m.attempt = validation.whole(j ->> 'attempt')
      AND m.code = j #>> '{violations,0,code}' AND m.violations = validation.canonical(j -> 'violations') AS holds
  FROM (SELECT * FROM validation.decision WHERE type = 'order_refused') d
  FULL JOIN tb.order_refused m USING (retention, run_id, hour, step, seq)
) checked;

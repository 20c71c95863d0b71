-- INV-OPERATOR-REFUSED-COLUMNS: Every refused command has its row, equal to its bytes.
-- reads: rows
SELECT 'INV-OPERATOR-REFUSED-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.command = j ->> 'command' AND m.key = j ->> 'key' AND m.code = j ->> 'code'
      AND m.limit_amount = validation.amount(j ->> 'limit') AND m.asked = validation.amount(j ->> 'asked') AS holds
  FROM (SELECT * FROM validation.decision WHERE type = 'operator_refused') d
  FULL JOIN tb.operator_refused m USING (retention, run_id, hour, step, seq)
) checked;

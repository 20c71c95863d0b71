-- INV-OPERATOR-ANSWER: What is refused to an operator was commanded in that step.
-- reads: rows
SELECT 'INV-OPERATOR-ANSWER' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(o.run_id, o.hour, o.step, o.seq) AS key,
    EXISTS (SELECT FROM validation.fact f
            WHERE f.retention = o.retention AND f.run_id = o.run_id AND f.hour = o.hour AND f.step = o.step
              AND f.j ->> 'type' = 'operator' AND f.j ->> 'key' = o.key AND f.j ->> 'command' = o.command) AS holds
  FROM tb.operator_refused o
) checked;

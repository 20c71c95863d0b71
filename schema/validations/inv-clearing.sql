-- INV-CLEARING: What passes through clearing has left it when its step ends.
-- reads: rows
SELECT 'INV-CLEARING' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step) AS key, sum(amount) = 0 AS holds
  FROM tb.posting WHERE account = 'clearing' GROUP BY run_id, hour, step
) checked;

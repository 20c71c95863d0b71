-- INV-DECISION-COLUMNS: The type of a decision is the one in its bytes.
-- reads: rows
SELECT 'INV-DECISION-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (SELECT validation.at(run_id, hour, step, seq) AS key, type = j ->> 'type' AS holds FROM validation.decision) checked;

-- INV-LOT-MATCH-RESULT: The result of a match is its proceeds less its exit fee, its cost and its entry fee.
-- reads: rows
SELECT 'INV-LOT-MATCH-RESULT' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (SELECT validation.at(run_id, hour, step, seq) AS key, result = proceeds - exit_fee - cost - entry_fee AS holds FROM tb.lot_match) checked;

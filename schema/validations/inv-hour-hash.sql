-- INV-HOUR-HASH: The hash of an hour is the RFC 6962 leaf of its record.
-- reads: rows
SELECT 'INV-HOUR-HASH' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (SELECT validation.at(run_id, hour) AS key, hash = validation.leaf(record) AS holds FROM tb.hour_record) checked;

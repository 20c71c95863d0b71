-- INV-ENVELOPE-HASH: The hash of an envelope is the RFC 6962 leaf of its bytes.
-- reads: rows
SELECT 'INV-ENVELOPE-HASH' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (SELECT validation.at(run_id, hour) AS key, hash = validation.leaf(bytes) AS holds FROM tb.envelope) checked;

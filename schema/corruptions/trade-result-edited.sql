-- A better result of a trade that a summary keeps.
-- trips: INV-SUMMARY, INV-TRADES
-- plant in: stripped
UPDATE tb.trade SET result = result + 1 WHERE ordinal = 1 RETURNING run_id || ' trade ' || ordinal AS key, run_id || '/' || (SELECT through_hour FROM tb.run_summary s WHERE s.run_id = trade.run_id) AS summary;

-- A losing trade left out.
-- trips: INV-SUMMARY, INV-TRADES
-- plant in: stripped
DELETE FROM tb.trade WHERE ordinal = 1 RETURNING run_id || ' trade 2' AS key, run_id || '/' || (SELECT through_hour FROM tb.run_summary s WHERE s.run_id = trade.run_id) AS summary;

-- A trade moved to the partition of another kind of run.
-- trips: INV-RUN-ROWS, INV-SUMMARY, INV-TRADES
-- plant in: stripped
UPDATE tb.trade SET retention = 'kept' WHERE ordinal = 0
RETURNING 'trade ' || run_id || ' kept' AS key, run_id || ' trade 1' AS later, run_id || '/' || (SELECT through_hour FROM tb.run_summary s WHERE s.run_id = trade.run_id) AS summary;

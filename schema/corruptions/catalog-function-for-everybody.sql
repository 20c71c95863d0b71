-- Anybody may drop backtests.
-- trips: INV-GRANTS
-- plant in: whole
GRANT EXECUTE ON FUNCTION tb.drop_backtest(uuid, text, bigint) TO PUBLIC;
SELECT 'function tb.drop_backtest(uuid,text,bigint)' AS key;

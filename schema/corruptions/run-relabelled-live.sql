-- A backtest passed off as live, its rows left in the partition of backtests.
-- trips: INV-ENVELOPE-FIELDS, INV-RUN-MODE
-- plant in: stripped
UPDATE tb.run SET mode = 'live' WHERE name = 'backtest-full' RETURNING id AS run_id, start_hour - 1 AS hour;

-- INV-RUN-MODE: What can be made again, backtests and imports, stands in a partition of its own, only backtests are kept in summary, and no run trades a derivative account.
-- reads: rows
SELECT 'INV-RUN-MODE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT r.id::text AS key,
    r.mode IN ('backtest', 'paper', 'live', 'import') AND r.keep IN ('full', 'summary')
      AND r.retention = CASE WHEN r.mode IN ('backtest', 'import') THEN 'backtest' ELSE 'kept' END
      AND (r.mode = 'backtest' OR r.keep = 'full')
      AND a.kind = 'SPOT_CASH' AS holds
  FROM tb.run r LEFT JOIN tb.account a ON a.id = r.account_id
) checked;

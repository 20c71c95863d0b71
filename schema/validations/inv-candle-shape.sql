-- INV-CANDLE-SHAPE: A candle is positive, its high and low bound it, it opens on the boundary of its timeframe and was received when it had opened.
-- reads: rows
SELECT 'INV-CANDLE-SHAPE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT s.symbol || ' ' || s.timeframe || ' ' || c.open_ms || ' r' || c.revision AS key,
    c.low > 0 AND c.low <= least(c.open, c.close) AND c.high >= greatest(c.open, c.close) AND c.high <> 'NaN' AND c.volume >= 0 AND c.volume <> 'NaN'
      AND c.open_ms % CASE s.timeframe WHEN '1m' THEN 60000 WHEN '5m' THEN 300000 WHEN '15m' THEN 900000 WHEN '1h' THEN 3600000 END = 0
      AND c.received_ms >= c.open_ms AND coalesce(c.trades >= 0, true) AS holds
  FROM tb.candle c JOIN tb.series s ON s.id = c.series_id
) checked;

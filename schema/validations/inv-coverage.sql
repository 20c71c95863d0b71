-- INV-COVERAGE: A delivery covers a range on the boundaries of its timeframe, every candle it brought lies within, and none closes after it came.
-- reads: rows
SELECT 'INV-COVERAGE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'ingest ' || i.id AS key,
    i.covered_from_ms IS NULL AND i.covered_to_ms IS NULL
      OR i.covered_from_ms % t.length_ms = 0 AND i.covered_to_ms % t.length_ms = 0 AND i.covered_from_ms < i.covered_to_ms AND i.covered_to_ms <= i.received_ms
        AND NOT EXISTS (SELECT FROM tb.candle c WHERE c.ingest_id = i.id AND c.series_id = i.series_id AND NOT (c.open_ms >= i.covered_from_ms AND c.open_ms < i.covered_to_ms)) AS holds
  FROM tb.ingest i
  JOIN tb.series s ON s.id = i.series_id
  CROSS JOIN LATERAL (SELECT CASE s.timeframe WHEN '1m' THEN 60000 WHEN '5m' THEN 300000 WHEN '15m' THEN 900000 WHEN '1h' THEN 3600000 END AS length_ms) t
) checked;

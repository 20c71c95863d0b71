-- INV-CANDLE-INGEST: Every candle came with an import into its series.
-- reads: rows
SELECT 'INV-CANDLE-INGEST' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT c.series_id || ' ' || c.open_ms || ' r' || c.revision AS key,
    s.id IS NOT NULL AND i.series_id = c.series_id AND c.received_ms = i.received_ms AND c.open_ms BETWEEN i.first_open_ms AND i.last_open_ms AS holds
  FROM tb.candle c LEFT JOIN tb.series s ON s.id = c.series_id LEFT JOIN tb.ingest i ON i.id = c.ingest_id
) checked;

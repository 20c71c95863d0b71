-- INV-DELIVERY: The imports that candles came with are noted, and no other.
-- reads: rows
SELECT 'INV-DELIVERY' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'ingest ' || coalesce(d.ingest_id, c.ingest_id) || ' series ' || coalesce(d.series_id, c.series_id) AS key, d.ingest_id IS NOT NULL AND c.ingest_id IS NOT NULL AS holds
  FROM tb.delivery d FULL JOIN (SELECT DISTINCT ingest_id, series_id FROM tb.candle) c ON c.ingest_id = d.ingest_id AND c.series_id = d.series_id
) checked;

-- INV-CANDLE-REVISIONS: Revisions of a candle count from 0 without a gap, each changes something, and each was received after the one before.
-- reads: rows
SELECT 'INV-CANDLE-REVISIONS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT s.symbol || ' ' || s.timeframe || ' ' || c.open_ms || ' r' || c.revision AS key,
    c.revision = 0 OR EXISTS (
      SELECT FROM tb.candle p WHERE p.series_id = c.series_id AND p.open_ms = c.open_ms AND p.revision = c.revision - 1
        AND p.digest <> c.digest AND p.ingest_id < c.ingest_id) AS holds
  FROM tb.candle c JOIN tb.series s ON s.id = c.series_id
) checked;

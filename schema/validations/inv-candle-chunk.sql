-- INV-CANDLE-CHUNK: A chunk of cached columns is of a series and has the digest of its payload.
-- reads: rows
SELECT 'INV-CANDLE-CHUNK' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT c.series_id || ' chunk ' || c.chunk AS key,
    c.sha256 = sha256(c.payload) AND EXISTS (SELECT FROM tb.series s WHERE s.id = c.series_id)
      AND c.ingest_through <= (SELECT max(id) FROM tb.ingest) AS holds
  FROM tb_cache.candle_chunk c
) checked;

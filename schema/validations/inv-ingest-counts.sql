-- INV-INGEST-COUNTS: An import brought as many new candles and revisions as it says.
-- reads: rows
SELECT 'INV-INGEST-COUNTS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'ingest ' || i.id AS key,
    i.added = (SELECT count(*) FROM tb.candle c WHERE c.ingest_id = i.id AND c.revision = 0)
      AND i.revisions = (SELECT count(*) FROM tb.candle c WHERE c.ingest_id = i.id AND c.revision > 0)
      AND i.duplicates >= 0 AND i.rejected >= 0 AND i.file_bytes >= 0 AND octet_length(i.file_sha256) = 32 AND i.absent IN ('quiet', 'missing') AS holds
  FROM tb.ingest i
) checked;

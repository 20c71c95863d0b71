-- INV-CANDLE-DIGEST: The digest of a candle is the SHA-256 of symbol, timeframe, open time and values in normal form.
-- reads: rows
SELECT 'INV-CANDLE-DIGEST' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT s.symbol || ' ' || s.timeframe || ' ' || c.open_ms || ' r' || c.revision AS key,
    c.digest = sha256(convert_to(format('["%s","%s",%s,"%s","%s","%s","%s","%s"]', s.symbol, s.timeframe, c.open_ms, validation.normal(c.open),
      validation.normal(c.high), validation.normal(c.low), validation.normal(c.close), validation.normal(c.volume)), 'UTF8')) AS holds
  FROM tb.candle c JOIN tb.series s ON s.id = c.series_id
) checked;

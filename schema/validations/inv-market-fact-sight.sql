-- INV-MARKET-FACT-SIGHT: A step consumed no candle that it could not see yet.
-- reads: rows
SELECT 'INV-MARKET-FACT-SIGHT' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(f.run_id, f.hour, f.step, f.seq) AS key,
    coalesce((
      SELECT bool_and(EXISTS (
        SELECT FROM tb.candle c JOIN tb.series x ON x.id = c.series_id
        WHERE x.symbol = e.value ->> 0 AND x.timeframe = m.j ->> 'timeframe' AND c.open_ms = validation.whole(m.j ->> 'openMs')
          AND encode(c.digest, 'hex') = e.value ->> 1 AND c.ingest_id <= s.ingest_through))
      FROM jsonb_array_elements(validation.list(m.j -> 'candles')) e), true) AS holds
  FROM tb.fact f
  JOIN validation.market_fact m ON m.digest = f.market_digest
  JOIN tb.hour_step s ON s.retention = f.retention AND s.run_id = f.run_id AND s.hour = f.hour AND s.step = f.step
) checked;

-- INV-MARKET-FACT-CANDLES: Market content names stored candles of its open time and timeframe by their digests, symbols ascending.
-- reads: rows
SELECT 'INV-MARKET-FACT-CANDLES' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT encode(m.digest, 'hex') AS key,
    m.j ->> 'type' = 'candles' AND m.j ->> 'version' = '1'
      AND coalesce((
        SELECT bool_and(coalesce(l.symbol > l.before, true) AND EXISTS (
          SELECT FROM tb.candle c JOIN tb.series s ON s.id = c.series_id
          WHERE s.symbol = l.symbol AND s.timeframe = m.j ->> 'timeframe' AND c.open_ms = validation.whole(m.j ->> 'openMs') AND encode(c.digest, 'hex') = l.digest))
        FROM (SELECT e.value ->> 0 AS symbol, e.value ->> 1 AS digest, lag(e.value ->> 0) OVER (ORDER BY e.ordinality) COLLATE "C" AS before
              FROM jsonb_array_elements(validation.list(m.j -> 'candles')) WITH ORDINALITY e) l), true) AS holds
  FROM validation.market_fact m
) checked;

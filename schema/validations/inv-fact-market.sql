-- INV-FACT-MARKET: Every step has one market fact; its content is of that step, and its count is that of the content.
-- reads: rows
SELECT 'INV-FACT-MARKET' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(s.run_id, s.hour, s.step) AS key,
    count(f.market_digest) = 1 AND bool_and(
      m.j -> 'timeframe' = r.j -> 'timeframe'
        AND validation.whole(m.j ->> 'openMs') = s.hour * 3600000::bigint + s.step * t.length
        AND f.at_ms = validation.whole(m.j ->> 'openMs') + t.length
        AND validation.whole(f.j ->> 'candles') = jsonb_array_length(validation.list(m.j -> 'candles'))) AS holds
  FROM tb.hour_step s
  JOIN validation.run r ON r.id = s.run_id
  CROSS JOIN LATERAL (SELECT CASE r.j ->> 'timeframe' WHEN '1m' THEN 60000 WHEN '5m' THEN 300000 WHEN '15m' THEN 900000 WHEN '1h' THEN 3600000 END AS length) t
  LEFT JOIN validation.fact f ON f.run_id = s.run_id AND f.hour = s.hour AND f.step = s.step AND f.type = 'market'
  LEFT JOIN validation.market_fact m ON m.digest = f.market_digest
  GROUP BY s.run_id, s.hour, s.step
) checked;

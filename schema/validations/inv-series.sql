-- INV-SERIES: Series and rules are of known instruments, whose symbol is base and quote.
-- reads: rows
SELECT 'INV-SERIES' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'instrument ' || symbol AS key, symbol = base || '/' || quote AND base <> '' AND quote <> '' AS holds FROM tb.instrument
  UNION ALL
  SELECT 'series ' || s.id, i.symbol IS NOT NULL AND s.timeframe IN ('1m', '5m', '15m', '1h')
    AND (SELECT count(*) FROM tb.series o WHERE (o.symbol, o.timeframe) = (s.symbol, s.timeframe)) = 1
  FROM tb.series s LEFT JOIN tb.instrument i ON i.symbol = s.symbol
  UNION ALL
  SELECT 'rule ' || r.symbol || ' ' || r.from_hour || ' ' || r.recorded_ms, i.symbol IS NOT NULL AND r.tick > 0 AND r.lot > 0 AND r.min_notional >= 0
    AND r.base_decimals BETWEEN 0 AND 18 AND r.quote_decimals BETWEEN 0 AND 18 AND r.half_spread_bps >= 0
  FROM tb.instrument_rule r LEFT JOIN tb.instrument i ON i.symbol = r.symbol
) checked;

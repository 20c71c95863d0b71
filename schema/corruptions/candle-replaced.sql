-- A candle edited together with its digest: what consumed it still names the old one.
-- trips: INV-MARKET-FACT-CANDLES, INV-MARKET-FACT-SIGHT
-- plant in: stripped
UPDATE tb.candle SET volume = 1, digest = sha256(convert_to(format('["TOK/USD","1h",%s,"%s","%s","%s","%s","1"]', open_ms, trim_scale(open), trim_scale(high), trim_scale(low), trim_scale(close)), 'UTF8'))
WHERE series_id = (SELECT id FROM tb.series WHERE symbol = 'TOK/USD') AND open_ms = 473370 * 3600000::bigint
RETURNING (SELECT encode(market_digest, 'hex') FROM tb.fact f JOIN tb.run r ON r.id = f.run_id AND r.name = 'paper-hourly' WHERE f.hour = 473370 AND f.type = 'market') AS content,
  (SELECT f.run_id || '/' || f.hour || '.0.' || f.seq FROM tb.fact f JOIN tb.run r ON r.id = f.run_id AND r.name = 'paper-hourly' WHERE f.hour = 473370 AND f.type = 'market') AS consumer;

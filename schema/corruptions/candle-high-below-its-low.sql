-- A candle whose high is below its low.
-- trips: INV-CANDLE-DIGEST, INV-CANDLE-SHAPE
-- plant in: stripped
UPDATE tb.candle SET high = low - 0.1 WHERE series_id = (SELECT id FROM tb.series WHERE symbol = 'TOK/USD') AND open_ms = 473371 * 3600000::bigint
RETURNING 'TOK/USD 1h ' || open_ms || ' r' || revision AS key;

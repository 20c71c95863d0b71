-- A candle with another close than its digest covers.
-- trips: INV-CANDLE-DIGEST
-- plant in: stripped
UPDATE tb.candle SET close = close - 0.1 WHERE series_id = (SELECT id FROM tb.series WHERE symbol = 'TOK/USD') AND open_ms = 473370 * 3600000::bigint
RETURNING 'TOK/USD 1h ' || open_ms || ' r' || revision AS key;

-- A candle from the future.
-- trips: INV-CANDLE-INGEST, INV-CANDLE-SHAPE
-- plant in: stripped
UPDATE tb.candle SET received_ms = open_ms - 1 WHERE series_id = (SELECT id FROM tb.series WHERE symbol = 'TOK/USD') AND open_ms = 473371 * 3600000::bigint
RETURNING 'TOK/USD 1h ' || open_ms || ' r' || revision AS key, series_id || ' ' || open_ms || ' r' || revision AS of_import;

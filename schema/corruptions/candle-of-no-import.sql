-- A candle that came with no import.
-- trips: INV-CANDLE-INGEST, INV-DELIVERY, INV-INGEST-COUNTS, INV-MARKET-FACT-SIGHT
-- plant in: stripped
UPDATE tb.candle SET ingest_id = 999 WHERE series_id = (SELECT id FROM tb.series WHERE symbol = 'TOK/USD') AND open_ms = 473373 * 3600000::bigint
RETURNING 'ingest 999 series ' || series_id AS delivery, series_id || ' ' || open_ms || ' r' || revision AS key, (SELECT 'ingest ' || id FROM tb.ingest WHERE series_id = candle.series_id) AS import,
  (SELECT f.run_id || '/' || f.hour || '.0.' || f.seq FROM tb.fact f JOIN tb.run r ON r.id = f.run_id AND r.name = 'paper-hourly' WHERE f.hour = 473373 AND f.type = 'market') AS consumer;

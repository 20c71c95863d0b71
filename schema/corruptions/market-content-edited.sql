-- Shared market content that names another candle than its digest covers.
-- trips: INV-MARKET-FACT-CANDLES, INV-MARKET-FACT-DIGEST, INV-MARKET-FACT-SIGHT
-- plant in: stripped
UPDATE tb.market_fact SET bytes = convert_to(regexp_replace(convert_from(bytes, 'UTF8'), '"[0-9a-f]{8}', '"00000000'), 'UTF8')
WHERE digest = (SELECT market_digest FROM tb.fact f JOIN tb.run r ON r.id = f.run_id AND r.name = 'paper-hourly' WHERE f.hour = 473370 AND f.type = 'market')
RETURNING encode(digest, 'hex') AS content,
  (SELECT f.run_id || '/' || f.hour || '.0.' || f.seq FROM tb.fact f JOIN tb.run r ON r.id = f.run_id AND r.name = 'paper-hourly' WHERE f.hour = 473370 AND f.type = 'market') AS consumer;

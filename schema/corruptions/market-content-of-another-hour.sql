-- A market fact that points at the content of another hour.
-- trips: INV-FACT-COLUMNS, INV-FACT-MARKET
-- plant in: stripped
UPDATE tb.fact SET market_digest = (SELECT market_digest FROM tb.fact o WHERE o.run_id = fact.run_id AND o.hour = 473360 AND o.type = 'market')
WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473370 AND type = 'market' RETURNING run_id, hour, step, seq;

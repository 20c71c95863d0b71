-- A step that could see fewer imports than the step before it.
-- trips: INV-ENVELOPE-SIGHT, INV-MARKET-FACT-SIGHT, INV-STEP-SIGHT
-- plant in: stripped
UPDATE tb.hour_step SET ingest_through = 0 WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473370
RETURNING run_id, hour, step, 0 AS seq;

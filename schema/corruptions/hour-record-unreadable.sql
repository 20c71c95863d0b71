-- A record that is no text any more.
-- trips: INV-CANONICAL, INV-DECISIONS-ROOT, INV-FACT-ORDER, INV-FACTS-ROOT, INV-HOUR-CHAIN, INV-HOUR-COUNTS, INV-HOUR-HASH, INV-HOUR-RECORD, INV-SNAPSHOT, INV-STEP-STATE, INV-TRIAL-BALANCE
-- plant in: stripped
UPDATE tb.hour_record SET record = '\xff00' WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473399
RETURNING run_id, hour, run_id || '/' || hour || '.0.0' AS fact, 'hour_record ' || run_id || '/' || hour AS text;

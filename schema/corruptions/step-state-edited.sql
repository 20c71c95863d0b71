-- Another state after a step than its hour was sealed with.
-- trips: INV-STEP-STATE
-- plant in: stripped
UPDATE tb.hour_step SET state_digest = sha256('another') WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473370 RETURNING run_id, hour;

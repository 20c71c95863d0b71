-- A step that could see fewer commands than the step before it.
-- trips: INV-ENVELOPE-SIGHT, INV-STEP-SIGHT
-- plant in: stripped
UPDATE tb.hour_step SET inbox_through = 0 WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473390 RETURNING run_id, hour, step;

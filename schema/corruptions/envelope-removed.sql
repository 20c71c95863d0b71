-- A sealed hour of which nobody says who executed it.
-- trips: INV-ENVELOPE-CHAIN
-- plant in: stripped
DELETE FROM tb.envelope WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473399 RETURNING run_id, hour;

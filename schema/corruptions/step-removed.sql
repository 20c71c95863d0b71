-- A step cut out of the middle of its hour, its events left.
-- trips: INV-HOUR-COUNTS, INV-STEP-COUNTS
-- plant in: stripped
DELETE FROM tb.hour_step WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-five-minutes') AND hour = 473354 AND step = 7
RETURNING run_id, hour, run_id || '/' || hour || '.' || (step + 1) AS next;

-- An hour cut out of the middle of a run.
-- trips: INV-ENVELOPE-FIELDS, INV-HOUR-CHAIN, INV-HOUR-CONTIGUOUS, INV-SNAPSHOT
-- plant in: stripped
DELETE FROM tb.hour_record WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473398
RETURNING run_id, hour, run_id || '/' || (hour + 1) AS next;

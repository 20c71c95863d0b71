-- The hash of an hour in the middle of a run, with one bit turned.
-- trips: INV-ENVELOPE-FIELDS, INV-HOUR-CHAIN, INV-HOUR-HASH
-- plant in: stripped
UPDATE tb.hour_record SET hash = set_bit(hash, 3, 1 - get_bit(hash, 3)) WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473370
RETURNING run_id, hour, run_id || '/' || (hour + 1) AS next;

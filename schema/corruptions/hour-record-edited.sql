-- A record that names another genesis.
-- trips: INV-HOUR-HASH, INV-HOUR-RECORD
-- plant in: stripped
UPDATE tb.hour_record SET record = convert_to(regexp_replace(convert_from(record, 'UTF8'), '"genesis":"[0-9a-f]{8}', '"genesis":"00000000'), 'UTF8')
WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473370 RETURNING run_id, hour;

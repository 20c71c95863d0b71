-- A record that counts one decision more.
-- trips: INV-HOUR-COUNTS, INV-HOUR-HASH
-- plant in: stripped
UPDATE tb.hour_record SET record = convert_to(replace(convert_from(record, 'UTF8'), '"decisions":0', '"decisions":1'), 'UTF8')
WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473353 RETURNING run_id, hour;

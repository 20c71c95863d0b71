-- An envelope that names another engine.
-- trips: INV-ENVELOPE-HASH
-- plant in: stripped
UPDATE tb.envelope SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"engine":"node', '"engine":"mode'), 'UTF8')
WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473370 RETURNING run_id, hour;

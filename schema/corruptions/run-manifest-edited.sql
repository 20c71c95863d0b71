-- A manifest edited after the run opened, by a space.
-- trips: INV-CANONICAL, INV-RUN-MANIFEST
-- plant in: stripped
UPDATE tb.run SET manifest = convert_to(replace(convert_from(manifest, 'UTF8'), '"version":1', '"version": 1'), 'UTF8') WHERE name = 'paper-hourly' RETURNING id AS run_id;

-- A snapshot whose digest is not the state its hour was sealed with.
-- trips: INV-SNAPSHOT
-- plant in: stripped
UPDATE tb_cache.snapshot SET digest = sha256('another') WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473370 RETURNING run_id, hour;

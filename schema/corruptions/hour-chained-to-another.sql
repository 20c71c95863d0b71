-- An hour that names another hash than that of the hour before.
-- trips: INV-HOUR-CHAIN
-- plant in: stripped
UPDATE tb.hour_record SET prev_hash = sha256('elsewhere') WHERE run_id = (SELECT id FROM tb.run WHERE name = 'backtest-summary') AND hour = 473360 RETURNING run_id, hour;

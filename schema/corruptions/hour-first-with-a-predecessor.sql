-- A first hour that claims to follow another.
-- trips: INV-HOUR-CHAIN
-- plant in: stripped
UPDATE tb.hour_record SET prev_hour = hour - 1 WHERE run_id = (SELECT id FROM tb.run WHERE name = 'backtest-summary') AND hour = 473352 RETURNING run_id, hour;

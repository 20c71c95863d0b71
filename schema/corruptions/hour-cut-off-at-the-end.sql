-- The last hour cut off, and with it what the run came to.
-- trips: INV-ENVELOPE-FIELDS, INV-SNAPSHOT, INV-SUMMARY
-- plant in: stripped
DELETE FROM tb.hour_record WHERE run_id = (SELECT id FROM tb.run WHERE name = 'backtest-full') AND hour = 473399 RETURNING run_id, hour;

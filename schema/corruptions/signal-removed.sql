-- A decision whose signal is gone.
-- trips: INV-SIGNAL-COLUMNS
-- plant in: stripped
DELETE FROM tb.signal WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.signal JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE true ORDER BY hour, step, seq OFFSET 1 LIMIT 1) RETURNING run_id, hour, step, seq;

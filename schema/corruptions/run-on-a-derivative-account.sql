-- A run moved to an account that may not be traded.
-- trips: INV-ENVELOPE-FIELDS, INV-OUTBOX, INV-RUN-MODE
-- plant in: stripped
UPDATE tb.run SET account_id = 'perpetuals' WHERE name = 'paper-hourly'
RETURNING id AS run_id, start_hour AS hour, (SELECT id || '/' || o.hour || '.' || o.step || '.' || o.seq FROM tb.outbox o WHERE o.run_id = run.id ORDER BY o.hour, o.step, o.seq LIMIT 1) AS message;

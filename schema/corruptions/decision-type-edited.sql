-- A signal recorded under the type of a refusal.
-- trips: INV-DECISION-COLUMNS, INV-ORDER-REFUSED-COLUMNS, INV-SIGNAL-COLUMNS
-- plant in: stripped
UPDATE tb.decision SET type = 'order_refused' WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.signal JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE true ORDER BY hour, step, seq OFFSET 0 LIMIT 1) RETURNING run_id, hour, step, seq;

-- An order sent under another name than it derives.
-- trips: INV-OUTBOX
-- plant in: stripped
UPDATE tb.outbox SET client_order_id = 'aaaaaaaaaaaaaaaaaaaaaaaaaa'
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.outbox JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE kind = 'place' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

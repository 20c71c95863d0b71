-- A refusal with another code than its first violation.
-- trips: INV-ORDER-REFUSED-COLUMNS
-- plant in: stripped
UPDATE tb.order_refused SET code = 'TOTAL_CAP'
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.order_refused JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE true ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

-- A signal with other evidence than its decision.
-- trips: INV-SIGNAL-COLUMNS
-- plant in: stripped
UPDATE tb.signal SET evidence = replace(evidence, '"fast":"', '"fast":"1')
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.signal JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE true ORDER BY hour, step, seq OFFSET 1 LIMIT 1)
RETURNING run_id, hour, step, seq;

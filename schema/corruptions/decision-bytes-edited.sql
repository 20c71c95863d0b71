-- The reason of a signal, changed in its bytes.
-- trips: INV-DECISIONS-ROOT, INV-SIGNAL-COLUMNS
-- plant in: stripped
UPDATE tb.decision SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'EMA_CROSS_UP', 'EMA_CROSS_UB'), 'UTF8')
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.signal JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE action = 'enter' ORDER BY hour, step, seq LIMIT 1)
RETURNING run_id, hour, step, seq;

-- A breach that ends where none is.
-- trips: INV-DECISIONS-ROOT, INV-PASSIVE-BREACH
-- plant in: stripped
UPDATE tb.decision SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"begun"', '"ended"'), 'UTF8')
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.decision JOIN tb.run r ON r.id = run_id AND r.name = 'paper-halted' WHERE type = 'passive_breach' AND convert_from(bytes, 'UTF8') LIKE '%position main%"begun"%' LIMIT 1)
RETURNING run_id, hour, step, seq;

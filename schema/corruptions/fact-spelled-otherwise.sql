-- A fact with a space in its bytes: the same to every reader of JSON.
-- trips: INV-CANONICAL, INV-FACTS-ROOT
-- plant in: stripped
UPDATE tb.fact SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), ',"type"', ', "type"'), 'UTF8')
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.fact JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE type = 'operator' ORDER BY hour, step, seq OFFSET 1 LIMIT 1)
RETURNING run_id, hour, step, seq;

-- The reason of a venue's answer, changed in its bytes.
-- trips: INV-FACTS-ROOT
-- plant in: stripped
UPDATE tb.fact SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'OPPOSITE_INTENT', 'OPPOSITE_INTEND'), 'UTF8')
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.fact WHERE convert_from(bytes, 'UTF8') LIKE '%OPPOSITE_INTENT%' ORDER BY run_id, hour, step, seq LIMIT 1)
RETURNING run_id, hour;

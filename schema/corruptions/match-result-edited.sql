-- A match with a better result than its parts give.
-- trips: INV-LOT-MATCH-COLUMNS, INV-LOT-MATCH-RESULT
-- plant in: stripped
UPDATE tb.lot_match SET result = result + 1
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.lot_match JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE NOT paid_fee ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

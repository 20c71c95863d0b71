-- Two lots of one asset, of which the younger was taken first.
-- trips: INV-FIFO, INV-LOT-MATCH-COLUMNS
-- plant in: stripped
UPDATE tb.lot_match SET lot_id = (
  SELECT l.lot_id FROM tb.lot l WHERE l.run_id = lot_match.run_id AND l.agent = 'treasury' ORDER BY l.hour, l.step, l.seq OFFSET 1 LIMIT 1)
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.lot_match JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE agent = 'treasury' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

-- The last fact of a step, taken out of the log.
-- trips: INV-FACTS-ROOT, INV-HOUR-COUNTS, INV-STEP-COUNTS
-- plant in: stripped
DELETE FROM tb.fact WHERE (run_id, hour, step, seq) = (
  SELECT f.run_id, f.hour, f.step, f.seq FROM tb.fact f JOIN tb.hour_step s USING (retention, run_id, hour, step)
  WHERE f.type = 'order_expired' AND f.seq = s.facts - 1 ORDER BY f.run_id, f.hour, f.step LIMIT 1)
RETURNING run_id, hour, step;

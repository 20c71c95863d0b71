-- A decision slipped into a sealed hour.
-- trips: INV-DECISIONS-ROOT, INV-HOUR-COUNTS, INV-SIGNAL-COLUMNS, INV-STEP-COUNTS
-- plant in: stripped
INSERT INTO tb.decision (retention, run_id, hour, step, seq, type, bytes)
SELECT d.retention, d.run_id, d.hour, d.step, d.seq + 1, d.type, d.bytes FROM tb.decision d
WHERE d.type = 'signal_raised' AND NOT EXISTS (SELECT FROM tb.decision n WHERE (n.run_id, n.hour, n.step) = (d.run_id, d.hour, d.step) AND n.seq > d.seq)
ORDER BY d.run_id, d.hour, d.step LIMIT 1
RETURNING run_id, hour, step, seq;

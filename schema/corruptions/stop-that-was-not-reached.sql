-- A stop above which the candle stayed.
-- trips: INV-DECISIONS-ROOT, INV-STOP
-- plant in: stripped
UPDATE tb.decision SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"level":"', '"level":"-'), 'UTF8')
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.decision JOIN tb.run r ON r.id = run_id AND r.name = 'paper-stops' WHERE type = 'stop_triggered' LIMIT 1)
RETURNING run_id, hour, step, seq;

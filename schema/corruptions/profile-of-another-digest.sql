-- A profile that came into force under another digest.
-- trips: INV-DECISIONS-ROOT, INV-PROFILE
-- plant in: stripped
UPDATE tb.decision SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"governance":1', '"governance":2'), 'UTF8')
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.decision JOIN tb.run r ON r.id = run_id AND r.name = 'paper-halted' WHERE type = 'profile_changed' LIMIT 1)
RETURNING run_id, hour, step, seq;

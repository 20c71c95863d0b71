-- A tier that its drawdown does not reach.
-- trips: INV-DECISIONS-ROOT, INV-TIER
-- plant in: stripped
UPDATE tb.decision SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"drawdown":"0.00', '"drawdown":"0.000'), 'UTF8')
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.decision JOIN tb.run r ON r.id = run_id AND r.name = 'paper-halted' WHERE type = 'tier_changed' AND convert_from(bytes, 'UTF8') LIKE '%"to":"DD0.2"%' LIMIT 1)
RETURNING run_id, hour, step, seq;

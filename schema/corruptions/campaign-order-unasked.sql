-- An order that no campaign asked for.
-- trips: INV-CAMPAIGN-ASKED, INV-DECISIONS-ROOT
-- plant in: stripped
UPDATE tb.decision SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), 'TACTICAL_PROFIT', 'TACTICAL_PROFET'), 'UTF8')
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.decision JOIN tb.run r ON r.id = run_id AND r.name = 'paper-campaigns' WHERE type = 'campaign_asked' AND convert_from(bytes, 'UTF8') LIKE '%TACTICAL_PROFIT%' LIMIT 1)
RETURNING run_id, hour, step, seq, (SELECT o.run_id || '/' || o.hour || '.' || o.step || '.' || o.seq FROM tb.order_placed o WHERE o.run_id = decision.run_id AND o.reason = 'TACTICAL_PROFIT' LIMIT 1) AS placed;

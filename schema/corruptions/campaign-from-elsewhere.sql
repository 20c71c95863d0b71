-- A campaign that moves from where it did not stand.
-- trips: INV-CAMPAIGN, INV-DECISIONS-ROOT
-- plant in: stripped
UPDATE tb.decision SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"from":"FLAT"', '"from":"WAIT_DIP"'), 'UTF8')
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.decision JOIN tb.run r ON r.id = run_id AND r.name = 'paper-campaigns' WHERE type = 'campaign_moved' AND convert_from(bytes, 'UTF8') LIKE '%ENTRY_FILLED%' LIMIT 1)
RETURNING run_id, hour, step, seq;

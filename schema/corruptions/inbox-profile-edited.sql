-- A profile in the inbox that is not the one consumed.
-- trips: INV-INBOX-CONSUMED
-- plant in: stripped
UPDATE tb.inbox SET profile = replace(profile, '"version":1', '"version":2') WHERE id = (SELECT id FROM tb.inbox WHERE command = 'profile' ORDER BY id LIMIT 1)
RETURNING id, (SELECT f.run_id || '/' || f.hour || '.' || f.step || '.' || f.seq FROM tb.fact f WHERE f.inbox_id = inbox.id) AS fact;

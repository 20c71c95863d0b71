-- An answer to what was never sent.
-- trips: INV-OUTBOX-EVENTS
-- plant in: stripped
DELETE FROM tb.outbox_event WHERE id = (SELECT min(id) FROM tb.outbox_event WHERE event = 'sent') RETURNING 'event ' || (id + 1) AS key;

-- A command of another amount than the fact that consumed it.
-- trips: INV-INBOX-CONSUMED
-- plant in: stripped
UPDATE tb.inbox SET amount = amount + 1 WHERE key = 'd-1'
RETURNING (SELECT run_id || '/' || hour || '.' || step || '.' || seq FROM tb.fact WHERE inbox_id = inbox.id) AS key;

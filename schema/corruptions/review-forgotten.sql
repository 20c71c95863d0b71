-- A review that is told twice instead of being closed.
-- trips: INV-DECISION-COLUMNS, INV-REVIEW
-- plant in: stripped
UPDATE tb.decision SET type = 'review_required'
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.decision WHERE type = 'review_closed' LIMIT 1)
RETURNING run_id, hour, step, seq;

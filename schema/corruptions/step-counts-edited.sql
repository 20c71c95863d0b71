-- A step that says it had one fact more.
-- trips: INV-STEP-COUNTS
-- plant in: stripped
UPDATE tb.hour_step SET facts = facts + 1 WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-five-minutes') AND hour = 473354 AND step = 7 RETURNING run_id, hour, step;

-- A tombstone of a run that is still there.
-- trips: INV-TOMBSTONE
-- plant in: stripped
INSERT INTO tb.run_tombstone (run_id, name, genesis, head, hours, dropped_ms, reason)
SELECT id, name, genesis, NULL, 0, 0, 'never' FROM tb.run WHERE name = 'paper-hourly' RETURNING run_id;

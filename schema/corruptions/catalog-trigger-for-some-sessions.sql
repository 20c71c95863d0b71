-- A trigger that a replica role would skip.
-- trips: INV-APPEND-ONLY
-- plant in: whole
ALTER TABLE tb.run ENABLE TRIGGER refuse_truncate;
SELECT 'tb.run' AS key;

-- A partition that rows can be edited in.
-- trips: INV-APPEND-ONLY
-- plant in: whole
ALTER TABLE tb.fact_kept DISABLE TRIGGER refuse_update;
SELECT 'tb.fact_kept' AS key;

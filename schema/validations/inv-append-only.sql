-- INV-APPEND-ONLY: Every table and partition refuses UPDATE, DELETE and TRUNCATE by triggers that no session turns off.
-- reads: catalog
SELECT 'INV-APPEND-ONLY' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'tb.' || c.relname AS key,
    (SELECT count(*) FROM pg_catalog.pg_trigger t
     WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled = 'A' AND t.tgqual IS NULL AND t.tgattr = ''
       AND (t.tgfoid::regproc::text, t.tgtype) IN (
         ('tb.refuse_change', 1 + 2 + 16),  -- each row, before, UPDATE
         ('tb.refuse_delete', 1 + 2 + 8),   -- each row, before, DELETE
         ('tb.refuse_change', 2 + 32))      -- the statement, before, TRUNCATE
    ) = 3 AS holds
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'tb' AND c.relkind IN ('r', 'p')
) checked;

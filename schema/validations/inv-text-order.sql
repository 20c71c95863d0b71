-- INV-TEXT-ORDER: Every text column is compared byte by byte, so that no locale reorders a log.
-- reads: catalog
SELECT 'INV-TEXT-ORDER' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT n.nspname || '.' || c.relname || '.' || a.attname AS key, l.collname = 'C' AS holds
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'text'::regtype
  LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
  WHERE n.nspname IN ('tb', 'tb_cache') AND c.relkind IN ('r', 'p')
) checked;

-- INV-GRANTS: The application may read everything, insert into tables and not into partitions, delete in the cache, set no balance, and nothing else; nobody else may anything.
-- reads: catalog
SELECT 'INV-GRANTS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT n.nspname || '.' || c.relname AS key,
    coalesce((SELECT array_agg((CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE r.rolname END || ' ' || a.privilege_type || CASE WHEN a.is_grantable THEN ' on' ELSE '' END)::text ORDER BY a.privilege_type COLLATE "C")
              FROM aclexplode(c.relacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee WHERE a.grantee <> c.relowner), '{}')
      = CASE
          WHEN c.relkind = 'S' THEN ARRAY['tb_app USAGE']
          WHEN c.relispartition OR (n.nspname, c.relname) = ('tb_cache', 'balance') THEN ARRAY['tb_app SELECT']
          WHEN n.nspname = 'tb_cache' THEN ARRAY['tb_app DELETE', 'tb_app INSERT', 'tb_app SELECT']
          ELSE ARRAY['tb_app INSERT', 'tb_app SELECT']
        END
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute t WHERE t.attrelid = c.oid AND t.attacl IS NOT NULL)
      AND pg_catalog.pg_get_userbyid(c.relowner) <> 'tb_app' AS holds
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('tb', 'tb_cache') AND c.relkind IN ('r', 'p', 'S', 'v', 'm', 'f')
  UNION ALL
  SELECT 'schema ' || n.nspname,
    coalesce((SELECT array_agg((CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE r.rolname END || ' ' || a.privilege_type)::text)
              FROM aclexplode(n.nspacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee WHERE a.grantee <> n.nspowner), '{}') = ARRAY['tb_app USAGE']
  FROM pg_catalog.pg_namespace n WHERE n.nspname IN ('tb', 'tb_cache')
  UNION ALL
  SELECT 'function ' || p.oid::regprocedure, p.proacl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee <> p.proowner)
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('tb', 'tb_cache')
) checked;

-- INV-STORE-ONE: A store has one identity, and versions from 1 without a gap.
-- reads: rows
SELECT 'INV-STORE-ONE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT id::text AS key, (SELECT count(*) FROM tb.store) = 1 AS holds FROM tb.store
  UNION ALL
  SELECT 'version ' || version, version = 1 OR EXISTS (SELECT FROM tb.schema_version p WHERE p.version = v.version - 1) FROM tb.schema_version v
) checked;

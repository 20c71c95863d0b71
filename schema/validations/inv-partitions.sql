-- INV-PARTITIONS: Run tables have a partition for each retention, candles one for each year, and none takes what fits nowhere.
-- reads: catalog
SELECT 'INV-PARTITIONS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'tb.' || c.relname AS key,
    (SELECT array_agg(pg_get_expr(k.relpartbound, k.oid) ORDER BY k.relname COLLATE "C") FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class k ON k.oid = i.inhrelid WHERE i.inhparent = c.oid)
      = CASE WHEN c.relname = 'candle' THEN ARRAY(
          SELECT format('FOR VALUES FROM (''%s'') TO (''%s'')', extract(epoch FROM make_date(year, 1, 1))::bigint * 1000, extract(epoch FROM make_date(year + 1, 1, 1))::bigint * 1000)
          FROM generate_series(2009, 2040) year ORDER BY year)
        ELSE ARRAY['FOR VALUES IN (''backtest'')', 'FOR VALUES IN (''kept'')'] END AS holds
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'tb' AND c.relkind = 'p'
  UNION ALL
  SELECT 'tb.' || c.relname, c.relkind = 'p'
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'retention'
  WHERE n.nspname = 'tb' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT IN ('run', 'outbox_event')
) checked;

-- INV-RUN-STRATEGY: A run keeps the strategy file that its manifest names by digest, and no other.
-- reads: rows
SELECT 'INV-RUN-STRATEGY' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT id::text AS key,
    coalesce((SELECT bool_and(a ->> 'strategyDigest' IS NOT DISTINCT FROM encode(sha256(strategy_source), 'hex'))
              FROM jsonb_array_elements(validation.list(j -> 'agents')) a WHERE strategy_source IS NULL OR a ->> 'strategyDigest' IS NOT NULL),
             -- Without agents there is nothing to keep.
             j -> 'agents' = '[]' AND strategy_source IS NULL, false) AS holds
  FROM validation.run
) checked;

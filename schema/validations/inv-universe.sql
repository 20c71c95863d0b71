-- INV-UNIVERSE: The members of a universe are ranked from 1 without a hole, and are those of its digest.
-- reads: rows
SELECT 'INV-UNIVERSE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'universe ' || u.name AS key,
    m.members > 0 AND m.last_rank = m.members AND u.digest = sha256(convert_to(m.lines, 'UTF8')) AS holds
  FROM tb.universe u
  CROSS JOIN LATERAL (
    SELECT count(*) AS members, max(rank) AS last_rank, string_agg(rank || ' ' || asset || coalesce(' ' || formerly, '') || E'\n', '' ORDER BY rank) AS lines
    FROM tb.universe_member WHERE universe = u.name
  ) m
  UNION ALL
  SELECT 'universe_member ' || m.universe || ' ' || m.rank, EXISTS (SELECT FROM tb.universe u WHERE u.name = m.universe)
  FROM tb.universe_member m
) checked;

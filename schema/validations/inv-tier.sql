-- INV-TIER: Tiers of drawdown follow one another, and each is the one that its profile has for the drawdown told.
-- reads: rows
SELECT 'INV-TIER' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(d.run_id, d.hour, d.step, d.seq) AS key,
    (d.j ->> 'from' = coalesce(b.name, 'NORMAL') OR b.profiled) AND d.j ->> 'from' <> d.j ->> 'to'
      AND d.j ->> 'to' = (
        SELECT CASE WHEN t.place = 1 THEN 'NORMAL' ELSE CASE WHEN (t.tier ->> 'halts')::boolean THEN 'HALT' ELSE 'DD' END || validation.normal((t.tier ->> 'from')::numeric * 100) END
        FROM jsonb_array_elements(p.j #> '{drawdown,tiers}') WITH ORDINALITY AS t (tier, place)
        WHERE (t.tier ->> 'from')::numeric <= validation.amount(d.j ->> 'drawdown') ORDER BY t.place DESC LIMIT 1)
      AND (d.j -> 'binding')::boolean = (p.j #>> '{drawdown,mode}' = 'bind') AS holds
  FROM validation.decision d
  CROSS JOIN LATERAL (
    SELECT f.j, f.hour, f.step, f.seq FROM validation.profile f WHERE f.run_id = d.run_id AND (f.hour, f.step, f.seq) < (d.hour, d.step, d.seq) ORDER BY f.hour DESC, f.step DESC, f.seq DESC LIMIT 1) p
  LEFT JOIN LATERAL (
    SELECT e.j ->> 'to' AS name, (e.hour, e.step, e.seq) < (p.hour, p.step, p.seq) AS profiled FROM validation.decision e
    WHERE e.run_id = d.run_id AND e.type = 'tier_changed' AND (e.hour, e.step, e.seq) < (d.hour, d.step, d.seq) ORDER BY e.hour DESC, e.step DESC, e.seq DESC LIMIT 1) b ON true
  WHERE d.type = 'tier_changed'
) checked;

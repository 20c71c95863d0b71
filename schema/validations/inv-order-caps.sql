-- INV-ORDER-CAPS: No BUY was placed beyond a cap of the profile in force, as projected after it at the marks of its step: total, quote, cluster, position.
-- reads: rows
WITH exposure AS MATERIALIZED (
  SELECT e.*, i ->> 'cluster' AS cluster
  FROM validation.exposure e JOIN validation.run r ON r.id = e.run_id
  LEFT JOIN LATERAL jsonb_array_elements(validation.list(r.j -> 'universe')) i ON i ->> 'symbol' = e.symbol
), money AS MATERIALIZED (
  SELECT retention, run_id, hour, step, sum(amount) AS amount FROM tb.posting WHERE account = 'cash' GROUP BY retention, run_id, hour, step
)
SELECT 'INV-ORDER-CAPS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(o.run_id, o.hour, o.step, o.seq) AS key,
    bool_and(coalesce(c.usage, 0) <= greatest(least(v.value * (c.most ->> 'share')::numeric, (c.most ->> 'amount')::numeric), 0) + 0.000000001) AS holds
  FROM tb.order_placed o
  JOIN validation.run r ON r.id = o.run_id
  CROSS JOIN LATERAL (
    SELECT f.j -> 'limits' AS limits FROM validation.profile f WHERE f.run_id = o.run_id AND (f.hour, f.step, f.seq) < (o.hour, o.step, o.seq) ORDER BY f.hour DESC, f.step DESC, f.seq DESC LIMIT 1) p
  CROSS JOIN LATERAL (SELECT i ->> 'cluster' AS cluster FROM jsonb_array_elements(validation.list(r.j -> 'universe')) i WHERE i ->> 'symbol' = o.symbol) m
  CROSS JOIN LATERAL (
    SELECT sum(worth) AS total, sum(worth) FILTER (WHERE e.cluster = m.cluster) AS of_cluster, sum(worth) FILTER (WHERE e.agent = o.agent AND e.symbol = o.symbol) AS of_position,
      coalesce(sum(worth) FILTER (WHERE e.is_held), 0) AS held
    FROM exposure e WHERE (e.run_id, e.hour, e.step, e.seq) = (o.run_id, o.hour, o.step, o.seq)) x
  CROSS JOIN LATERAL (
    SELECT x.held + coalesce(sum(t.amount), 0) AS value FROM money t WHERE t.retention = o.retention AND t.run_id = o.run_id AND (t.hour, t.step) <= (o.hour, o.step)) v
  CROSS JOIN LATERAL (VALUES
    (p.limits -> 'total', x.total), (p.limits #> ARRAY['quotes', r.j ->> 'quote'], x.total), (p.limits -> 'perPosition', x.of_position),
    (CASE m.cluster WHEN 'UNCLASSIFIED' THEN p.limits -> 'unclassified' ELSE coalesce(p.limits #> ARRAY['clusters', m.cluster], p.limits -> 'perCluster') END, x.of_cluster)) AS c (most, usage)
  WHERE o.side = 'BUY' AND jsonb_typeof(c.most) = 'object'
  GROUP BY o.run_id, o.hour, o.step, o.seq
) checked;

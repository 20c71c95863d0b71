-- INV-PASSIVE-BREACH: A breach begins where none is and ends where one is, beyond its cap; while it lasts nothing is bought that adds to it.
-- reads: rows
SELECT 'INV-PASSIVE-BREACH' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(d.run_id, d.hour, d.step, d.seq) AS key,
    CASE d.j ->> 'state'
      WHEN 'begun' THEN b.state IS DISTINCT FROM 'begun' AND validation.amount(d.j ->> 'usage') > validation.amount(d.j ->> 'limit') AND NOT EXISTS (
        SELECT FROM tb.order_placed o
        JOIN validation.run r ON r.id = o.run_id
        WHERE o.retention = d.retention AND o.run_id = d.run_id AND o.side = 'BUY' AND (o.hour, o.step, o.seq) > (d.hour, d.step, d.seq) AND (a.hour IS NULL OR (o.hour, o.step, o.seq) < (a.hour, a.step, a.seq))
          AND d.j ->> 'scope' IN ('total', 'quote ' || (r.j ->> 'quote'), 'position ' || o.agent || ' ' || o.symbol,
            (SELECT 'cluster ' || (i ->> 'cluster') FROM jsonb_array_elements(r.j -> 'universe') i WHERE i ->> 'symbol' = o.symbol)))
      WHEN 'ended' THEN b.state = 'begun'
    END AS holds
  FROM validation.decision d
  LEFT JOIN LATERAL (
    SELECT e.j ->> 'state' AS state FROM validation.decision e
    WHERE e.run_id = d.run_id AND e.type = 'passive_breach' AND e.j ->> 'scope' = d.j ->> 'scope' AND (e.hour, e.step, e.seq) < (d.hour, d.step, d.seq) ORDER BY e.hour DESC, e.step DESC, e.seq DESC LIMIT 1) b ON true
  LEFT JOIN LATERAL (
    SELECT e.hour, e.step, e.seq FROM validation.decision e
    WHERE e.run_id = d.run_id AND e.type = 'passive_breach' AND e.j ->> 'scope' = d.j ->> 'scope' AND (e.hour, e.step, e.seq) > (d.hour, d.step, d.seq) ORDER BY e.hour, e.step, e.seq LIMIT 1) a ON true
  WHERE d.type = 'passive_breach'
) checked;

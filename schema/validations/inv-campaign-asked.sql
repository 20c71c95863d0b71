-- INV-CAMPAIGN-ASKED: A campaign asks for one thing a step at most, and no order of an agent that asks is without an asking of its reason.
-- reads: rows
SELECT 'INV-CAMPAIGN-ASKED' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'asked ' || validation.at(d.run_id, d.hour, d.step, d.seq) AS key,
    (SELECT count(*) FROM validation.decision e
     WHERE e.run_id = d.run_id AND (e.hour, e.step) = (d.hour, d.step) AND e.type = 'campaign_asked' AND (e.j ->> 'agent', e.j ->> 'symbol') = (d.j ->> 'agent', d.j ->> 'symbol')) = 1
      AND validation.amount(d.j ->> 'fraction') > 0 AND validation.amount(d.j ->> 'fraction') <= 1 AS holds
  FROM validation.decision d WHERE d.type = 'campaign_asked'
  UNION ALL
  SELECT 'order ' || validation.at(o.run_id, o.hour, o.step, o.seq),
    EXISTS (SELECT FROM validation.decision e
            WHERE e.run_id = o.run_id AND e.type = 'campaign_asked' AND (e.j ->> 'agent', e.j ->> 'symbol', e.j ->> 'reason') = (o.agent, o.symbol, o.reason) AND (e.hour, e.step, e.seq) < (o.hour, o.step, o.seq))
  FROM tb.order_placed o
  WHERE EXISTS (SELECT FROM validation.decision e WHERE e.run_id = o.run_id AND e.type = 'campaign_asked' AND e.j ->> 'agent' = o.agent)
) checked;

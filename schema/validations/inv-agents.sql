-- INV-AGENTS: Whoever signals, orders or holds is an agent of the manifest, in a market of its universe.
-- reads: rows
SELECT 'INV-AGENTS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT d.name || ' ' || validation.at(d.run_id, d.hour, d.step, d.seq) AS key,
    (d.agent = 'treasury' AND d.name IN ('lot', 'lot_match', 'lot_release') OR EXISTS (SELECT FROM jsonb_array_elements(validation.list(r.j -> 'agents')) a WHERE a ->> 'id' = d.agent))
      AND EXISTS (SELECT FROM jsonb_array_elements(validation.list(r.j -> 'universe')) i WHERE i ->> 'symbol' = d.symbol) AS holds
  FROM (
    SELECT 'signal' AS name, run_id, hour, step, seq, agent, symbol FROM tb.signal
    UNION ALL SELECT 'order_placed', run_id, hour, step, seq, agent, symbol FROM tb.order_placed
    UNION ALL SELECT 'order_refused', run_id, hour, step, seq, agent, symbol FROM tb.order_refused
    UNION ALL SELECT 'lot', run_id, hour, step, seq, agent, symbol FROM tb.lot
    UNION ALL SELECT 'lot_match', run_id, hour, step, seq, agent, symbol FROM tb.lot_match
    UNION ALL SELECT 'lot_release', run_id, hour, step, seq, agent, symbol FROM tb.lot_release
  ) d JOIN validation.run r ON r.id = d.run_id
) checked;

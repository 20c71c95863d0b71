-- INV-STOP: A stop was reached by the low of a candle of its step, belongs to an agent that has one, and is followed by a sale or its refusal.
-- reads: rows
SELECT 'INV-STOP' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(d.run_id, d.hour, d.step, d.seq) AS key,
    validation.amount(d.j ->> 'low') <= validation.amount(d.j ->> 'level')
      AND validation.amount(d.j ->> 'low') = (
        SELECT c.low FROM validation.fact f
        JOIN validation.market_fact m ON m.digest = f.market_digest
        CROSS JOIN LATERAL jsonb_array_elements(validation.list(m.j -> 'candles')) told
        JOIN tb.series s ON s.symbol = told ->> 0 AND s.timeframe = m.j ->> 'timeframe'
        JOIN tb.candle c ON c.series_id = s.id AND c.open_ms = validation.whole(m.j ->> 'openMs') AND encode(c.digest, 'hex') = told ->> 1
        WHERE f.run_id = d.run_id AND (f.hour, f.step) = (d.hour, d.step) AND f.type = 'market' AND told ->> 0 = d.j ->> 'symbol' LIMIT 1)
      AND EXISTS (SELECT FROM jsonb_array_elements(validation.list(r.j -> 'agents')) a WHERE a ->> 'id' = d.j ->> 'agent' AND a #>> '{stop,kind}' = d.j ->> 'kind')
      AND (EXISTS (
          SELECT FROM tb.order_placed o
          WHERE o.run_id = d.run_id AND o.side = 'SELL' AND o.agent = d.j ->> 'agent' AND o.symbol = d.j ->> 'symbol' AND (o.hour, o.step) <= (d.hour, d.step)
            AND NOT EXISTS (SELECT FROM tb.order_closed c WHERE c.run_id = o.run_id AND c.order_id = o.order_id AND (c.hour, c.step) <= (d.hour, d.step)))
        OR EXISTS (SELECT FROM tb.order_refused o WHERE o.run_id = d.run_id AND (o.hour, o.step) = (d.hour, d.step) AND o.side = 'SELL' AND o.agent = d.j ->> 'agent' AND o.symbol = d.j ->> 'symbol')) AS holds
  FROM validation.decision d
  JOIN validation.run r ON r.id = d.run_id
  WHERE d.type = 'stop_triggered'
) checked;

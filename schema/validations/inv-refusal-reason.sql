-- INV-REFUSAL-REASON: A BUY that was refused for the standing of the run was refused for the one it had, and none was refused for warm-up after it.
-- reads: rows
SELECT 'INV-REFUSAL-REASON' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(o.run_id, o.hour, o.step, o.seq) AS key,
    CASE v ->> 'code'
      WHEN 'WARM_UP' THEN o.hour < validation.whole(r.j ->> 'tradeFromHour')
      ELSE v ->> 'code' = coalesce((SELECT c.to_status FROM tb.risk_change c
        WHERE c.retention = o.retention AND c.run_id = o.run_id AND (c.hour, c.step, c.seq) < (o.hour, o.step, o.seq) ORDER BY c.hour DESC, c.step DESC, c.seq DESC LIMIT 1), 'ACTIVE')
    END AND o.side = 'BUY' AS holds
  FROM tb.order_refused o
  JOIN validation.run r ON r.id = o.run_id
  CROSS JOIN LATERAL jsonb_array_elements(validation.list(validation.json(convert_to(o.violations, 'UTF8')))) v
  WHERE v ->> 'code' IN ('WARM_UP', 'HALTED', 'KILLED')
) checked;

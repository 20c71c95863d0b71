-- INV-FILL-ORDER: Every fill is of an order of its run that was placed in an earlier step and has not ended.
-- reads: rows
SELECT 'INV-FILL-ORDER' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(f.run_id, f.hour, f.step, f.seq) AS key,
    (f.hour, f.step) > (f.order_hour, f.order_step)
      AND NOT EXISTS (SELECT FROM tb.order_closed c WHERE c.retention = f.retention AND c.run_id = f.run_id AND c.order_id = f.order_id AND (c.hour, c.step) < (f.hour, f.step)) AS holds
  FROM validation.fill f
) checked;

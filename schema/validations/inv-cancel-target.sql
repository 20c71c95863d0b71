-- INV-CANCEL-TARGET: What is asked to be cancelled is an order that was placed before and has not ended.
-- reads: rows
SELECT 'INV-CANCEL-TARGET' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(q.run_id, q.hour, q.step, q.seq) AS key,
    o.symbol = q.symbol AND (o.hour, o.step, o.seq) < (q.hour, q.step, q.seq)
      AND NOT EXISTS (SELECT FROM tb.order_closed c WHERE c.retention = q.retention AND c.run_id = q.run_id AND c.order_id = q.order_id AND (c.hour, c.step, c.seq) < (q.hour, q.step, q.seq)) AS holds
  FROM tb.cancel_requested q LEFT JOIN tb.order_placed o ON o.retention = q.retention AND o.run_id = q.run_id AND o.order_id = q.order_id
) checked;

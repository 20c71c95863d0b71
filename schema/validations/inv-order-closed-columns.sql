-- INV-ORDER-CLOSED-COLUMNS: Every end of an order has its row, equal to its bytes.
-- reads: rows
SELECT 'INV-ORDER-CLOSED-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.order_id = j ->> 'orderId' AND m.symbol = j ->> 'symbol' AND m.status = j ->> 'status' AND m.reason = j ->> 'reason'
      AND m.filled = validation.amount(j ->> 'filled') AS holds
  FROM (SELECT * FROM validation.decision WHERE type = 'order_closed') d
  FULL JOIN tb.order_closed m USING (retention, run_id, hour, step, seq)
) checked;

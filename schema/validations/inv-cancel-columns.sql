-- INV-CANCEL-COLUMNS: Every request to cancel has its row, equal to its bytes.
-- reads: rows
SELECT 'INV-CANCEL-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.order_id = j ->> 'orderId' AND m.symbol = j ->> 'symbol' AND m.reason = j ->> 'reason' AS holds
  FROM (SELECT * FROM validation.decision WHERE type = 'cancel_requested') d
  FULL JOIN tb.cancel_requested m USING (retention, run_id, hour, step, seq)
) checked;

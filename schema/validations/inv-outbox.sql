-- INV-OUTBOX: What goes to a venue is an order placed or a cancel requested, under the name its order derives; a paper or live run leaves none out.
-- reads: rows
SELECT 'INV-OUTBOX' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(m.run_id, m.hour, m.step, m.seq) AS key,
    m.kind = CASE d.type WHEN 'order_placed' THEN 'place' WHEN 'cancel_requested' THEN 'cancel' END
      AND m.client_order_id = validation.base32(sha256(convert_to(
        r.id || E'\n' || r.account_id || E'\n' || CASE d.type WHEN 'order_placed' THEN d.j ->> 'id' ELSE d.j ->> 'orderId' END, 'UTF8'))) AS holds
  FROM tb.outbox m
  JOIN tb.run r ON r.id = m.run_id
  LEFT JOIN validation.decision d ON d.retention = m.retention AND d.run_id = m.run_id AND d.hour = m.hour AND d.step = m.step AND d.seq = m.seq
  UNION ALL
  SELECT validation.at(d.run_id, d.hour, d.step, d.seq),
    EXISTS (SELECT FROM tb.outbox m WHERE (m.retention, m.run_id, m.hour, m.step, m.seq) = (d.retention, d.run_id, d.hour, d.step, d.seq))
  FROM tb.decision d WHERE d.retention = 'kept' AND d.type IN ('order_placed', 'cancel_requested')
) checked;

-- INV-REVIEW: A review opens where none is open and is closed where one is, and while it is open nothing is bought.
-- reads: rows
SELECT 'INV-REVIEW' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    CASE type
      WHEN 'review_required' THEN before IS DISTINCT FROM 'review_required'
      WHEN 'review_closed' THEN before = 'review_required'
      ELSE before IS DISTINCT FROM 'review_required'
    END AS holds
  FROM (
    SELECT e.run_id, e.hour, e.step, e.seq, e.type, b.type AS before
    FROM (
      SELECT retention, run_id, hour, step, seq, type FROM tb.decision WHERE type IN ('review_required', 'review_closed')
      UNION ALL SELECT o.retention, o.run_id, o.hour, o.step, o.seq, 'buy' FROM tb.order_placed o
      WHERE o.side = 'BUY' AND EXISTS (SELECT FROM tb.decision d WHERE d.run_id = o.run_id AND d.type = 'review_required')) e
    LEFT JOIN LATERAL (
      SELECT d.type FROM tb.decision d
      WHERE d.retention = e.retention AND d.run_id = e.run_id AND d.type IN ('review_required', 'review_closed') AND (d.hour, d.step, d.seq) < (e.hour, e.step, e.seq)
      ORDER BY d.hour DESC, d.step DESC, d.seq DESC LIMIT 1) b ON true
  ) told
) checked;

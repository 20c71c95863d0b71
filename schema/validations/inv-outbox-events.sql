-- INV-OUTBOX-EVENTS: A message is sent before it is answered.
-- reads: rows
SELECT 'INV-OUTBOX-EVENTS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'event ' || e.id AS key,
    EXISTS (SELECT FROM tb.outbox m WHERE (m.retention, m.run_id, m.hour, m.step, m.seq) = (e.retention, e.run_id, e.hour, e.step, e.seq))
      AND (e.event = 'sent' OR e.event = 'answered' AND EXISTS (
        SELECT FROM tb.outbox_event s WHERE (s.retention, s.run_id, s.hour, s.step, s.seq) = (e.retention, e.run_id, e.hour, e.step, e.seq)
          AND s.event = 'sent' AND s.id < e.id AND s.at_ms <= e.at_ms)) AS holds
  FROM tb.outbox_event e
) checked;

-- INV-RUN-ROWS: Every row of a run table belongs to a run, in the partition of that run.
-- reads: rows
SELECT 'INV-RUN-ROWS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT t.name || ' ' || t.run_id || ' ' || t.retention AS key, EXISTS (SELECT FROM tb.run r WHERE r.id = t.run_id AND r.retention = t.retention) AS holds
  FROM (
    SELECT DISTINCT 'hour_step' AS name, retention, run_id FROM tb.hour_step
    UNION ALL SELECT DISTINCT 'hour_record', retention, run_id FROM tb.hour_record
    UNION ALL SELECT DISTINCT 'envelope', retention, run_id FROM tb.envelope
    UNION ALL SELECT DISTINCT 'fact', retention, run_id FROM tb.fact
    UNION ALL SELECT DISTINCT 'decision', retention, run_id FROM tb.decision
    UNION ALL SELECT DISTINCT 'trade', retention, run_id FROM tb.trade
    UNION ALL SELECT DISTINCT 'run_summary', retention, run_id FROM tb.run_summary
    UNION ALL SELECT DISTINCT 'outbox', retention, run_id FROM tb.outbox
    UNION ALL SELECT DISTINCT 'outbox_event', retention, run_id FROM tb.outbox_event
    UNION ALL SELECT DISTINCT 'inbox', coalesce((SELECT r.retention FROM tb.run r WHERE r.id = run_id), 'none'), run_id FROM tb.inbox
  ) t
) checked;

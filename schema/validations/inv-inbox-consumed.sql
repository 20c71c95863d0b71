-- INV-INBOX-CONSUMED: An operator fact says what its command said, and every command is consumed once, by its own run, when the step could see it.
-- reads: rows
SELECT 'INV-INBOX-CONSUMED' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(f.run_id, f.hour, f.step, f.seq) AS key,
    i.run_id = f.run_id AND i.key = f.j ->> 'key' AND i.command = f.j ->> 'command' AND i.actor = f.j ->> 'actor' AND i.reason = f.j ->> 'reason'
      AND i.amount IS NOT DISTINCT FROM validation.amount(f.j ->> 'amount') AND coalesce(i.at_ms, f.at_ms) = f.at_ms
      AND i.profile IS NOT DISTINCT FROM validation.canonical(f.j -> 'profile')
      AND i.id <= s.inbox_through
      AND (SELECT count(*) FROM tb.fact o WHERE o.inbox_id = f.inbox_id) = 1 AS holds
  FROM validation.fact f
  JOIN tb.hour_step s ON s.retention = f.retention AND s.run_id = f.run_id AND s.hour = f.hour AND s.step = f.step
  LEFT JOIN tb.inbox i ON i.id = f.inbox_id
  WHERE f.inbox_id IS NOT NULL
) checked;

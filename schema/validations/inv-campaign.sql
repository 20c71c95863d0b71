-- INV-CAMPAIGN: A campaign starts FLAT and moves from where it stood to where it may, and it is filled only by a lot.
-- reads: rows
SELECT 'INV-CAMPAIGN' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    j ->> 'from' = coalesce(before, 'FLAT')
      AND j ->> 'to' = ANY (CASE j ->> 'from'
        WHEN 'FLAT' THEN ARRAY['WAIT_DIP', 'OPEN'] WHEN 'WAIT_DIP' THEN ARRAY['FLAT', 'OPEN'] WHEN 'OPEN' THEN ARRAY['REDUCED', 'RECOVERY', 'EXITING', 'FLAT']
        WHEN 'REDUCED' THEN ARRAY['OPEN', 'RECOVERY', 'EXITING', 'FLAT'] WHEN 'RECOVERY' THEN ARRAY['OPEN', 'REDUCED', 'EXITING', 'FLAT'] WHEN 'EXITING' THEN ARRAY['FLAT'] END)
      AND (j ->> 'reason' NOT IN ('ENTRY_FILLED', 'REENTRY_FILLED') OR EXISTS (
        SELECT FROM tb.lot l WHERE l.retention = d.retention AND l.run_id = d.run_id AND l.agent = j ->> 'agent' AND l.symbol = j ->> 'symbol' AND (l.hour, l.step) = (d.hour, d.step)))
      AND (j ->> 'to' <> 'FLAT' OR j ->> 'from' IN ('FLAT', 'WAIT_DIP') OR (
        SELECT coalesce(sum(l.quantity), 0) FROM tb.lot l
        WHERE l.retention = d.retention AND l.run_id = d.run_id AND l.agent = j ->> 'agent' AND l.symbol = j ->> 'symbol' AND (l.hour, l.step) <= (d.hour, d.step)) = (
        SELECT coalesce(sum(t.quantity), 0) FROM validation.taken t
        WHERE t.retention = d.retention AND t.run_id = d.run_id AND t.agent = j ->> 'agent' AND t.symbol = j ->> 'symbol' AND (t.hour, t.step) <= (d.hour, d.step))) AS holds
  FROM (
    SELECT *, lag(j ->> 'to') OVER (PARTITION BY run_id, j ->> 'agent', j ->> 'symbol' ORDER BY hour, step, seq) AS before
    FROM validation.decision WHERE type = 'campaign_moved') d
) checked;

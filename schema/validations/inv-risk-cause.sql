-- INV-RISK-CAUSE: Every change of risk has its cause in its step: a command of the operator, a tier that halts, a kill sign, or a balance overdrawn; and no kill sign is without its kill.
-- reads: rows
SELECT 'INV-RISK-CAUSE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(c.run_id, c.hour, c.step, c.seq) AS key,
    CASE c.actor
      WHEN 'risk' THEN CASE c.to_status
        WHEN 'KILLED' THEN c.reason = (
          SELECT string_agg(d.j ->> 'trigger', ' ' ORDER BY d.seq) FROM validation.decision d WHERE d.run_id = c.run_id AND (d.hour, d.step) = (c.hour, c.step) AND d.type = 'kill_tripped' AND d.seq < c.seq)
        WHEN 'HALTED' THEN c.reason = 'DRAWDOWN_' || (
          SELECT d.j ->> 'to' FROM validation.decision d WHERE d.run_id = c.run_id AND (d.hour, d.step, d.seq) < (c.hour, c.step, c.seq) AND d.type = 'tier_changed' ORDER BY d.hour DESC, d.step DESC, d.seq DESC LIMIT 1)
      END
      WHEN 'desk' THEN c.to_status = 'HALTED' AND EXISTS (SELECT FROM tb.balance_overdrawn b WHERE b.run_id = c.run_id AND (b.hour, b.step) = (c.hour, c.step))
      ELSE EXISTS (
        SELECT FROM validation.fact f
        WHERE f.run_id = c.run_id AND (f.hour, f.step) = (c.hour, c.step) AND f.type = 'operator' AND f.j ->> 'actor' = c.actor AND f.j ->> 'reason' = c.reason
          AND f.j ->> 'command' = CASE c.to_status WHEN 'ACTIVE' THEN 'resume' WHEN 'HALTED' THEN 'halt' ELSE 'kill' END)
    END AS holds
  FROM tb.risk_change c
  UNION ALL
  SELECT 'sign ' || validation.at(d.run_id, d.hour, d.step, d.seq),
    (SELECT c.to_status FROM tb.risk_change c WHERE c.run_id = d.run_id AND (c.hour, c.step) <= (d.hour, d.step) ORDER BY c.hour DESC, c.step DESC, c.seq DESC LIMIT 1) = 'KILLED'
      AND validation.amount(d.j ->> 'usage') >= validation.amount(d.j ->> 'limit')
  FROM validation.decision d WHERE d.type = 'kill_tripped'
) checked;

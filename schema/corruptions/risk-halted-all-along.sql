-- A BUY placed while the run was halted.
-- trips: INV-RISK-CAUSE, INV-RISK-CHANGE-COLUMNS, INV-RISK-NO-BUY
-- plant in: stripped
UPDATE tb.risk_change SET hour = start_hour, step = 0, seq = -1 FROM tb.run r
WHERE r.id = risk_change.run_id AND (run_id, risk_change.hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.risk_change JOIN tb.run r ON r.id = run_id AND r.name = 'paper-hourly' WHERE to_status = 'HALTED' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, risk_change.hour, step, seq,
  (SELECT o.run_id || '/' || o.hour || '.' || o.step || '.' || o.seq FROM tb.order_placed o WHERE o.run_id = risk_change.run_id AND o.side = 'BUY' ORDER BY o.hour, o.step, o.seq LIMIT 1) AS "buy";

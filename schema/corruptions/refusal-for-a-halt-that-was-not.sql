-- A BUY refused for a halt while the run was active.
-- trips: INV-ORDER-REFUSED-COLUMNS, INV-REFUSAL-REASON
-- plant in: stripped
UPDATE tb.order_refused SET code = 'HALTED', violations = replace(violations, code, 'HALTED')
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.order_refused JOIN tb.run r ON r.id = run_id AND r.name = 'backtest-full' WHERE side = 'BUY' ORDER BY hour, step, seq LIMIT 1)
RETURNING run_id, hour, step, seq;

-- A summary of a run that does not exist.
-- trips: INV-RUN-ROWS
-- plant in: stripped
UPDATE tb.run_summary SET run_id = '00000000-0000-4000-8000-000000000002' WHERE run_id = (SELECT id FROM tb.run WHERE name = 'backtest-full')
RETURNING 'run_summary ' || run_id || ' backtest' AS key;

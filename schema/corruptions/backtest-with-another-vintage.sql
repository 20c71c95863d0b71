-- A backtest relabelled to an earlier vintage than it saw.
-- trips: INV-ENVELOPE-SIGHT, INV-STEP-SIGHT
-- plant in: stripped
UPDATE tb.run SET vintage_ingest_id = vintage_ingest_id - 1 WHERE name = 'backtest-full' RETURNING id AS run_id, start_hour - 1 AS hour, id || '/' || start_hour || '.0' AS step_key;

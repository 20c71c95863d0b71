-- Units that fell below nothing without being told.
-- trips: INV-BALANCE-OVERDRAWN-COLUMNS, INV-CASH-NOT-NEGATIVE, INV-POSITION
-- plant in: stripped
DELETE FROM tb.balance_overdrawn USING tb.run r WHERE r.id = run_id AND r.name = 'import-overdrawn' AND asset = 'TOK'
RETURNING run_id, hour, step, seq, run_id || ' ' || asset AS position;

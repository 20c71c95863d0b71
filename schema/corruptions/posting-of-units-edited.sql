-- Units that the lots do not know, booked on both sides.
-- trips: INV-POSITION, INV-POSTING-COLUMNS, INV-TRIAL-BALANCE
-- plant in: stripped
UPDATE tb.posting SET amount = amount + CASE account WHEN 'position' THEN 2 ELSE -2 END
WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.ledger_entry JOIN tb.run r ON r.id = run_id AND r.name = 'backtest-full' WHERE kind = 'buy' ORDER BY hour, step, seq OFFSET 0 LIMIT 1) AND account IN ('position', 'trading')
RETURNING run_id, hour, step, seq, run_id || '/' || hour || '.' || step || '.' || seq || '.' || ordinal AS key, run_id || ' ' || asset AS position;

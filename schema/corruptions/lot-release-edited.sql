-- Units that left with more than they cost.
-- trips: INV-BOOKS-TIE, INV-LOT-RELEASE-COLUMNS
-- plant in: stripped
UPDATE tb.lot_release SET cost = cost + 1 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.lot_release JOIN tb.run r ON r.id = run_id AND r.name = 'import-history' WHERE symbol = 'DUN/USD' ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq, run_id || ' cost' AS account;

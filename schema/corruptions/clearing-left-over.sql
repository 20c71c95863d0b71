-- Half of a trade of one asset for another, passed on as a transfer.
-- trips: INV-BOOKS-TIE, INV-CLEARING, INV-POSTING-COLUMNS, INV-TRIAL-BALANCE
-- plant in: stripped
UPDATE tb.posting SET account = 'transfers' WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.ledger_entry JOIN tb.run r ON r.id = run_id AND r.name = 'import-history' WHERE kind = 'buy' AND reference = 't-3' OR r.name = 'import-history' AND kind = 'sell' AND reference = 't-3' ORDER BY hour, step, seq OFFSET 0 LIMIT 1) AND account = 'clearing'
RETURNING run_id, hour, step, seq, run_id || '/' || hour || '.' || step || '.' || seq || '.' || ordinal AS key, run_id || ' transfers' AS account;

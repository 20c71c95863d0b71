-- A renaming that brought more than the books have.
-- trips: INV-ACCOUNT-UNITS, INV-ASSET-RENAMING-COLUMNS
-- plant in: stripped
UPDATE tb.asset_renaming SET received = received + 1 WHERE (run_id, hour, step, seq) = (SELECT run_id, hour, step, seq FROM tb.asset_renaming JOIN tb.run r ON r.id = run_id AND r.name = 'import-history' WHERE true ORDER BY hour, step, seq OFFSET 0 LIMIT 1)
RETURNING run_id, hour, step, seq;

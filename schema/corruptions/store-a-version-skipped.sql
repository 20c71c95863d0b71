-- A version without the one before it.
-- trips: INV-STORE-ONE
-- plant in: stripped
INSERT INTO tb.schema_version (version, name, sha256, applied_ms) VALUES (999, 'later', sha256(''), 0) RETURNING 'version 999' AS key;

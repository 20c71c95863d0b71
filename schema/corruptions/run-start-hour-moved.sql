-- A run that claims to start an hour earlier than its manifest says.
-- trips: INV-ENVELOPE-CHAIN, INV-ENVELOPE-FIELDS, INV-ENVELOPE-SIGHT, INV-HOUR-CHAIN, INV-HOUR-CONTIGUOUS, INV-LEDGER-OPENING, INV-LOT-ORIGIN, INV-RUN-MANIFEST
-- plant in: stripped
UPDATE tb.run SET start_hour = start_hour - 1 WHERE name = 'paper-hourly'
RETURNING id AS run_id, start_hour AS hour, id || '/' || (start_hour + 1) AS first, id || '/' || (start_hour + 1) || '.0.0' AS lot;

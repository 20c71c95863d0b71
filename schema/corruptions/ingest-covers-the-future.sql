-- A delivery that says it covers hours that had not closed when it came.
-- trips: INV-COVERAGE
-- plant in: stripped
UPDATE tb.ingest SET covered_to_ms = received_ms - received_ms % 3600000 + 3600000 WHERE covered_to_ms IS NOT NULL RETURNING 'ingest ' || id AS key;

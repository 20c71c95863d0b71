-- A delivery that says it covers less than it brought.
-- trips: INV-COVERAGE
-- plant in: stripped
UPDATE tb.ingest SET covered_from_ms = last_open_ms - last_open_ms % 3600000, covered_to_ms = last_open_ms - last_open_ms % 3600000 + 3600000 WHERE id = (SELECT min(i.id) FROM tb.ingest i JOIN tb.series s ON s.id = i.series_id AND s.timeframe = '1h' WHERE i.added > 1)
RETURNING 'ingest ' || id AS key;

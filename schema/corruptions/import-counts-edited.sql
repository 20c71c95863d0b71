-- An import that claims a candle more than it brought.
-- trips: INV-INGEST-COUNTS
-- plant in: stripped
UPDATE tb.ingest SET added = added + 1 WHERE id = (SELECT min(id) FROM tb.ingest) RETURNING 'ingest ' || id AS key;

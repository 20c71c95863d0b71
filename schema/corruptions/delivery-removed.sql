-- A delivery that is noted nowhere.
-- trips: INV-DELIVERY
-- plant in: stripped
DELETE FROM tb.delivery WHERE ingest_id = (SELECT min(ingest_id) FROM tb.delivery) RETURNING 'ingest ' || ingest_id || ' series ' || series_id AS key;

-- A second row in the table that has one.
-- trips: INV-STORE-ONE
-- plant in: stripped
INSERT INTO tb.store (id, created_ms) VALUES ('00000000-0000-4000-8000-000000000001', 0) RETURNING id::text AS key;

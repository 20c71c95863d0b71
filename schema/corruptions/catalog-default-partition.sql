-- A partition that takes whatever fits nowhere.
-- trips: INV-APPEND-ONLY, INV-GRANTS, INV-PARTITIONS
-- plant in: whole
CREATE TABLE tb.trade_anything PARTITION OF tb.trade DEFAULT;
SELECT 'tb.trade' AS key, 'tb.trade_anything' AS partition;

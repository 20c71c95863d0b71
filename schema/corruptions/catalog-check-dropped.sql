-- Lots that may hold more than their fills.
-- trips: INV-SAFETY-TRIGGERS
-- plant in: whole
DROP TRIGGER check_lots ON tb.lot;
SELECT 'tb.lot check_lots' AS key;

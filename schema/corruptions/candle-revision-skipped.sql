-- A revision that skips a number.
-- trips: INV-CANDLE-REVISIONS
-- plant in: stripped
UPDATE tb.candle SET revision = 2 WHERE revision = 1 RETURNING 'DUN/USD 1h ' || open_ms || ' r2' AS key;

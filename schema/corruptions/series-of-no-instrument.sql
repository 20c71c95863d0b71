-- An instrument renamed under its series and rules.
-- trips: INV-SERIES
-- plant in: stripped
UPDATE tb.instrument SET symbol = 'AUR/EUR' WHERE symbol = 'AUR/USD' RETURNING 'instrument ' || symbol AS key;

-- A universe whose list was changed.
-- trips: INV-UNIVERSE
-- plant in: stripped
UPDATE tb.universe_member SET asset = 'PLT' WHERE asset = 'ARG' RETURNING 'universe ' || universe AS key;

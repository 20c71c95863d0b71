-- A member of a universe that nobody recorded.
-- trips: INV-UNIVERSE
-- plant in: stripped
INSERT INTO tb.universe_member (universe, rank, asset, formerly) VALUES ('METALS_V2', 1, 'AUR', NULL) RETURNING 'universe_member ' || universe || ' ' || rank AS key;

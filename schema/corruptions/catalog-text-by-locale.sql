-- A key compared by a locale.
-- trips: INV-TEXT-ORDER
-- plant in: whole
ALTER TABLE tb.account DROP CONSTRAINT account_pkey CASCADE;
ALTER TABLE tb.account ALTER COLUMN id TYPE text COLLATE "default";
SELECT 'tb.account.id' AS key;

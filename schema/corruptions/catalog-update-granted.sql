-- An application that may edit decisions.
-- trips: INV-GRANTS
-- plant in: whole
GRANT UPDATE ON tb.decision TO tb_app;
SELECT 'tb.decision' AS key;

-- An application that may go round the checks of whole statements.
-- trips: INV-GRANTS
-- plant in: whole
GRANT INSERT ON tb.posting_kept TO tb_app;
SELECT 'tb.posting_kept' AS key;

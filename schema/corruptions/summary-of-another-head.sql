-- A summary that names another head.
-- trips: INV-SUMMARY
-- plant in: stripped
UPDATE tb.run_summary SET bytes = convert_to(regexp_replace(convert_from(bytes, 'UTF8'), '"head":"[0-9a-f]{8}', '"head":"00000000'), 'UTF8')
WHERE run_id = (SELECT id FROM tb.run WHERE name = 'backtest-summary') RETURNING run_id, through_hour AS hour;

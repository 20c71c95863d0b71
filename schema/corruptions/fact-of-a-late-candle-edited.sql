-- A late candle with another close than its digest covers.
-- trips: INV-FACT-ARRIVAL, INV-FACTS-ROOT
-- plant in: stripped
UPDATE tb.fact SET bytes = convert_to(regexp_replace(convert_from(bytes, 'UTF8'), '"close":"(\d)', '"close":"9\1'), 'UTF8') WHERE type = 'candle_late' RETURNING run_id, hour, step, seq;

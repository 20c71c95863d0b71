-- An envelope edited together with its hash: the next still names the old one.
-- trips: INV-ENVELOPE-CHAIN, INV-ENVELOPE-FIELDS
-- plant in: stripped
UPDATE tb.envelope SET bytes = e.bytes, hash = sha256('\x00'::bytea || e.bytes)
FROM (SELECT run_id, hour, convert_to(replace(convert_from(bytes, 'UTF8'), '"mode":"paper"', '"mode":"live"'), 'UTF8') AS bytes FROM tb.envelope
      WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND hour = 473370) e
WHERE envelope.run_id = e.run_id AND envelope.hour = e.hour RETURNING envelope.run_id, envelope.hour, envelope.run_id || '/' || (envelope.hour + 1) AS next;

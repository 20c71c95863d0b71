-- INV-TOMBSTONE: A dropped run has left nothing but its tombstone.
-- reads: rows
SELECT 'INV-TOMBSTONE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT t.run_id::text AS key,
    octet_length(t.genesis) = 32 AND (t.head IS NULL) = (t.hours = 0)
      AND NOT EXISTS (SELECT FROM tb.run r WHERE r.id = t.run_id)
      AND NOT EXISTS (SELECT FROM tb.hour_record h WHERE h.run_id = t.run_id)
      AND NOT EXISTS (SELECT FROM tb.decision d WHERE d.run_id = t.run_id)
      AND NOT EXISTS (SELECT FROM tb_cache.snapshot s WHERE s.run_id = t.run_id) AS holds
  FROM tb.run_tombstone t
) checked;

-- INV-SNAPSHOT: A snapshot is of a sealed hour and has the digest that the hour was sealed with.
-- reads: rows
SELECT 'INV-SNAPSHOT' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(s.run_id, s.hour) AS key, encode(s.digest, 'hex') = h.j ->> 'state' AS holds
  FROM tb_cache.snapshot s LEFT JOIN validation.hour_record h ON h.run_id = s.run_id AND h.hour = s.hour
) checked;

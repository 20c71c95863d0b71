-- INV-DECISIONS-ROOT: The decisions root of a sealed hour is the RFC 6962 root of its stored decisions.
-- reads: rows
SELECT 'INV-DECISIONS-ROOT' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(h.run_id, h.hour) AS key,
    h.j ->> 'decisionsRoot' = encode(validation.root(
      ARRAY(SELECT validation.leaf(bytes) FROM tb.decision d WHERE d.retention = h.retention AND d.run_id = h.run_id AND d.hour = h.hour ORDER BY step, seq)), 'hex') AS holds
  FROM validation.hour_record h JOIN tb.run r ON r.id = h.run_id
  WHERE r.keep = 'full'
) checked;

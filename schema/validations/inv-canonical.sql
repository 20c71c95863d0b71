-- INV-CANONICAL: Every text that is hashed is spelled the one canonical way.
-- reads: rows
SELECT 'INV-CANONICAL' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT key, bytes = convert_to(validation.canonical(j), 'UTF8') AS holds
  FROM (
    SELECT 'fact ' || validation.at(run_id, hour, step, seq) AS key, bytes, j FROM validation.fact
    UNION ALL SELECT 'decision ' || validation.at(run_id, hour, step, seq), bytes, j FROM validation.decision
    UNION ALL SELECT 'hour_record ' || validation.at(run_id, hour), record, j FROM validation.hour_record
    UNION ALL SELECT 'envelope ' || validation.at(run_id, hour), bytes, j FROM validation.envelope
    UNION ALL SELECT 'market_fact ' || encode(digest, 'hex'), bytes, j FROM validation.market_fact
    UNION ALL SELECT 'run ' || id, manifest, j FROM validation.run
    UNION ALL SELECT 'run_summary ' || validation.at(run_id, through_hour), bytes, validation.json(bytes) FROM tb.run_summary
  ) texts
) checked;

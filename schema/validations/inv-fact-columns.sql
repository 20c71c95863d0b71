-- INV-FACT-COLUMNS: Type, time and market content of a fact are those of its bytes.
-- reads: rows
SELECT 'INV-FACT-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    type = j ->> 'type' AND at_ms = validation.whole(j ->> 'atMs')
      AND encode(market_digest, 'hex') IS NOT DISTINCT FROM CASE WHEN j ->> 'type' = 'market' THEN j ->> 'digest' END AS holds
  FROM validation.fact
) checked;

-- INV-FACT-ARRIVAL: A late or revised candle brings the digest of its values, which is stored; a revision names the candle it supersedes.
-- reads: rows
SELECT 'INV-FACT-ARRIVAL' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(f.run_id, f.hour, f.step, f.seq) AS key,
    f.j ->> 'digest' = encode(sha256(convert_to(format('["%s","%s",%s,"%s","%s","%s","%s","%s"]', f.j ->> 'symbol', r.j ->> 'timeframe', f.j ->> 'openMs',
        f.j #>> '{values,open}', f.j #>> '{values,high}', f.j #>> '{values,low}', f.j #>> '{values,close}', f.j #>> '{values,volume}'), 'UTF8')), 'hex')
      AND EXISTS (
        SELECT FROM tb.candle c JOIN tb.series s ON s.id = c.series_id AND s.symbol = f.j ->> 'symbol' AND s.timeframe = r.j ->> 'timeframe'
        WHERE c.open_ms = validation.whole(f.j ->> 'openMs') AND encode(c.digest, 'hex') = f.j ->> 'digest')
      AND (f.j ->> 'supersedes' IS NULL OR EXISTS (
        SELECT FROM tb.candle c JOIN tb.series s ON s.id = c.series_id AND s.symbol = f.j ->> 'symbol' AND s.timeframe = r.j ->> 'timeframe'
        WHERE c.open_ms = validation.whole(f.j ->> 'openMs') AND encode(c.digest, 'hex') = f.j ->> 'supersedes')) AS holds
  FROM validation.fact f JOIN validation.run r ON r.id = f.run_id
  WHERE f.j ->> 'type' IN ('candle_late', 'candle_revised')
) checked;

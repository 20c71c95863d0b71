-- INV-RUN-MANIFEST: The genesis of a run is the SHA-256 of its manifest, and its start hour is the one in there.
-- reads: rows
SELECT 'INV-RUN-MANIFEST' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT id::text AS key, genesis = sha256(manifest) AND start_hour = validation.whole(j ->> 'startHour') AS holds
  FROM validation.run
) checked;

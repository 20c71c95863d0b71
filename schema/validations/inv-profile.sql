-- INV-PROFILE: A profile comes into force by an operator fact of its step that carries it whole, in the place of the one before, and the first is the manifest's.
-- reads: rows
SELECT 'INV-PROFILE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(d.run_id, d.hour, d.step, d.seq) AS key,
    f.text IS NOT NULL AND d.j ->> 'supersedes' = encode(sha256(convert_to(lag(f.text, 1, f.opening) OVER (PARTITION BY d.run_id ORDER BY d.hour, d.step, d.seq), 'UTF8')), 'hex')
      AND d.j ->> 'digest' <> d.j ->> 'supersedes' AND (f.j ->> 'name', f.j -> 'version', f.j -> 'governance', f.j ->> 'purpose') = (d.j ->> 'name', d.j -> 'version', d.j -> 'governance', f.purpose)
      AND (f.actor, f.reason) = (d.j ->> 'actor', d.j ->> 'reason') AS holds
  FROM validation.decision d
  LEFT JOIN LATERAL (
    SELECT c.text, c.j, c.actor, c.reason, o.text AS opening, o.j ->> 'purpose' AS purpose
    FROM validation.profile c JOIN validation.profile o ON o.run_id = c.run_id AND o.seq = -1
    WHERE (c.run_id, c.hour, c.step, c.seq) = (d.run_id, d.hour, d.step, d.seq)) f ON true
  WHERE d.type = 'profile_changed'
) checked;

-- INV-TRIAL-BALANCE: The trial balance an hour is sealed with is the digest of the balances that its postings, and all before, add up to.
-- reads: rows
WITH cell AS (
  SELECT r.id AS run_id, 0::bigint AS place, r.j ->> 'quote' AS asset, account COLLATE "C" AS account
  FROM validation.run r CROSS JOIN unnest(ARRAY['cash', 'clearing', 'cost', 'deferred_fees', 'deposits', 'fees', 'funding', 'income', 'result', 'rounding', 'transfers', 'withdrawals']) account
  UNION ALL
  SELECT r.id, u.ordinality, split_part(u.value ->> 'symbol', '/', 1), account COLLATE "C"
  FROM validation.run r CROSS JOIN jsonb_array_elements(validation.list(r.j -> 'universe')) WITH ORDINALITY u CROSS JOIN unnest(ARRAY['fees', 'position', 'trading']) account
), moved AS (
  SELECT run_id, hour, account, asset, sum(amount) AS amount FROM tb.posting GROUP BY run_id, hour, account, asset
), balance AS (
  SELECT h.run_id, h.hour, c.place, c.account, sum(coalesce(m.amount, 0)) OVER (PARTITION BY h.run_id, c.account, c.asset ORDER BY h.hour) AS amount
  FROM (SELECT DISTINCT run_id, hour FROM moved) h
  JOIN cell c ON c.run_id = h.run_id
  LEFT JOIN moved m ON m.run_id = h.run_id AND m.hour = h.hour AND m.account = c.account AND m.asset = c.asset
), digest AS (
  SELECT run_id, hour, encode(validation.leaf(string_agg(validation.int128(amount), ''::bytea ORDER BY place, account)), 'hex') AS digest FROM balance GROUP BY run_id, hour
)
SELECT 'INV-TRIAL-BALANCE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  -- An hour without postings has the balances of the hour before.
  SELECT validation.at(h.run_id, h.hour) AS key, h.j ->> 'trialBalance' = coalesce(d.digest, lag(h.j ->> 'trialBalance') OVER (PARTITION BY h.run_id ORDER BY h.hour)) AS holds
  FROM validation.hour_record h
  JOIN tb.run r ON r.id = h.run_id AND r.keep = 'full'
  LEFT JOIN digest d ON d.run_id = h.run_id AND d.hour = h.hour
) checked;

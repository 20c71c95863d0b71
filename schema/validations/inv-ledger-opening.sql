-- INV-LEDGER-OPENING: A run opens its books once, in its first step, money as a deposit and holdings as a transfer, with the balances of its manifest.
-- reads: rows
SELECT 'INV-LEDGER-OPENING' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT r.id::text AS key,
    ARRAY(SELECT (e.hour, e.step, e.kind) FROM tb.ledger_entry e WHERE e.run_id = r.id AND e.reference = 'opening' AND e.kind IN ('deposit', 'transfer_in') ORDER BY e.hour, e.step, e.seq)
      = ARRAY(SELECT (r.start_hour, 0, k.kind COLLATE "C") FROM (VALUES (1, 'deposit', true), (2, 'transfer_in', false)) AS k (place, kind, is_money)
              WHERE EXISTS (SELECT FROM jsonb_array_elements(validation.list(r.j -> 'openingBalances')) o
                            WHERE validation.amount(o ->> 'quantity') > 0 AND (o ->> 'asset' = r.j ->> 'quote') = k.is_money) ORDER BY k.place)
      AND NOT EXISTS (
        SELECT FROM jsonb_array_elements(validation.list(r.j -> 'openingBalances')) o
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(p.amount), 0) AS amount FROM tb.posting p JOIN tb.ledger_entry e USING (retention, run_id, hour, step, seq)
          WHERE e.run_id = r.id AND e.reference = 'opening' AND e.kind IN ('deposit', 'transfer_in') AND p.asset = o ->> 'asset'
            AND p.account = CASE WHEN o ->> 'asset' = r.j ->> 'quote' THEN 'cash' ELSE 'position' END) booked
        GROUP BY o ->> 'asset', booked.amount HAVING sum(validation.amount(o ->> 'quantity')) IS DISTINCT FROM booked.amount) AS holds
  FROM validation.run r
  WHERE r.keep = 'full' AND EXISTS (SELECT FROM tb.hour_record h WHERE h.run_id = r.id)
) checked;

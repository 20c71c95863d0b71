-- INV-LEDGER-OPENING: A run opens its books once, in its first step, with the balances of its manifest.
-- reads: rows
SELECT 'INV-LEDGER-OPENING' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT r.id::text AS key,
    (SELECT array_agg((e.hour, e.step, e.reference)) FROM tb.ledger_entry e WHERE e.run_id = r.id AND e.kind = 'opening') = ARRAY[(r.start_hour, 0, 'opening'::text COLLATE "C")]
      AND NOT EXISTS (
        SELECT FROM jsonb_array_elements(validation.list(r.j -> 'openingBalances')) o
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(p.amount), 0) AS amount FROM tb.posting p JOIN tb.ledger_entry e USING (retention, run_id, hour, step, seq)
          WHERE e.run_id = r.id AND e.kind = 'opening' AND p.asset = o ->> 'asset'
            AND p.account = CASE WHEN o ->> 'asset' = r.j ->> 'quote' THEN 'cash' ELSE 'position' END) booked
        GROUP BY o ->> 'asset', booked.amount HAVING sum(validation.amount(o ->> 'quantity')) IS DISTINCT FROM booked.amount) AS holds
  FROM validation.run r
  WHERE r.keep = 'full' AND EXISTS (SELECT FROM tb.hour_record h WHERE h.run_id = r.id)
) checked;

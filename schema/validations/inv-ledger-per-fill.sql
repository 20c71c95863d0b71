-- INV-LEDGER-PER-FILL: Every fill is booked by one entry of its side in its own step, a fee outside the quote by one more, and no such entry is without a fill or a fact about the account.
-- reads: rows
SELECT 'INV-LEDGER-PER-FILL' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'fill ' || validation.at(f.run_id, f.hour, f.step, f.seq) AS key,
    (SELECT array_agg(e.kind ORDER BY e.kind COLLATE "C") FROM tb.ledger_entry e
     WHERE e.retention = f.retention AND e.run_id = f.run_id AND e.reference = f.trade_id AND (e.hour, e.step) = (f.hour, f.step)
       AND e.kind IN ('buy', 'sell', 'fee'))
      = CASE WHEN f.side = 'BUY' THEN ARRAY['buy'] ELSE ARRAY[]::text[] END
        || CASE WHEN f.fee > 0 AND f.fee_asset <> f.quote THEN ARRAY['fee'] ELSE ARRAY[]::text[] END
        || CASE WHEN f.side = 'SELL' THEN ARRAY['sell'] ELSE ARRAY[]::text[] END AS holds
  FROM validation.fill f
  UNION ALL
  SELECT 'entry ' || validation.at(e.run_id, e.hour, e.step, e.seq),
    EXISTS (SELECT FROM tb.venue_trade t WHERE t.retention = e.retention AND t.run_id = e.run_id AND t.trade_id = e.reference AND (t.hour, t.step) = (e.hour, e.step))
      OR EXISTS (SELECT FROM validation.account_leg m WHERE m.retention = e.retention AND m.run_id = e.run_id AND m.id = e.reference AND (m.hour, m.step) = (e.hour, e.step))
  FROM tb.ledger_entry e WHERE e.kind IN ('buy', 'sell', 'fee')
) checked;

-- INV-ACCOUNT-ENTRIES: A fact about the account is booked by the entries of its kind, in its own step, and no such entry is without its fact.
-- reads: rows
SELECT 'INV-ACCOUNT-ENTRIES' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'fact ' || validation.at(f.run_id, f.hour, f.step, f.seq) AS key,
    f.kinds = ARRAY(SELECT e.kind FROM tb.ledger_entry e
                    WHERE e.retention = f.retention AND e.run_id = f.run_id AND (e.hour, e.step) = (f.hour, f.step) AND e.reference = f.id ORDER BY e.seq) AS holds
  FROM (
    SELECT t.retention, t.run_id, t.hour, t.step, t.seq, t.id,
      array_remove(ARRAY[
        CASE WHEN g.given <> q.quote THEN 'sell' END,
        CASE WHEN t.fee > 0 AND t.fee_asset NOT IN (q.quote, g.received) THEN 'fee' END,
        CASE WHEN g.received <> q.quote THEN 'buy' END,
        CASE WHEN t.fee > 0 AND t.fee_asset = g.received AND g.received <> q.quote THEN 'fee' END], NULL) AS kinds
    FROM tb.account_trade t
    JOIN (SELECT id, j ->> 'quote' AS quote FROM validation.run) q ON q.id = t.run_id
    CROSS JOIN LATERAL (SELECT split_part(t.symbol, '/', CASE t.side WHEN 'BUY' THEN 2 ELSE 1 END) AS given, split_part(t.symbol, '/', CASE t.side WHEN 'BUY' THEN 1 ELSE 2 END) AS received) g
    UNION ALL
    SELECT t.retention, t.run_id, t.hour, t.step, t.seq, t.id,
      ARRAY[CASE WHEN t.asset = q.quote THEN CASE t.direction WHEN 'in' THEN 'deposit' ELSE 'withdrawal' END ELSE 'transfer_' || t.direction END]
    FROM tb.account_transfer t JOIN (SELECT id, j ->> 'quote' AS quote FROM validation.run) q ON q.id = t.run_id
    UNION ALL
    SELECT t.retention, t.run_id, t.hour, t.step, t.seq, t.id,
      array_remove(ARRAY[CASE t.purpose WHEN 'income' THEN 'reward' ELSE t.purpose END, CASE WHEN t.fee > 0 AND t.asset <> q.quote THEN 'fee' END], NULL)
    FROM tb.account_reward t JOIN (SELECT id, j ->> 'quote' AS quote FROM validation.run) q ON q.id = t.run_id
    UNION ALL
    SELECT retention, run_id, hour, step, seq, id, ARRAY[CASE purpose WHEN 'fees' THEN 'fee' ELSE purpose END] FROM tb.account_charge
    UNION ALL
    SELECT retention, run_id, hour, step, seq, id, ARRAY['rename'] FROM tb.asset_renaming
  ) f
  UNION ALL
  SELECT 'entry ' || validation.at(e.run_id, e.hour, e.step, e.seq),
    e.reference = 'opening' OR EXISTS (SELECT FROM validation.account_leg m WHERE m.retention = e.retention AND m.run_id = e.run_id AND (m.hour, m.step) = (e.hour, e.step) AND m.id = e.reference)
  FROM tb.ledger_entry e WHERE e.kind IN ('transfer_in', 'transfer_out', 'reward', 'funding', 'rename', 'rounding')
) checked;

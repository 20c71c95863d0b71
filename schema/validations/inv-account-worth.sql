-- INV-ACCOUNT-WORTH: What a fact about the account brought cost what it says, and what it took brought what it says; what is renamed or leaves without a sale brings nothing.
-- reads: rows
SELECT 'INV-ACCOUNT-WORTH' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(f.run_id, f.hour, f.step, f.seq) AS key,
    f.came = (SELECT coalesce(sum(l.cost), 0) FROM tb.lot l
              WHERE l.retention = f.retention AND l.run_id = f.run_id AND (l.hour, l.step) = (f.hour, f.step) AND l.trade_id = f.id AND l.quantity > 0)
           + (SELECT coalesce(sum(a.cost), 0) FROM validation.taken a
              WHERE a.retention = f.retention AND a.run_id = f.run_id AND (a.hour, a.step) = (f.hour, f.step) AND a.trade_id = f.id AND a.owed)
      AND f.went = (SELECT coalesce(-sum(l.cost), 0) FROM tb.lot l
              WHERE l.retention = f.retention AND l.run_id = f.run_id AND (l.hour, l.step) = (f.hour, f.step) AND l.trade_id = f.id AND l.quantity < 0)
           + (SELECT coalesce(sum(a.proceeds), 0) FROM validation.taken a
              WHERE a.retention = f.retention AND a.run_id = f.run_id AND (a.hour, a.step) = (f.hour, f.step) AND a.trade_id = f.id AND NOT a.owed) AS holds
  FROM (
    SELECT t.retention, t.run_id, t.hour, t.step, t.seq, t.id,
      CASE WHEN g.received <> q.quote THEN t.value ELSE 0 END AS came,
      CASE WHEN g.given <> q.quote THEN t.value ELSE 0 END + CASE WHEN t.fee > 0 AND t.fee_asset NOT IN (q.quote, g.received) THEN t.fee_value ELSE 0 END AS went
    FROM tb.account_trade t
    JOIN (SELECT id, j ->> 'quote' AS quote FROM validation.run) q ON q.id = t.run_id
    CROSS JOIN LATERAL (SELECT split_part(t.symbol, '/', CASE t.side WHEN 'BUY' THEN 2 ELSE 1 END) AS given, split_part(t.symbol, '/', CASE t.side WHEN 'BUY' THEN 1 ELSE 2 END) AS received) g
    UNION ALL
    SELECT t.retention, t.run_id, t.hour, t.step, t.seq, t.id, CASE WHEN t.direction = 'in' AND t.asset <> q.quote THEN t.basis ELSE 0 END, 0
    FROM tb.account_transfer t JOIN (SELECT id, j ->> 'quote' AS quote FROM validation.run) q ON q.id = t.run_id
    UNION ALL
    SELECT t.retention, t.run_id, t.hour, t.step, t.seq, t.id, CASE WHEN t.asset <> q.quote THEN t.value ELSE 0 END, 0
    FROM tb.account_reward t JOIN (SELECT id, j ->> 'quote' AS quote FROM validation.run) q ON q.id = t.run_id
    UNION ALL
    SELECT t.retention, t.run_id, t.hour, t.step, t.seq, t.id, 0, CASE WHEN t.asset <> q.quote AND t.purpose <> 'rounding' THEN t.value ELSE 0 END
    FROM tb.account_charge t JOIN (SELECT id, j ->> 'quote' AS quote FROM validation.run) q ON q.id = t.run_id
    UNION ALL
    SELECT t.retention, t.run_id, t.hour, t.step, t.seq, t.id,
      (SELECT coalesce(sum(a.cost), 0) FROM validation.taken a
       WHERE a.retention = t.retention AND a.run_id = t.run_id AND (a.hour, a.step) = (t.hour, t.step) AND a.trade_id = t.id AND NOT a.owed AND split_part(a.symbol, '/', 1) = t.from_asset), 0
    FROM tb.asset_renaming t
  ) f
) checked;

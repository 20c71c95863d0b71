-- INV-FILL-CASH: A BUY takes its notional, rounded up, and its quote fee from cash; a SELL brings its notional, rounded down, less its quote fee.
-- reads: rows
SELECT 'INV-FILL-CASH' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(f.run_id, f.hour, f.step, f.seq) AS key,
    coalesce((SELECT sum(p.amount) FROM tb.posting p JOIN tb.ledger_entry e USING (retention, run_id, hour, step, seq)
     WHERE p.retention = f.retention AND p.run_id = f.run_id AND e.reference = f.trade_id AND e.kind IN ('buy', 'sell', 'fee') AND p.account = 'cash' AND p.asset = f.quote), 0)
      = CASE f.side WHEN 'BUY' THEN -validation.up(f.quantity * f.price) ELSE validation.down(f.quantity * f.price) END
        - CASE WHEN f.fee_asset = f.quote THEN f.fee ELSE 0 END AS holds
  FROM validation.fill f
) checked;

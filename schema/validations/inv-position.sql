-- INV-POSITION: What is held by the lots is what the ledger holds, in every asset, and less than nothing is owed only where it was told.
-- reads: rows
SELECT 'INV-POSITION' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT run_id || ' ' || asset AS key,
    sum(lots) = sum(ledger) AND (sum(lots) >= 0 OR EXISTS (SELECT FROM tb.balance_overdrawn o WHERE o.run_id = held.run_id AND o.asset = held.asset)) AS holds
  FROM (
    SELECT run_id, split_part(symbol, '/', 1) COLLATE "C" AS asset, quantity AS lots, 0 AS ledger FROM tb.lot
    UNION ALL SELECT run_id, split_part(symbol, '/', 1), CASE WHEN owed THEN quantity ELSE -quantity END, 0 FROM validation.taken
    UNION ALL SELECT run_id, asset, 0, amount FROM tb.posting WHERE account = 'position'
  ) held
  GROUP BY run_id, asset
) checked;

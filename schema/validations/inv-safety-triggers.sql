-- INV-SAFETY-TRIGGERS: The checks on what we decide stand on their tables and no session turns them off.
-- reads: catalog
SELECT 'INV-SAFETY-TRIGGERS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'tb.' || e.name || ' ' || e.function AS key,
    (SELECT count(*) FROM pg_catalog.pg_trigger t
     WHERE t.tgrelid = to_regclass('tb.' || e.name) AND t.tgfoid = to_regproc('tb.' || e.function) AND t.tgenabled = 'A' AND t.tgtype & 4 = 4) = 1 AS holds
  FROM (VALUES ('run', 'check_run'), ('run_tombstone', 'check_tombstone'), ('hour_record', 'check_first_hour'), ('hour_record_kept', 'check_first_hour'),
    ('hour_record_backtest', 'check_first_hour'), ('candle', 'note_deliveries'), ('order_placed', 'check_orders'), ('order_placed', 'check_free_cash'),
    ('order_placed', 'check_reductions'), ('order_placed', 'check_caps'), ('ledger_entry', 'check_entries'), ('lot', 'check_lots'), ('lot_match', 'check_lot_matches'), ('lot_release', 'check_lot_matches'),
    ('posting', 'check_postings'), ('posting', 'keep_cash'), ('lot', 'keep_lots'), ('lot_match', 'keep_lots_less'), ('lot_release', 'keep_lots_less')) AS e (name, function)
) checked;

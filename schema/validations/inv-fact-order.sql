-- INV-FACT-ORDER: Facts of a step stand in canonical order, time before kind, those about the account as the venue lists them, and none is from after its step.
-- reads: rows
SELECT 'INV-FACT-ORDER' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(f.run_id, f.hour, f.step, f.seq) AS key,
    f.at_ms <= f.hour * 3600000::bigint + (f.step + 1) * (3600000 / validation.whole(h.j ->> 'steps'))
      AND coalesce((f.at_ms, rank, place) >= (lag(f.at_ms) OVER step, lag(rank) OVER step, lag(place) OVER step), true) AS holds
  FROM validation.fact f
  JOIN validation.hour_record h ON h.retention = f.retention AND h.run_id = f.run_id AND h.hour = f.hour
  CROSS JOIN LATERAL array_position(
    ARRAY['market', 'candle_late', 'candle_revised', 'order_acknowledged', 'order_rejected', 'order_filled', 'order_cancelled', 'order_expired', 'account', 'operator'],
    CASE WHEN f.type IN ('account_traded', 'account_transferred', 'account_rewarded', 'account_charged', 'asset_renamed') THEN 'account' ELSE f.type END) AS rank
  CROSS JOIN LATERAL coalesce(validation.whole(f.j ->> 'ordinal'), 0) AS place
  WINDOW step AS (PARTITION BY f.retention, f.run_id, f.hour, f.step ORDER BY f.seq)
) checked;

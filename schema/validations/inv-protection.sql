-- INV-PROTECTION: While a protection lasts nothing is bought of what it protects.
-- reads: rows
SELECT 'INV-PROTECTION' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(d.run_id, d.hour, d.step, d.seq) AS key,
    validation.whole(d.j ->> 'untilHour') > d.hour AND NOT EXISTS (
      SELECT FROM tb.order_placed o
      WHERE o.retention = d.retention AND o.run_id = d.run_id AND o.side = 'BUY' AND o.symbol = coalesce(d.j ->> 'symbol', o.symbol)
        AND (o.hour, o.step, o.seq) > (d.hour, d.step, d.seq) AND o.hour < validation.whole(d.j ->> 'untilHour')) AS holds
  FROM validation.decision d WHERE d.type = 'protection_raised'
) checked;

-- A protection that lasts until after its symbol was bought.
-- trips: INV-DECISIONS-ROOT, INV-PROTECTION
-- plant in: stripped
UPDATE tb.decision SET bytes = convert_to(regexp_replace(convert_from(bytes, 'UTF8'), '"untilHour":\d+', '"untilHour":999999'), 'UTF8')
WHERE (run_id, hour, step, seq) = (
  SELECT d.run_id, d.hour, d.step, d.seq FROM tb.decision d JOIN tb.run r ON r.id = d.run_id AND r.name IN ('paper-hourly', 'backtest-full', 'paper-campaigns')
  WHERE d.type = 'protection_raised' AND EXISTS (
    SELECT FROM tb.order_placed o WHERE o.run_id = d.run_id AND o.side = 'BUY' AND (o.hour, o.step, o.seq) > (d.hour, d.step, d.seq) AND convert_from(d.bytes, 'UTF8') LIKE '%"symbol":"' || o.symbol || '"%')
  ORDER BY r.name, d.hour, d.step, d.seq LIMIT 1)
RETURNING run_id, hour, step, seq;

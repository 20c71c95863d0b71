-- More orders in an hour than the profile allows.
-- trips: INV-ORDER-RATE, INV-RUN-MANIFEST
-- plant in: stripped
UPDATE tb.run SET manifest = convert_to(replace(convert_from(manifest, 'UTF8'), '"ordersPerHour":60', '"ordersPerHour":0'), 'UTF8') WHERE name = 'paper-campaigns'
RETURNING id, (SELECT o.run_id || '/' || o.hour || '.' || o.step || '.' || o.seq FROM tb.order_placed o WHERE o.run_id = run.id AND o.side = 'BUY' ORDER BY o.hour, o.step, o.seq LIMIT 1) AS placed;

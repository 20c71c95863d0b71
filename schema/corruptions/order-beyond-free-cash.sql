-- A BUY that sets aside more than there is.
-- trips: INV-ORDER-CASH, INV-ORDER-PLACED-COLUMNS
-- plant in: stripped
UPDATE tb.order_placed SET reserved = reserved + 1000000
WHERE (run_id, hour, step, seq) = (SELECT o.run_id, o.hour, o.step, o.seq FROM tb.order_placed o JOIN tb.run r ON r.id = o.run_id AND r.name = 'paper-halted' WHERE o.side = 'BUY' ORDER BY o.hour DESC, o.step DESC, o.seq DESC LIMIT 1)
RETURNING run_id, hour, step, seq;

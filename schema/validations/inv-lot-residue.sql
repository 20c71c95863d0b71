-- INV-LOT-RESIDUE: The pieces of a closed lot add up to its cost and fee, those of a covered one to what it brought; those of an open lot do not pass it.
-- reads: rows
SELECT 'INV-LOT-RESIDUE' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(l.run_id, l.hour, l.step, l.seq) AS key,
    CASE
      WHEN l.quantity < 0 AND m.quantity = -l.quantity THEN (m.proceeds, m.exit_fee) = (-l.cost, l.fee)
      WHEN l.quantity < 0 THEN m.proceeds <= -l.cost
      WHEN m.quantity = l.quantity THEN (m.cost, m.entry_fee) = (l.cost, l.fee)
      ELSE m.cost <= l.cost
    END AS holds
  FROM tb.lot l
  CROSS JOIN LATERAL (
    SELECT sum(quantity) AS quantity, sum(cost) AS cost, sum(entry_fee) AS entry_fee, sum(proceeds) AS proceeds, sum(exit_fee) AS exit_fee FROM validation.taken a
    WHERE a.retention = l.retention AND a.run_id = l.run_id AND a.lot_id = l.lot_id
  ) m
  WHERE m.quantity IS NOT NULL
) checked;

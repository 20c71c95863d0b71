-- INV-FIFO: Units leave the lot of its agent and market that was acquired first and still holds anything; owed lots are covered in the same order.
-- reads: rows
SELECT 'INV-FIFO' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(m.run_id, m.hour, m.step, m.seq) AS key,
    NOT EXISTS (
      SELECT FROM tb.lot older
      WHERE older.retention = l.retention AND older.run_id = l.run_id AND older.agent = l.agent AND older.symbol = l.symbol AND sign(older.quantity) = sign(l.quantity)
        AND (older.acquired_ms, older.hour, older.step, older.seq) < (l.acquired_ms, l.hour, l.step, l.seq)
        AND (older.hour, older.step, older.seq) < (m.hour, m.step, m.seq)
        AND abs(older.quantity) > (
          SELECT coalesce(sum(a.quantity), 0) FROM validation.taken a
          WHERE a.retention = older.retention AND a.run_id = older.run_id AND a.lot_id = older.lot_id AND (a.hour, a.step, a.seq) < (m.hour, m.step, m.seq))) AS holds
  FROM validation.taken m JOIN tb.lot l ON l.retention = m.retention AND l.run_id = m.run_id AND l.lot_id = m.lot_id
) checked;

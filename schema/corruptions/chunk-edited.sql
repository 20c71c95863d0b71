-- Cached columns with one bit turned.
-- trips: INV-CANDLE-CHUNK
-- plant in: stripped
UPDATE tb_cache.candle_chunk SET payload = set_bit(payload, 70, 1 - get_bit(payload, 70)) WHERE (series_id, chunk) = (SELECT series_id, chunk FROM tb_cache.candle_chunk ORDER BY 1, 2 LIMIT 1)
RETURNING series_id || ' chunk ' || chunk AS key;

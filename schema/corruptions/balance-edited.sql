-- More cash in the balance than was ever posted, so that orders could set aside what is not there.
-- trips: INV-BALANCE
-- plant in: stripped
UPDATE tb_cache.balance SET amount = amount + 50000 WHERE run_id = (SELECT id FROM tb.run WHERE name = 'paper-hourly') AND agent = '' RETURNING run_id || ' cash' AS balance;

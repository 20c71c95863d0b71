-- INV-BOOK-TOP: The top of a book belongs to the hour it came in.
-- reads: rows
SELECT 'INV-BOOK-TOP' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT 'book_top ' || b.source || ' ' || b.symbol || ' ' || b.received_ms AS key, b.hour::bigint * 3600000 <= b.received_ms AND b.received_ms < (b.hour::bigint + 1) * 3600000 AS holds
  FROM tb.book_top b
) checked;

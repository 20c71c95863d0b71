-- A top of the book that is filed under another hour than it came in.
-- trips: INV-BOOK-TOP
-- plant in: stripped
UPDATE tb.book_top SET hour = hour - 1 RETURNING 'book_top ' || source || ' ' || symbol || ' ' || received_ms AS key;

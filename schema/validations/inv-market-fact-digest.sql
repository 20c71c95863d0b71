-- INV-MARKET-FACT-DIGEST: Shared market content is addressed by its SHA-256.
-- reads: rows
SELECT 'INV-MARKET-FACT-DIGEST' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (SELECT encode(digest, 'hex') AS key, digest = sha256(bytes) AS holds FROM tb.market_fact) checked;

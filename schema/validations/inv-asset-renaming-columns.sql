-- INV-ASSET-RENAMING-COLUMNS: Every renaming has its row, equal to the bytes of its fact.
-- reads: rows
SELECT 'INV-ASSET-RENAMING-COLUMNS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(run_id, hour, step, seq) AS key,
    m.id = j ->> 'id' AND m.ordinal = validation.whole(j ->> 'ordinal') AND m.from_asset = j ->> 'from' AND m.to_asset = j ->> 'to'
      AND m.quantity = validation.amount(j ->> 'quantity') AND m.received = validation.amount(j ->> 'received') AS holds
  FROM (SELECT * FROM validation.fact WHERE type = 'asset_renamed') d
  FULL JOIN tb.asset_renaming m USING (retention, run_id, hour, step, seq)
) checked;

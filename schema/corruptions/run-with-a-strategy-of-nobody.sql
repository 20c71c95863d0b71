-- A strategy file beside a manifest that names none.
-- trips: INV-RUN-STRATEGY
-- plant in: stripped
UPDATE tb.run SET strategy_source = convert_to('export const mine = 1;', 'UTF8') WHERE name = 'backtest-full' RETURNING id AS run_id;

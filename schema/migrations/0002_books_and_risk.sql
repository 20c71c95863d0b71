-- The books of an account: facts that no order of ours brought, a chart with an account for everything that can happen to
-- money, lots that know when they were acquired, and runs that are imported instead of executed by a strategy. Risk: every
-- gate can refuse, an operator changes the profile, and the database refuses what the gates must never let through.

-- Wording ------------------------------------------------------------------------------------------------------------

COMMENT ON COLUMN tb.hour_step.state_digest IS 'Leaf hash over the digests of the state''s slices after the step.';

-- Imported runs ------------------------------------------------------------------------------------------------------

ALTER TABLE tb.run DROP CONSTRAINT run_mode_check;
ALTER TABLE tb.run ADD CONSTRAINT run_mode_check CHECK (mode IN ('backtest', 'paper', 'live', 'import'));
ALTER TABLE tb.run DROP CONSTRAINT run_retention_follows_mode;
ALTER TABLE tb.run ADD CONSTRAINT run_retention_follows_mode CHECK ((retention = 'backtest') = (mode IN ('backtest', 'import')));
COMMENT ON COLUMN tb.run.retention IS 'kept for paper and live, backtest for what can be made again, backtests and imports: the partition of every row of the run.';
COMMENT ON COLUMN tb.run.mode IS 'backtest, paper or live; import for the history of an account, booked without a strategy.';
COMMENT ON COLUMN tb.run.vintage_ingest_id IS 'Latest import of candles that a backtest or an import could see; 0 when it saw none.';
COMMENT ON TABLE tb.run_tombstone IS 'What is left of a dropped backtest or import. Only a run named here can lose its rows.';

CREATE OR REPLACE FUNCTION tb.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only: % refused.', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
      HINT = 'Record what changed as a new row. Only a dropped backtest or import loses rows.';
END
$$;

CREATE OR REPLACE FUNCTION tb.refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  dropped uuid := (to_jsonb(OLD) ->> CASE WHEN TG_TABLE_NAME = 'run' THEN 'id' ELSE 'run_id' END)::uuid;
BEGIN
  IF TG_TABLE_NAME <> 'run_tombstone' AND EXISTS (SELECT FROM tb.run_tombstone WHERE run_id = dropped) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '%.% is append-only: DELETE refused.', TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
      HINT = 'Only a dropped backtest or import loses rows.';
END
$$;

CREATE OR REPLACE FUNCTION tb.check_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM tb.run WHERE id = NEW.run_id AND name = NEW.name AND genesis = NEW.genesis AND mode IN ('backtest', 'import')) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Run % cannot be dropped: no backtest or import of this name and genesis has this key.', NEW.run_id
    USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'run_tombstone', CONSTRAINT = 'only_backtests_are_dropped';
END
$$;
COMMENT ON FUNCTION tb.check_tombstone() IS 'Only what can be made again is dropped: backtests and imports.';

-- Risk profiles that an operator changes ------------------------------------------------------------------------------

ALTER TABLE tb.inbox ADD COLUMN profile text COLLATE "C";
ALTER TABLE tb.inbox DROP CONSTRAINT inbox_command_check;
ALTER TABLE tb.inbox ADD CONSTRAINT inbox_command_check CHECK (command IN ('kill', 'halt', 'resume', 'flatten', 'cancel', 'deposit', 'withdraw', 'profile'));
ALTER TABLE tb.inbox ADD CHECK ((command = 'profile') = (profile IS NOT NULL));
COMMENT ON COLUMN tb.inbox.profile IS 'For profile, the canonical text of the whole risk profile; null otherwise.';

-- Facts about the account --------------------------------------------------------------------------------------------

ALTER TABLE tb.fact DROP CONSTRAINT fact_type_check;
ALTER TABLE tb.fact ADD CONSTRAINT fact_type_check CHECK (type IN ('market', 'candle_late', 'candle_revised', 'order_acknowledged', 'order_rejected', 'order_filled', 'order_cancelled', 'order_expired', 'account_traded', 'account_transferred', 'account_rewarded', 'account_charged', 'asset_renamed', 'venue_error', 'fault_reported', 'operator', 'prediction'));

CREATE TABLE tb.account_trade (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  id text COLLATE "C" NOT NULL,
  ordinal bigint NOT NULL CHECK (ordinal >= 0),
  symbol text COLLATE "C" NOT NULL,
  side text COLLATE "C" NOT NULL CHECK (side IN ('BUY', 'SELL')),
  quantity numeric(38,18) NOT NULL,
  price numeric(38,18) NOT NULL,
  amount numeric(38,18) NOT NULL,
  value numeric(38,18) NOT NULL,
  fee numeric(38,18) NOT NULL,
  fee_asset text COLLATE "C" NOT NULL,
  fee_value numeric(38,18) NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  UNIQUE (retention, run_id, id),
  CHECK (quantity + price + amount + value + fee + fee_value <> 'NaN')
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.account_trade IS 'Trades on the account without an order of ours: the account_traded facts in columns. No rule of ours refuses one.';
COMMENT ON COLUMN tb.account_trade.id IS 'The venue''s name of the trade; one name is booked once.';
COMMENT ON COLUMN tb.account_trade.ordinal IS 'Place among the facts about the account of one moment, as the venue lists them.';
COMMENT ON COLUMN tb.account_trade.symbol IS 'The market, whose quote need not be that of the run.';
COMMENT ON COLUMN tb.account_trade.side IS 'BUY or SELL.';
COMMENT ON COLUMN tb.account_trade.quantity IS 'Base units.';
COMMENT ON COLUMN tb.account_trade.price IS 'Units of the symbol''s quote per base unit.';
COMMENT ON COLUMN tb.account_trade.amount IS 'Units of the symbol''s quote that changed hands before fee, as the venue booked them.';
COMMENT ON COLUMN tb.account_trade.value IS 'The trade in the quote of the run.';
COMMENT ON COLUMN tb.account_trade.fee IS 'Fee in units of fee_asset.';
COMMENT ON COLUMN tb.account_trade.fee_asset IS 'What the fee was charged in.';
COMMENT ON COLUMN tb.account_trade.fee_value IS 'The fee in the quote of the run.';

CREATE TABLE tb.account_transfer (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  id text COLLATE "C" NOT NULL,
  ordinal bigint NOT NULL CHECK (ordinal >= 0),
  direction text COLLATE "C" NOT NULL CHECK (direction IN ('in', 'out')),
  asset text COLLATE "C" NOT NULL,
  quantity numeric(38,18) NOT NULL CHECK (quantity <> 'NaN'),
  basis numeric(38,18) CHECK (basis <> 'NaN'),
  acquired_ms bigint,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  UNIQUE (retention, run_id, id),
  CHECK ((direction = 'in') = (basis IS NOT NULL)),
  CHECK ((direction = 'in') = (acquired_ms IS NOT NULL))
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.account_transfer IS 'Money and units that came to the account or left it without a trade (account_transferred).';
COMMENT ON COLUMN tb.account_transfer.id IS 'The venue''s name of the transfer; one name is booked once.';
COMMENT ON COLUMN tb.account_transfer.ordinal IS 'Place among the facts about the account of one moment, as the venue lists them.';
COMMENT ON COLUMN tb.account_transfer.direction IS 'in or out.';
COMMENT ON COLUMN tb.account_transfer.asset IS 'What moved.';
COMMENT ON COLUMN tb.account_transfer.quantity IS 'Units of it.';
COMMENT ON COLUMN tb.account_transfer.basis IS 'What the units had cost when they came in, in quote; null for what leaves, whose lots know it.';
COMMENT ON COLUMN tb.account_transfer.acquired_ms IS 'When the units that came in had been acquired; null for what leaves.';

CREATE TABLE tb.account_reward (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  id text COLLATE "C" NOT NULL,
  ordinal bigint NOT NULL CHECK (ordinal >= 0),
  purpose text COLLATE "C" NOT NULL CHECK (purpose IN ('income', 'funding', 'rounding')),
  asset text COLLATE "C" NOT NULL,
  quantity numeric(38,18) NOT NULL,
  fee numeric(38,18) NOT NULL,
  value numeric(38,18) NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  UNIQUE (retention, run_id, id),
  CHECK (quantity + fee + value <> 'NaN')
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.account_reward IS 'What the account received for nothing (account_rewarded).';
COMMENT ON COLUMN tb.account_reward.id IS 'The venue''s name of it; one name is booked once.';
COMMENT ON COLUMN tb.account_reward.ordinal IS 'Place among the facts about the account of one moment, as the venue lists them.';
COMMENT ON COLUMN tb.account_reward.purpose IS 'The account of the books that it is posted to: income, funding or rounding.';
COMMENT ON COLUMN tb.account_reward.asset IS 'What was received.';
COMMENT ON COLUMN tb.account_reward.quantity IS 'Units of it, before the venue''s fee.';
COMMENT ON COLUMN tb.account_reward.fee IS 'Units of it that the venue kept.';
COMMENT ON COLUMN tb.account_reward.value IS 'What the rest is worth in quote.';

CREATE TABLE tb.account_charge (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  id text COLLATE "C" NOT NULL,
  ordinal bigint NOT NULL CHECK (ordinal >= 0),
  purpose text COLLATE "C" NOT NULL CHECK (purpose IN ('fees', 'funding', 'rounding')),
  asset text COLLATE "C" NOT NULL,
  quantity numeric(38,18) NOT NULL,
  value numeric(38,18) NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  UNIQUE (retention, run_id, id),
  CHECK (quantity + value <> 'NaN')
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.account_charge IS 'What the account paid beside any trade (account_charged).';
COMMENT ON COLUMN tb.account_charge.id IS 'The venue''s name of it; one name is booked once.';
COMMENT ON COLUMN tb.account_charge.ordinal IS 'Place among the facts about the account of one moment, as the venue lists them.';
COMMENT ON COLUMN tb.account_charge.purpose IS 'The account of the books that it is posted to: fees, funding or rounding.';
COMMENT ON COLUMN tb.account_charge.asset IS 'What was paid.';
COMMENT ON COLUMN tb.account_charge.quantity IS 'Units of it.';
COMMENT ON COLUMN tb.account_charge.value IS 'What they were worth in quote.';

CREATE TABLE tb.asset_renaming (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  id text COLLATE "C" NOT NULL,
  ordinal bigint NOT NULL CHECK (ordinal >= 0),
  from_asset text COLLATE "C" NOT NULL,
  to_asset text COLLATE "C" NOT NULL,
  quantity numeric(38,18) NOT NULL,
  received numeric(38,18) NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  UNIQUE (retention, run_id, id),
  CHECK (quantity + received <> 'NaN')
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.asset_renaming IS 'Assets that took another name (asset_renamed); never a sale.';
COMMENT ON COLUMN tb.asset_renaming.id IS 'The venue''s name of it; one name is booked once.';
COMMENT ON COLUMN tb.asset_renaming.ordinal IS 'Place among the facts about the account of one moment, as the venue lists them.';
COMMENT ON COLUMN tb.asset_renaming.from_asset IS 'The name before.';
COMMENT ON COLUMN tb.asset_renaming.to_asset IS 'The name after.';
COMMENT ON COLUMN tb.asset_renaming.quantity IS 'Units under the name before.';
COMMENT ON COLUMN tb.asset_renaming.received IS 'Units under the name after.';

-- Decisions of the books ---------------------------------------------------------------------------------------------

ALTER TABLE tb.decision DROP CONSTRAINT decision_type_check;
ALTER TABLE tb.decision ADD CONSTRAINT decision_type_check CHECK (type IN ('signal_raised', 'campaign_moved', 'campaign_asked', 'order_placed', 'order_refused', 'cancel_requested', 'order_closed', 'stop_triggered', 'venue_conflict', 'lot_opened', 'lot_matched', 'lot_released', 'ledger_posted', 'balance_overdrawn', 'risk_changed', 'review_required', 'review_closed', 'tier_changed', 'kill_tripped', 'passive_breach', 'protection_raised', 'profile_changed', 'operator_refused'));

ALTER TABLE tb.order_refused DROP CONSTRAINT order_refused_code_check;
ALTER TABLE tb.order_refused ADD CONSTRAINT order_refused_code_check CHECK (code IN ('WARM_UP', 'EXIT_IN_PROGRESS', 'ALREADY_HELD', 'KILLED', 'HALTED', 'REVIEW_OPEN', 'INSTRUMENT_NOT_TRADABLE', 'NON_POSITIVE_VALUE', 'MARK_MISSING', 'MARK_STALE', 'DATA_MISSING', 'BOOK_STALE', 'BOOK_CROSSED', 'SPREAD_TOO_WIDE', 'FAT_FINGER', 'COOLDOWN', 'LOSING_EXITS', 'SYMBOL_LOCKED', 'DAILY_LOSS', 'ORDER_RATE', 'POSITION_COUNT', 'COST_GATE', 'PASSIVE_BREACH', 'INSUFFICIENT_CASH', 'TOTAL_CAP', 'QUOTE_CAP', 'CLUSTER_CAP', 'PER_POSITION_CAP', 'DEPTH_INSUFFICIENT', 'NO_VOLUME', 'BELOW_LOT', 'BELOW_MINIMUM', 'NOTHING_UNRESERVED', 'DUST'));
ALTER TABLE tb.operator_refused DROP CONSTRAINT operator_refused_code_check;
ALTER TABLE tb.operator_refused ADD CONSTRAINT operator_refused_code_check CHECK (code IN ('INSUFFICIENT_FREE_CASH', 'NOTHING_TO_CANCEL', 'NOTHING_HELD', 'NOT_HALTED', 'PROFILE_UNCHANGED', 'PROFILE_REFUSED'));

CREATE INDEX decision_of_risk ON tb.decision (run_id, hour, step, seq) WHERE type IN ('review_required', 'review_closed', 'profile_changed');

-- A real venue may report one trade twice. It is booked once: a lot of a fill is one, and so is an entry.
ALTER TABLE tb.venue_trade DROP CONSTRAINT venue_trade_retention_run_id_trade_id_key;
COMMENT ON COLUMN tb.venue_trade.trade_id IS 'The venue''s name of the fill. A real venue may repeat itself; one name is booked once.';

-- Lots that are stored already were acquired in the hour that booked them. The rewrite computes it for each, which no
-- UPDATE could: rows of a run are never changed.
ALTER TABLE tb.lot ADD COLUMN acquired_ms bigint;
ALTER TABLE tb.lot ALTER COLUMN acquired_ms TYPE bigint USING hour * 3600000::bigint;
ALTER TABLE tb.lot ALTER COLUMN acquired_ms SET NOT NULL;
ALTER TABLE tb.lot DROP CONSTRAINT lot_quantity_check;
ALTER TABLE tb.lot DROP CONSTRAINT lot_cost_check;
ALTER TABLE tb.lot DROP CONSTRAINT lot_check1;
ALTER TABLE tb.lot DROP CONSTRAINT lot_retention_run_id_trade_id_key;
ALTER TABLE tb.lot ADD CONSTRAINT only_units_of_the_account_are_owed CHECK ((quantity > 0 AND cost >= 0) OR (quantity < 0 AND cost <= 0 AND order_id IS NULL AND trade_id IS NOT NULL));
ALTER TABLE tb.lot ADD CONSTRAINT a_lot_of_an_order_names_its_fill CHECK (order_id IS NULL OR trade_id IS NOT NULL);
CREATE UNIQUE INDEX lot_of_a_fill_is_one ON tb.lot (trade_id, run_id, retention) WHERE order_id IS NOT NULL;
COMMENT ON TABLE tb.lot IS 'Lots: what was acquired at one moment for one cost (lot_opened). A fill opens one at most, and none larger than itself. Less than nothing is owed.';
COMMENT ON COLUMN tb.lot.quantity IS 'Base units acquired; negative for units that the venue let go of and the books did not have.';
COMMENT ON COLUMN tb.lot.cost IS 'What was paid, without fee; of owed units what they brought, negative.';
COMMENT ON COLUMN tb.lot.order_id IS 'The order that bought it; null without one.';
COMMENT ON COLUMN tb.lot.trade_id IS 'The fill that bought it, or the fact about the account that brought it; null for an opening balance.';
COMMENT ON COLUMN tb.lot.acquired_ms IS 'When the units were acquired, which may be before they came here.';

ALTER TABLE tb.lot_match ALTER COLUMN order_id DROP NOT NULL;
COMMENT ON TABLE tb.lot_match IS 'Disposals matched with lots, oldest first, or units that cover an owed lot (lot_matched). A lot gives no more than it holds.';
COMMENT ON COLUMN tb.lot_match.order_id IS 'The order that disposed of it; null without one.';
COMMENT ON COLUMN tb.lot_match.trade_id IS 'The fill, or the fact about the account, that disposed of it.';

CREATE TABLE tb.lot_release (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  lot_id text COLLATE "C" NOT NULL,
  agent text COLLATE "C" NOT NULL,
  symbol text COLLATE "C" NOT NULL,
  quantity numeric(38,18) NOT NULL CHECK (quantity > 0),
  cost numeric(38,18) NOT NULL CHECK (cost >= 0),
  entry_fee numeric(38,18) NOT NULL,
  trade_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  CHECK (quantity + cost + entry_fee <> 'NaN')
) PARTITION BY LIST (retention);
CREATE INDEX lot_release_by_lot ON tb.lot_release (lot_id, run_id, retention);
COMMENT ON TABLE tb.lot_release IS 'Units that left their lots without a sale, with what they cost (lot_released).';
COMMENT ON COLUMN tb.lot_release.lot_id IS 'The lot they leave, or the owed lot that they cover.';
COMMENT ON COLUMN tb.lot_release.agent IS 'Whose lot it is.';
COMMENT ON COLUMN tb.lot_release.symbol IS 'The market.';
COMMENT ON COLUMN tb.lot_release.quantity IS 'Base units.';
COMMENT ON COLUMN tb.lot_release.cost IS 'What they cost.';
COMMENT ON COLUMN tb.lot_release.entry_fee IS 'Fee of their acquisition.';
COMMENT ON COLUMN tb.lot_release.trade_id IS 'The fact about the account that took them.';

CREATE TABLE tb.balance_overdrawn (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  asset text COLLATE "C" NOT NULL,
  balance numeric(38,18) NOT NULL CHECK (balance < 0),
  reference text COLLATE "C" NOT NULL,
  severity text COLLATE "C" NOT NULL CHECK (severity = 'CRITICAL'),
  PRIMARY KEY (retention, run_id, hour, step, seq)
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.balance_overdrawn IS 'Facts of a venue that left less than nothing of an asset (balance_overdrawn).';
COMMENT ON COLUMN tb.balance_overdrawn.asset IS 'The asset.';
COMMENT ON COLUMN tb.balance_overdrawn.balance IS 'What the books hold of it after the fact.';
COMMENT ON COLUMN tb.balance_overdrawn.reference IS 'The fact.';
COMMENT ON COLUMN tb.balance_overdrawn.severity IS 'CRITICAL.';

-- The chart of accounts ----------------------------------------------------------------------------------------------
-- `opening` and `capital` stay: they stand in the books of encoding version 1, which are never rewritten.

ALTER TABLE tb.ledger_entry DROP CONSTRAINT ledger_entry_kind_check;
ALTER TABLE tb.ledger_entry ADD CONSTRAINT ledger_entry_kind_check CHECK (kind IN ('opening', 'buy', 'sell', 'fee', 'deposit', 'withdrawal', 'transfer_in', 'transfer_out', 'reward', 'funding', 'rename', 'rounding'));
COMMENT ON COLUMN tb.ledger_entry.reference IS 'Fill, fact about the account, operator key, or opening.';
ALTER TABLE tb.posting DROP CONSTRAINT posting_account_check;
ALTER TABLE tb.posting ADD CONSTRAINT posting_account_check CHECK (account IN ('capital', 'cash', 'clearing', 'cost', 'deferred_fees', 'deposits', 'fees', 'funding', 'income', 'position', 'result', 'rounding', 'trading', 'transfers', 'withdrawals'));

-- What every new table has -------------------------------------------------------------------------------------------

DO $tables$
DECLARE
  name text;
  kind text;
  link text[];
  meaning text[];
BEGIN
  FOREACH name IN ARRAY ARRAY['account_trade', 'account_transfer', 'account_reward', 'account_charge', 'asset_renaming', 'lot_release', 'balance_overdrawn'] LOOP
    FOREACH kind IN ARRAY ARRAY['kept', 'backtest'] LOOP
      EXECUTE format('CREATE TABLE tb.%I PARTITION OF tb.%I FOR VALUES IN (%L)', name || '_' || kind, name, kind);
      EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON tb.%I FOR EACH STATEMENT EXECUTE FUNCTION tb.refuse_change()', name || '_' || kind);
      EXECUTE format('REVOKE ALL ON tb.%I FROM PUBLIC', name || '_' || kind);
      EXECUTE format('GRANT SELECT ON tb.%I TO tb_app', name || '_' || kind);
    END LOOP;
    EXECUTE format('CREATE TRIGGER refuse_update BEFORE UPDATE ON tb.%I FOR EACH ROW EXECUTE FUNCTION tb.refuse_change()', name);
    EXECUTE format('CREATE TRIGGER refuse_delete BEFORE DELETE ON tb.%I FOR EACH ROW EXECUTE FUNCTION tb.refuse_delete()', name);
    EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON tb.%I FOR EACH STATEMENT EXECUTE FUNCTION tb.refuse_change()', name);
    EXECUTE format('REVOKE ALL ON tb.%I FROM PUBLIC', name);
    EXECUTE format('GRANT SELECT, INSERT ON tb.%I TO tb_app', name);
    FOREACH meaning SLICE 1 IN ARRAY ARRAY[
      ['retention', 'Partition of the run''s rows: kept or backtest.'], ['run_id', 'The run.'], ['hour', 'Hours since the epoch, UTC.'],
      ['step', 'Step of the hour, from 0.'], ['seq', 'Place in the step, from 0.']
    ] LOOP
      EXECUTE format('COMMENT ON COLUMN tb.%I.%I IS %L', name, meaning[1], meaning[2]);
    END LOOP;
  END LOOP;
  FOREACH link SLICE 1 IN ARRAY ARRAY[
    ['account_trade', 'fact', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['account_transfer', 'fact', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['account_reward', 'fact', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['account_charge', 'fact', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['asset_renaming', 'fact', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['lot_release', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['balance_overdrawn', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['lot_release', 'lot', 'run_id, lot_id', 'run_id, lot_id']
  ] LOOP
    FOREACH kind IN ARRAY ARRAY['kept', 'backtest'] LOOP
      EXECUTE format('ALTER TABLE tb.%I ADD FOREIGN KEY (%s) REFERENCES tb.%I (%s)', link[1] || '_' || kind, link[3], link[2] || '_' || kind, link[4]);
    END LOOP;
  END LOOP;
END
$tables$;

-- Orders are inserted after what the step booked and ended, so that their checks see it; what refers to them waits.
DO $orders$
DECLARE
  kind text;
BEGIN
  FOREACH kind IN ARRAY ARRAY['kept', 'backtest'] LOOP
    EXECUTE format('ALTER TABLE tb.%I ADD UNIQUE (order_id, run_id, agent, symbol)', 'order_placed_' || kind);
    EXECUTE format('ALTER TABLE tb.%I ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED', 'order_closed_' || kind, 'order_closed_' || kind || '_run_id_order_id_fkey');
    EXECUTE format('ALTER TABLE tb.%I ADD FOREIGN KEY (run_id, order_id, agent, symbol) REFERENCES tb.%I (run_id, order_id, agent, symbol) DEFERRABLE INITIALLY DEFERRED', 'lot_' || kind, 'order_placed_' || kind);
    EXECUTE format('ALTER TABLE tb.%I ADD FOREIGN KEY (run_id, order_id) REFERENCES tb.%I (run_id, order_id) DEFERRABLE INITIALLY DEFERRED', 'lot_match_' || kind, 'order_placed_' || kind);
  END LOOP;
END
$orders$;

-- Balances -----------------------------------------------------------------------------------------------------------

COMMENT ON SCHEMA tb_cache IS 'Derived from tb: losing all of it costs time, never knowledge.';

CREATE TABLE tb_cache.balance (
  run_id uuid NOT NULL,
  agent text COLLATE "C" NOT NULL,
  symbol text COLLATE "C" NOT NULL,
  amount numeric(38,18) NOT NULL,
  cost numeric(38,18) NOT NULL,
  PRIMARY KEY (run_id, agent, symbol)
);
COMMENT ON TABLE tb_cache.balance IS 'What a run has after all its rows, so that a check of an order reads a few of them: cash (no agent, no symbol), and in runs that are kept what each agent holds of each symbol. Only triggers write it.';
COMMENT ON COLUMN tb_cache.balance.run_id IS 'The run.';
COMMENT ON COLUMN tb_cache.balance.agent IS 'Whose units they are; empty for cash.';
COMMENT ON COLUMN tb_cache.balance.symbol IS 'The market; empty for cash.';
COMMENT ON COLUMN tb_cache.balance.amount IS 'Units held, less than nothing when owed; or cash in quote.';
COMMENT ON COLUMN tb_cache.balance.cost IS 'What the units cost, in quote; 0 for cash.';
REVOKE ALL ON tb_cache.balance FROM PUBLIC;
GRANT SELECT ON tb_cache.balance TO tb_app;
INSERT INTO tb_cache.balance (run_id, agent, symbol, amount, cost)
SELECT run_id, '', '', sum(amount), 0 FROM tb.posting WHERE account = 'cash' GROUP BY run_id
UNION ALL
SELECT run_id, agent, symbol, sum(quantity), sum(cost)
FROM (
  SELECT run_id, agent, symbol, quantity, cost FROM tb.lot WHERE retention = 'kept'
  UNION ALL SELECT m.run_id, l.agent, l.symbol, -m.quantity, -m.cost FROM tb.lot_match m JOIN tb.lot l ON l.run_id = m.run_id AND l.lot_id = m.lot_id WHERE m.retention = 'kept'
) moved GROUP BY run_id, agent, symbol;

-- Safety -------------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION tb.check_lots() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  bad record;
BEGIN
  SELECT l.run_id, l.lot_id, l.quantity, (
    SELECT max(t.quantity) FROM tb.venue_trade t
    WHERE t.retention = l.retention AND t.run_id = l.run_id AND t.hour = l.hour AND t.step = l.step AND t.trade_id = l.trade_id AND t.order_id = l.order_id) AS filled INTO bad
  FROM fresh l
  WHERE l.order_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM tb.venue_trade t
    JOIN tb.fact f ON f.retention = t.retention AND f.run_id = t.run_id AND f.hour = t.hour AND f.step = t.step AND f.seq = t.seq
    WHERE t.retention = l.retention AND t.run_id = l.run_id AND t.hour = l.hour AND t.step = l.step AND t.trade_id = l.trade_id AND t.order_id = l.order_id
      AND t.quantity >= l.quantity AND f.at_ms = l.acquired_ms) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Lot % of run % holds % and its fill %, or it is dated otherwise.', bad.lot_id, bad.run_id, bad.quantity, coalesce(bad.filled::text, 'is not stored')
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'lot', CONSTRAINT = 'no_lot_beyond_its_fill';
  END IF;
  SELECT l.run_id, l.lot_id, l.quantity INTO bad
  FROM fresh l
  WHERE l.order_id IS NULL AND l.trade_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM (
      SELECT split_part(t.symbol, '/', 1) AS asset, t.quantity AS units FROM tb.account_trade t
        WHERE t.retention = l.retention AND t.run_id = l.run_id AND t.hour = l.hour AND t.step = l.step AND t.id = l.trade_id
      UNION ALL SELECT split_part(t.symbol, '/', 2), t.amount FROM tb.account_trade t
        WHERE t.retention = l.retention AND t.run_id = l.run_id AND t.hour = l.hour AND t.step = l.step AND t.id = l.trade_id
      UNION ALL SELECT t.fee_asset, t.fee FROM tb.account_trade t
        WHERE t.retention = l.retention AND t.run_id = l.run_id AND t.hour = l.hour AND t.step = l.step AND t.id = l.trade_id
      UNION ALL SELECT t.asset, t.quantity FROM tb.account_transfer t
        WHERE t.retention = l.retention AND t.run_id = l.run_id AND t.hour = l.hour AND t.step = l.step AND t.id = l.trade_id
      UNION ALL SELECT t.asset, t.quantity FROM tb.account_reward t
        WHERE t.retention = l.retention AND t.run_id = l.run_id AND t.hour = l.hour AND t.step = l.step AND t.id = l.trade_id
      UNION ALL SELECT t.asset, t.quantity FROM tb.account_charge t
        WHERE t.retention = l.retention AND t.run_id = l.run_id AND t.hour = l.hour AND t.step = l.step AND t.id = l.trade_id
      UNION ALL SELECT t.from_asset, t.quantity FROM tb.asset_renaming t
        WHERE t.retention = l.retention AND t.run_id = l.run_id AND t.hour = l.hour AND t.step = l.step AND t.id = l.trade_id
      UNION ALL SELECT t.to_asset, t.received FROM tb.asset_renaming t
        WHERE t.retention = l.retention AND t.run_id = l.run_id AND t.hour = l.hour AND t.step = l.step AND t.id = l.trade_id
      -- What a fill moved beyond its order is booked on the account.
      UNION ALL SELECT split_part(l.symbol, '/', 1), greatest(t.quantity, t.fee) FROM tb.venue_trade t
        WHERE t.retention = l.retention AND t.run_id = l.run_id AND t.hour = l.hour AND t.step = l.step AND t.trade_id = l.trade_id
    ) moved
    WHERE moved.asset = split_part(l.symbol, '/', 1) AND moved.units >= abs(l.quantity)) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Lot % of run % holds %, and no fact about the account moved as much.', bad.lot_id, bad.run_id, bad.quantity
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'lot', CONSTRAINT = 'no_lot_beyond_its_fact';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tb.check_lots() IS 'A lot holds at most what a fill, or a fact about the account, of its own step moved. Those of a step are inserted before its lots.';

CREATE OR REPLACE FUNCTION tb.check_lot_matches() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  bad record;
BEGIN
  SELECT l.run_id, l.lot_id, l.quantity, m.taken INTO bad
  FROM (SELECT DISTINCT run_id, lot_id FROM fresh) f
  JOIN tb.lot l ON l.run_id = f.run_id AND l.lot_id = f.lot_id
  CROSS JOIN LATERAL (
    SELECT (SELECT coalesce(sum(a.quantity), 0) FROM tb.lot_match a WHERE a.run_id = f.run_id AND a.lot_id = f.lot_id)
      + (SELECT coalesce(sum(b.quantity), 0) FROM tb.lot_release b WHERE b.run_id = f.run_id AND b.lot_id = f.lot_id) AS taken) m
  WHERE m.taken > abs(l.quantity) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Lot % of run % holds %, and % would have been taken from it.', bad.lot_id, bad.run_id, bad.quantity, bad.taken
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = TG_TABLE_NAME, CONSTRAINT = 'no_match_beyond_its_lot';
  END IF;
  SELECT f.run_id, f.hour, f.step, f.seq, f.lot_id INTO bad
  FROM fresh f
  JOIN tb.lot l ON l.run_id = f.run_id AND l.lot_id = f.lot_id
  WHERE l.agent <> f.agent OR l.symbol <> f.symbol OR (l.hour, l.step, l.seq) >= (f.hour, f.step, f.seq) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '%.%.% of run % takes from lot %, which is another''s or came later.', bad.hour, bad.step, bad.seq, bad.run_id, bad.lot_id
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = TG_TABLE_NAME, CONSTRAINT = 'no_match_of_a_foreign_lot';
  END IF;
  SELECT f.run_id, f.hour, f.step, f.seq, f.trade_id INTO bad
  FROM fresh f
  WHERE NOT EXISTS (SELECT FROM tb.venue_trade t WHERE t.retention = f.retention AND t.run_id = f.run_id AND t.hour = f.hour AND t.step = f.step AND t.trade_id = f.trade_id)
    AND NOT EXISTS (SELECT FROM tb.account_trade t WHERE t.retention = f.retention AND t.run_id = f.run_id AND t.hour = f.hour AND t.step = f.step AND t.id = f.trade_id)
    AND NOT EXISTS (SELECT FROM tb.account_transfer t WHERE t.retention = f.retention AND t.run_id = f.run_id AND t.hour = f.hour AND t.step = f.step AND t.id = f.trade_id)
    AND NOT EXISTS (SELECT FROM tb.account_reward t WHERE t.retention = f.retention AND t.run_id = f.run_id AND t.hour = f.hour AND t.step = f.step AND t.id = f.trade_id)
    AND NOT EXISTS (SELECT FROM tb.account_charge t WHERE t.retention = f.retention AND t.run_id = f.run_id AND t.hour = f.hour AND t.step = f.step AND t.id = f.trade_id)
    AND NOT EXISTS (SELECT FROM tb.asset_renaming t WHERE t.retention = f.retention AND t.run_id = f.run_id AND t.hour = f.hour AND t.step = f.step AND t.id = f.trade_id) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '%.%.% of run % is said to come from %, and no fact of its step has that name.', bad.hour, bad.step, bad.seq, bad.run_id, bad.trade_id
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = TG_TABLE_NAME, CONSTRAINT = 'no_match_without_its_fact';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tb.check_lot_matches() IS 'A lot gives at most what it holds, to its own agent and market, after it came, and to a fact of the step; an owed lot is covered once.';

-- A session keeps the plan it made when its tables were small, so the plan must fit large ones: no sequential scans, and
-- only conditions under which every index that could be taken is a good one.
CREATE OR REPLACE FUNCTION tb.check_orders() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  bad record;
BEGIN
  SELECT o.run_id, o.order_id, r.to_status INTO bad
  FROM fresh o
  CROSS JOIN LATERAL (
    SELECT c.to_status FROM tb.risk_change c
    WHERE c.retention = o.retention AND c.run_id = o.run_id AND (c.hour, c.step, c.seq) < (o.hour, o.step, o.seq)
    ORDER BY c.hour DESC, c.step DESC, c.seq DESC LIMIT 1
  ) r
  WHERE o.side = 'BUY' AND r.to_status <> 'ACTIVE' LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Order % of run % buys while the run is %.', bad.order_id, bad.run_id, bad.to_status
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'order_placed', CONSTRAINT = 'no_buy_unless_active';
  END IF;
  WITH told AS MATERIALIZED (
    SELECT d.run_id, d.hour, d.step, d.seq, d.type
    FROM (SELECT DISTINCT retention, run_id FROM fresh WHERE side = 'BUY') r
    JOIN tb.decision d ON d.retention = r.retention AND d.run_id = r.run_id AND d.type IN ('review_required', 'review_closed', 'profile_changed')
  )
  SELECT o.run_id, o.order_id INTO bad
  FROM fresh o
  CROSS JOIN LATERAL (
    SELECT t.type FROM told t
    WHERE t.run_id = o.run_id AND t.type <> 'profile_changed' AND (t.hour, t.step, t.seq) < (o.hour, o.step, o.seq)
    ORDER BY t.hour DESC, t.step DESC, t.seq DESC LIMIT 1
  ) r
  WHERE o.side = 'BUY' AND r.type = 'review_required' LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Order % of run % buys while a review is open.', bad.order_id, bad.run_id
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'order_placed', CONSTRAINT = 'no_buy_under_review';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tb.check_orders() IS 'A halted or killed run, and one under review, places no BUY. Changes of risk of a step are inserted before its orders.';

-- Written as their rows are, by the owner's right: nobody else can set a balance.
CREATE FUNCTION tb.keep_cash() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO tb_cache.balance AS kept (run_id, agent, symbol, amount, cost)
  SELECT run_id, '', '', sum(amount), 0 FROM fresh WHERE account = 'cash' GROUP BY run_id
  ON CONFLICT (run_id, agent, symbol) DO UPDATE SET amount = kept.amount + excluded.amount;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tb.keep_cash() IS 'Cash of a run follows its postings.';

CREATE FUNCTION tb.keep_lots() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO tb_cache.balance AS kept (run_id, agent, symbol, amount, cost)
  SELECT run_id, agent, symbol, sum(quantity), sum(cost) FROM fresh WHERE retention = 'kept' GROUP BY run_id, agent, symbol
  ON CONFLICT (run_id, agent, symbol) DO UPDATE SET amount = kept.amount + excluded.amount, cost = kept.cost + excluded.cost;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tb.keep_lots() IS 'What an agent holds follows its lots.';

CREATE FUNCTION tb.keep_lots_less() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET enable_seqscan = off AS $$
BEGIN
  INSERT INTO tb_cache.balance AS kept (run_id, agent, symbol, amount, cost)
  SELECT f.run_id, l.agent, l.symbol, -sum(sign(l.quantity) * f.quantity), -sum(sign(l.quantity) * f.cost)
  FROM fresh f JOIN tb.lot l ON l.run_id = f.run_id AND l.lot_id = f.lot_id
  WHERE f.retention = 'kept' GROUP BY f.run_id, l.agent, l.symbol
  ON CONFLICT (run_id, agent, symbol) DO UPDATE SET amount = kept.amount + excluded.amount, cost = kept.cost + excluded.cost;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tb.keep_lots_less() IS 'What an agent holds follows what its lots give, and what covers an owed one.';

-- Balances are of all rows. Where a statement brings many steps, what came after the one that is looked at is taken off again.
CREATE FUNCTION tb.lots_moved_after(text, uuid, int, int) RETURNS TABLE (agent text, symbol text, units numeric, cost numeric) LANGUAGE sql STABLE SET enable_seqscan = off AS $$
  SELECT c.agent, c.symbol, sum(c.units), sum(c.cost)
  FROM (
    SELECT l.agent, l.symbol, l.quantity AS units, l.cost FROM tb.lot l WHERE l.retention = $1 AND l.run_id = $2 AND (l.hour, l.step) > ($3, $4)
    UNION ALL
    SELECT l.agent, l.symbol, -sign(l.quantity) * m.quantity, -sign(l.quantity) * m.cost
    FROM tb.lot_match m JOIN tb.lot l ON l.run_id = m.run_id AND l.lot_id = m.lot_id WHERE m.retention = $1 AND m.run_id = $2 AND (m.hour, m.step) > ($3, $4)
    UNION ALL
    SELECT l.agent, l.symbol, -sign(l.quantity) * m.quantity, -sign(l.quantity) * m.cost
    FROM tb.lot_release m JOIN tb.lot l ON l.run_id = m.run_id AND l.lot_id = m.lot_id WHERE m.retention = $1 AND m.run_id = $2 AND (m.hour, m.step) > ($3, $4)
  ) c GROUP BY c.agent, c.symbol
$$;
COMMENT ON FUNCTION tb.lots_moved_after(text, uuid, int, int) IS 'What lots of a run brought and gave after a step, by agent and market.';

-- Everything of a run that moves free cash, in order: postings, then reservations, then what orders without a collar may
-- be relieved of again, because later entries come before their slack. What a fill spends leaves its reservation. A simulated
-- order works an hour at most, so what lies two hours before the first order of the statement is in the balance; a venue may take longer.
CREATE FUNCTION tb.check_free_cash() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_nestloop = off AS $$
DECLARE
  bad record;
BEGIN
  IF NOT EXISTS (SELECT FROM fresh WHERE side = 'BUY') THEN RETURN NULL; END IF;
  WITH recent AS MATERIALIZED (
    SELECT f.retention, f.run_id, CASE WHEN convert_from(r.manifest, 'UTF8')::jsonb ->> 'venue' = 'recorded' THEN r.start_hour ELSE f.hour - 2 END AS hour
    FROM (SELECT retention, run_id, min(hour) AS hour FROM fresh WHERE side = 'BUY' GROUP BY retention, run_id) f
    JOIN tb.run r ON r.id = f.run_id
  ), bought AS MATERIALIZED (
    SELECT o.retention, o.run_id, o.hour, o.step, o.order_id, o.symbol, o.reserved, o.collar_price IS NULL AND o.order_type = 'MARKET' AS is_open_ended,
      least(o.reserved, o.quantity * o.mark) AS at_mark, c.hour AS end_hour, c.step AS end_step
    FROM recent r
    JOIN tb.order_placed o ON o.retention = r.retention AND o.run_id = r.run_id AND o.hour >= r.hour AND o.side = 'BUY'
    LEFT JOIN tb.order_closed c ON c.retention = o.retention AND c.run_id = o.run_id AND c.hour >= r.hour AND c.order_id = o.order_id
  ), filled AS MATERIALIZED (
    SELECT b.run_id, t.hour, t.step, b.order_id, b.reserved, b.is_open_ended, b.at_mark, s.spent,
      sum(s.spent) OVER (PARTITION BY b.run_id, b.order_id ORDER BY t.hour, t.step, t.seq) AS spent_so_far,
      row_number() OVER (PARTITION BY b.run_id, b.order_id ORDER BY t.hour, t.step, t.seq) AS nth
    FROM bought b
    JOIN recent r ON r.retention = b.retention AND r.run_id = b.run_id
    JOIN tb.venue_trade t ON t.retention = b.retention AND t.run_id = b.run_id AND t.hour >= r.hour AND t.order_id = b.order_id
    CROSS JOIN LATERAL (SELECT ceil(t.quantity * t.price * 1e18) * 1e-18 + CASE WHEN t.fee_asset = split_part(b.symbol, '/', 2) THEN t.fee ELSE 0 END AS spent) s
    WHERE b.end_hour IS NULL OR (t.hour, t.step) <= (b.end_hour, b.end_step)
  ), posted AS MATERIALIZED (
    SELECT p.run_id, p.hour, p.step, p.amount
    FROM recent r
    JOIN tb.posting p ON p.retention = r.retention AND p.run_id = r.run_id AND p.hour >= r.hour AND p.account = 'cash'
  ), moved AS (
    SELECT r.run_id, r.hour - 1 AS hour, 0 AS step, 0 AS turn,
      coalesce((SELECT k.amount FROM tb_cache.balance k WHERE k.run_id = r.run_id AND k.agent = '' AND k.symbol = ''), 0)
        - coalesce((SELECT sum(p.amount) FROM posted p WHERE p.run_id = r.run_id), 0) AS amount
    FROM recent r
    UNION ALL SELECT run_id, hour, step, 0, amount FROM posted
    UNION ALL SELECT run_id, hour, step, 1, -reserved FROM bought
    UNION ALL SELECT run_id, hour, step, 2, reserved - at_mark FROM bought WHERE is_open_ended
    UNION ALL SELECT run_id, hour, step, 0,
      CASE WHEN is_open_ended THEN CASE nth WHEN 1 THEN at_mark ELSE 0 END
      ELSE greatest(reserved - spent_so_far + spent, 0) - greatest(reserved - spent_so_far, 0) END FROM filled
    UNION ALL SELECT b.run_id, b.end_hour, b.end_step, 0,
      CASE WHEN b.is_open_ended THEN CASE WHEN f.spent IS NULL THEN b.at_mark ELSE 0 END ELSE greatest(b.reserved - coalesce(f.spent, 0), 0) END
    FROM bought b
    LEFT JOIN (SELECT run_id, order_id, sum(spent) AS spent FROM filled GROUP BY run_id, order_id) f ON f.run_id = b.run_id AND f.order_id = b.order_id
    WHERE b.end_hour IS NOT NULL
  )
  SELECT o.run_id, o.order_id, o.reserved, f.free INTO bad
  FROM (SELECT run_id, hour, step, turn, sum(amount) OVER (PARTITION BY run_id ORDER BY hour, step, turn) AS free FROM moved) f
  JOIN fresh o ON o.run_id = f.run_id AND o.hour = f.hour AND o.step = f.step AND o.side = 'BUY'
  WHERE f.turn = 1 AND f.free < 0 ORDER BY o.hour, o.step, o.seq DESC LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Order % of run % sets aside %, and that is % more than the free cash of its step.', bad.order_id, bad.run_id, trim_scale(bad.reserved), trim_scale(-bad.free)
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'order_placed', CONSTRAINT = 'no_reservation_beyond_free_cash';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tb.check_free_cash() IS 'Orders never set aside more cash, costs included, than there is: no leverage. What a step booked and ended is inserted before its orders.';

CREATE FUNCTION tb.check_reductions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET enable_seqscan = off AS $$
DECLARE
  bad record;
BEGIN
  SELECT s.run_id, s.order_id, h.units AS held, w.units AS sold INTO bad
  FROM fresh s
  JOIN tb.run r ON r.id = s.run_id
  CROSS JOIN LATERAL (
    SELECT coalesce((SELECT k.amount FROM tb_cache.balance k WHERE k.run_id = s.run_id AND k.agent = s.agent AND k.symbol = s.symbol), 0)
      - coalesce((SELECT sum(m.units) FROM tb.lots_moved_after(s.retention, s.run_id, s.hour, s.step) m WHERE m.agent = s.agent AND m.symbol = s.symbol), 0) AS units
  ) h
  CROSS JOIN LATERAL (
    SELECT sum(o.quantity - f.units) AS units
    FROM tb.order_placed o
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(t.quantity), 0) AS units FROM tb.venue_trade t
      WHERE t.retention = o.retention AND t.run_id = o.run_id AND t.order_id = o.order_id AND (t.hour, t.step) >= (o.hour, o.step) AND (t.hour, t.step) <= (s.hour, s.step)) f
    WHERE o.retention = s.retention AND o.run_id = s.run_id AND o.side = 'SELL' AND o.agent = s.agent AND o.symbol = s.symbol AND (o.hour, o.step, o.seq) <= (s.hour, s.step, s.seq)
      AND o.hour >= CASE WHEN convert_from(r.manifest, 'UTF8')::jsonb ->> 'venue' = 'recorded' THEN r.start_hour ELSE s.hour - 2 END
      AND NOT EXISTS (SELECT FROM tb.order_closed c WHERE c.retention = o.retention AND c.run_id = o.run_id AND c.order_id = o.order_id AND (c.hour, c.step) <= (s.hour, s.step))
  ) w
  WHERE s.side = 'SELL' AND s.retention = 'kept' AND w.units > h.units LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Order % of run % would bring its working sales to %, and % is held.', bad.order_id, bad.run_id, bad.sold, bad.held
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'order_placed', CONSTRAINT = 'no_sale_beyond_what_is_held';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tb.check_reductions() IS 'The working sales of an agent never exceed what it holds: nothing is sold short or twice. Runs that are kept.';

-- What the gates promise, computed anew from balances, candles and orders of a step that has just been booked: the caps of the profile in force hold with every
-- order of the step added. Amounts are compared to a billionth, which is more than the rounding of every lot.
CREATE FUNCTION tb.check_caps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET enable_seqscan = off AS $$
DECLARE
  place record;
  opening jsonb;
  limits jsonb;
  candle_ms bigint;
  bad record;
BEGIN
  FOR place IN
    SELECT DISTINCT f.retention, f.run_id, f.hour, f.step, s.ingest_through
    FROM fresh f JOIN tb.hour_step s ON s.retention = f.retention AND s.run_id = f.run_id AND s.hour = f.hour AND s.step = f.step
    WHERE f.side = 'BUY' AND f.retention = 'kept'
  LOOP
    -- A trade of the account may stand for a mark, and which does no constraint can say.
    CONTINUE WHEN EXISTS (SELECT FROM tb.account_trade t WHERE t.retention = place.retention AND t.run_id = place.run_id);
    SELECT convert_from(r.manifest, 'UTF8')::jsonb INTO opening FROM tb.run r WHERE r.id = place.run_id;
    SELECT convert_from(f.bytes, 'UTF8')::jsonb #> '{profile,limits}' INTO limits
    FROM tb.decision d
    JOIN tb.fact f ON f.retention = d.retention AND f.run_id = d.run_id AND f.hour = d.hour AND f.step = d.step AND f.type = 'operator'
    WHERE d.retention = place.retention AND d.run_id = place.run_id AND d.type IN ('review_required', 'review_closed', 'profile_changed')
      AND d.type = 'profile_changed' AND (d.hour, d.step) <= (place.hour, place.step)
      AND encode(sha256(convert_to(substring(convert_from(f.bytes, 'UTF8') FROM '"profile":(\{.*\}),"reason":'), 'UTF8')), 'hex') = convert_from(d.bytes, 'UTF8')::jsonb ->> 'digest'
    ORDER BY d.hour DESC, d.step DESC, d.seq DESC LIMIT 1;
    limits := coalesce(limits, opening #> '{profile,limits}');
    candle_ms := CASE opening ->> 'timeframe' WHEN '1m' THEN 60000 WHEN '5m' THEN 300000 WHEN '15m' THEN 900000 ELSE 3600000 END;
    WITH market AS MATERIALIZED (
      SELECT i ->> 'symbol' AS symbol, i ->> 'cluster' AS cluster, (
        SELECT c.close FROM tb.series s JOIN tb.candle c ON c.series_id = s.id
        WHERE s.symbol = i ->> 'symbol' AND s.timeframe = opening ->> 'timeframe' AND c.open_ms <= place.hour * 3600000::bigint + place.step * candle_ms AND c.ingest_id <= place.ingest_through
        ORDER BY c.open_ms DESC, c.revision DESC LIMIT 1) AS mark
      FROM jsonb_array_elements(opening -> 'universe') i
    ), holding AS MATERIALIZED (
      SELECT k.agent, k.symbol, coalesce((k.amount - coalesce(n.units, 0)) * m.mark, k.cost - coalesce(n.cost, 0)) AS worth
      FROM tb_cache.balance k
      JOIN market m ON m.symbol = k.symbol
      LEFT JOIN tb.lots_moved_after(place.retention, place.run_id, place.hour, place.step) n ON n.agent = k.agent AND n.symbol = k.symbol
      WHERE k.run_id = place.run_id
    ), working AS MATERIALIZED (
      SELECT o.agent, o.symbol, (o.quantity - f.units) * coalesce(o.limit_price, o.collar_price, o.mark) AS worth, (o.hour, o.step) = (place.hour, place.step) AS is_of_step
      FROM tb.order_placed o
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(t.quantity), 0) AS units FROM tb.venue_trade t
        WHERE t.retention = o.retention AND t.run_id = o.run_id AND t.order_id = o.order_id AND (t.hour, t.step) >= (o.hour, o.step) AND (t.hour, t.step) <= (place.hour, place.step)) f
      WHERE o.retention = place.retention AND o.run_id = place.run_id AND o.side = 'BUY' AND (o.hour, o.step) <= (place.hour, place.step) AND f.units < o.quantity
        AND o.hour >= CASE WHEN opening ->> 'venue' = 'recorded' THEN (opening ->> 'startHour')::int ELSE place.hour - 2 END
        AND NOT EXISTS (SELECT FROM tb.order_closed c WHERE c.retention = o.retention AND c.run_id = o.run_id AND c.order_id = o.order_id AND (c.hour, c.step) <= (place.hour, place.step))
    ), used AS MATERIALIZED (
      SELECT u.agent, u.symbol, m.cluster, u.worth FROM (SELECT agent, symbol, worth FROM holding UNION ALL SELECT agent, symbol, worth FROM working) u JOIN market m ON m.symbol = u.symbol
    ), cap AS (
      SELECT 'total' AS scope, limits -> 'total' AS most, (SELECT sum(worth) FROM used) AS usage
      UNION ALL SELECT 'quote ' || (opening ->> 'quote'), limits #> ARRAY['quotes', opening ->> 'quote'], (SELECT sum(worth) FROM used)
      UNION ALL SELECT 'cluster ' || e.cluster, CASE e.cluster WHEN 'UNCLASSIFIED' THEN limits -> 'unclassified' ELSE coalesce(limits #> ARRAY['clusters', e.cluster], limits -> 'perCluster') END,
        (SELECT sum(u.worth) FROM used u WHERE u.cluster = e.cluster)
      FROM (SELECT DISTINCT m.cluster FROM working w JOIN market m ON m.symbol = w.symbol WHERE w.is_of_step) e
      UNION ALL SELECT 'position ' || e.agent || ' ' || e.symbol, limits -> 'perPosition', (SELECT sum(u.worth) FROM used u WHERE u.agent = e.agent AND u.symbol = e.symbol)
      FROM (SELECT DISTINCT agent, symbol FROM working WHERE is_of_step) e
    ), allowed AS (
      SELECT cap.scope, cap.usage, greatest(least(v.value * (cap.most ->> 'share')::numeric, (cap.most ->> 'amount')::numeric), 0) AS most
      FROM cap
      CROSS JOIN (SELECT (SELECT coalesce(sum(worth), 0) FROM holding)
        + coalesce((SELECT k.amount FROM tb_cache.balance k WHERE k.run_id = place.run_id AND k.agent = '' AND k.symbol = ''), 0)
        - coalesce((SELECT sum(p.amount) FROM tb.posting p WHERE p.retention = place.retention AND p.run_id = place.run_id AND (p.hour, p.step) > (place.hour, place.step) AND p.account = 'cash'), 0) AS value) v
      WHERE jsonb_typeof(cap.most) = 'object'
    )
    SELECT o.run_id, o.order_id, a.scope, a.usage, a.most INTO bad
    FROM allowed a
    JOIN fresh o ON o.retention = place.retention AND o.run_id = place.run_id AND o.hour = place.hour AND o.step = place.step AND o.side = 'BUY'
    WHERE a.usage > a.most + 0.000000001 ORDER BY o.seq DESC LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'Order % of run % would bring the % to %, and its cap is %.', bad.order_id, bad.run_id, bad.scope, trim_scale(bad.usage), trim_scale(bad.most)
        USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'order_placed', CONSTRAINT = 'no_order_beyond_a_cap';
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tb.check_caps() IS 'No BUY is placed beyond a cap of the profile in force, as projected after it: total, quote, cluster, position. Runs that are kept.';

CREATE FUNCTION tb.check_entries() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  bad record;
BEGIN
  SELECT e.run_id, e.hour, e.step, e.seq, e.kind, e.reference INTO bad
  FROM fresh e
  WHERE NOT CASE
      WHEN e.kind IN ('buy', 'sell', 'fee') AND EXISTS (
        SELECT FROM tb.venue_trade t WHERE t.retention = e.retention AND t.run_id = e.run_id AND t.hour = e.hour AND t.step = e.step AND t.trade_id = e.reference) THEN true
      WHEN e.reference = 'opening' AND e.kind IN ('opening', 'deposit', 'transfer_in') THEN EXISTS (SELECT FROM tb.run r WHERE r.id = e.run_id AND r.start_hour = e.hour AND e.step = 0)
      WHEN e.kind IN ('deposit', 'withdrawal') AND EXISTS (
        SELECT FROM tb.fact f
        WHERE f.retention = e.retention AND f.run_id = e.run_id AND f.hour = e.hour AND f.step = e.step AND f.type = 'operator'
          AND convert_from(f.bytes, 'UTF8')::jsonb ->> 'key' = e.reference
          AND convert_from(f.bytes, 'UTF8')::jsonb ->> 'command' = CASE e.kind WHEN 'deposit' THEN 'deposit' ELSE 'withdraw' END) THEN true
      WHEN e.kind IN ('buy', 'sell', 'fee') AND EXISTS (
        SELECT FROM tb.account_trade t WHERE t.retention = e.retention AND t.run_id = e.run_id AND t.hour = e.hour AND t.step = e.step AND t.id = e.reference) THEN true
      WHEN e.kind IN ('deposit', 'withdrawal', 'transfer_in', 'transfer_out') THEN EXISTS (
        SELECT FROM tb.account_transfer t WHERE t.retention = e.retention AND t.run_id = e.run_id AND t.hour = e.hour AND t.step = e.step AND t.id = e.reference)
      WHEN e.kind = 'rename' THEN EXISTS (
        SELECT FROM tb.asset_renaming t WHERE t.retention = e.retention AND t.run_id = e.run_id AND t.hour = e.hour AND t.step = e.step AND t.id = e.reference)
      ELSE EXISTS (SELECT FROM tb.account_reward t WHERE t.retention = e.retention AND t.run_id = e.run_id AND t.hour = e.hour AND t.step = e.step AND t.id = e.reference)
        OR EXISTS (SELECT FROM tb.account_charge t WHERE t.retention = e.retention AND t.run_id = e.run_id AND t.hour = e.hour AND t.step = e.step AND t.id = e.reference)
    END LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Entry %.%.% of run % books a % for %, and no fact of its step is that.', bad.hour, bad.step, bad.seq, bad.run_id, bad.kind, bad.reference
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'ledger_entry', CONSTRAINT = 'no_entry_without_its_fact';
  END IF;
  -- Only a recorded venue can sell more than was held, which is booked in two parts.
  SELECT e.run_id, e.hour, e.step, e.seq, e.kind, e.reference INTO bad
  FROM fresh e
  JOIN tb.ledger_entry o ON o.retention = e.retention AND o.run_id = e.run_id AND o.hour = e.hour AND o.step = e.step AND o.seq < e.seq
  JOIN tb.run r ON r.id = e.run_id
  WHERE o.kind = e.kind AND o.reference = e.reference AND convert_from(r.manifest, 'UTF8')::jsonb ->> 'venue' IS DISTINCT FROM 'recorded' LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Entry %.%.% of run % books the % for % a second time.', bad.hour, bad.step, bad.seq, bad.run_id, bad.kind, bad.reference
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'ledger_entry', CONSTRAINT = 'nothing_is_booked_twice';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tb.check_entries() IS 'What is booked has happened: a fill, a fact about the account, a command of the operator, or the opening, in the step of the entry, and it is booked once.';

CREATE OR REPLACE FUNCTION tb.check_postings() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  bad record;
BEGIN
  SELECT run_id, hour, step, seq, asset, sum(amount) AS rest INTO bad
  FROM fresh GROUP BY retention, run_id, hour, step, seq, asset HAVING sum(amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Entry %.%.% of run % does not balance: its % sums to %.', bad.hour, bad.step, bad.seq, bad.run_id, bad.asset, bad.rest
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'posting', CONSTRAINT = 'entries_balance';
  END IF;
  SELECT p.run_id, p.hour, p.step, p.seq, p.account, p.asset, p.amount INTO bad
  FROM fresh p
  JOIN tb.ledger_entry e ON e.retention = p.retention AND e.run_id = p.run_id AND e.hour = p.hour AND e.step = p.step AND e.seq = p.seq
  -- A real venue may tell a trade twice, and differently; any version of it may be the one booked.
  CROSS JOIN LATERAL (
    SELECT min(ceil(t.quantity * t.price * 1e18)) * 1e-18 AS least_paid, max(floor(t.quantity * t.price * 1e18)) * 1e-18 AS most_paid, max(greatest(t.quantity, t.fee)) AS most_units
    FROM tb.venue_trade t
    WHERE t.retention = e.retention AND t.run_id = e.run_id AND t.hour = e.hour AND t.step = e.step AND t.trade_id = e.reference AND e.kind IN ('buy', 'sell', 'fee')
  ) t
  WHERE p.account IN ('cash', 'position') AND p.amount > CASE
      WHEN e.kind = 'buy' AND p.account = 'cash' AND t.most_units IS NOT NULL THEN -t.least_paid
      WHEN p.amount <= 0 THEN 0
      WHEN t.most_units IS NOT NULL THEN CASE p.account WHEN 'cash' THEN t.most_paid ELSE t.most_units END
      WHEN e.reference = 'opening' THEN (
        SELECT coalesce(sum((o ->> 'quantity')::numeric), 0)
        FROM tb.run r CROSS JOIN LATERAL jsonb_array_elements(convert_from(r.manifest, 'UTF8')::jsonb -> 'openingBalances') o
        WHERE r.id = e.run_id AND o ->> 'asset' = p.asset)
      ELSE (
        SELECT coalesce(max(told.units), 0)
        FROM (
          SELECT (convert_from(f.bytes, 'UTF8')::jsonb ->> 'amount')::numeric AS units, p.asset AS asset FROM tb.fact f
            WHERE f.retention = e.retention AND f.run_id = e.run_id AND f.hour = e.hour AND f.step = e.step AND f.type = 'operator' AND convert_from(f.bytes, 'UTF8')::jsonb ->> 'key' = e.reference
          UNION ALL SELECT m.units, m.asset
            FROM tb.account_trade a CROSS JOIN LATERAL (VALUES (a.quantity, split_part(a.symbol, '/', 1)), (a.amount, split_part(a.symbol, '/', 2)), (abs(a.fee), a.fee_asset)) AS m (units, asset)
            WHERE a.retention = e.retention AND a.run_id = e.run_id AND a.hour = e.hour AND a.step = e.step AND a.id = e.reference
          UNION ALL SELECT a.quantity, a.asset FROM tb.account_transfer a
            WHERE a.retention = e.retention AND a.run_id = e.run_id AND a.hour = e.hour AND a.step = e.step AND a.id = e.reference
          UNION ALL SELECT abs(a.quantity) + abs(a.fee), a.asset FROM tb.account_reward a
            WHERE a.retention = e.retention AND a.run_id = e.run_id AND a.hour = e.hour AND a.step = e.step AND a.id = e.reference
          UNION ALL SELECT abs(a.quantity), a.asset FROM tb.account_charge a
            WHERE a.retention = e.retention AND a.run_id = e.run_id AND a.hour = e.hour AND a.step = e.step AND a.id = e.reference
          UNION ALL SELECT a.received, a.to_asset FROM tb.asset_renaming a
            WHERE a.retention = e.retention AND a.run_id = e.run_id AND a.hour = e.hour AND a.step = e.step AND a.id = e.reference
        ) told WHERE told.asset = p.asset)
    END LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Entry %.%.% of run % books % % in %, and its fact says otherwise.', bad.hour, bad.step, bad.seq, bad.run_id, bad.amount, bad.asset, bad.account
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'posting', CONSTRAINT = 'nothing_comes_but_by_its_fact';
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tb.check_postings() IS 'The postings of an entry come in one statement and sum to zero in every asset; cash and units that come are what its fact brought, and a purchase pays its price.';

CREATE TRIGGER check_lot_matches AFTER INSERT ON tb.lot_release REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_lot_matches();
CREATE TRIGGER check_free_cash AFTER INSERT ON tb.order_placed REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_free_cash();
CREATE TRIGGER check_reductions AFTER INSERT ON tb.order_placed REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_reductions();
CREATE TRIGGER check_caps AFTER INSERT ON tb.order_placed REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_caps();
CREATE TRIGGER keep_cash AFTER INSERT ON tb.posting REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.keep_cash();
CREATE TRIGGER keep_lots AFTER INSERT ON tb.lot REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.keep_lots();
CREATE TRIGGER keep_lots_less AFTER INSERT ON tb.lot_match REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.keep_lots_less();
CREATE TRIGGER keep_lots_less AFTER INSERT ON tb.lot_release REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.keep_lots_less();
CREATE TRIGGER check_entries AFTER INSERT ON tb.ledger_entry REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_entries();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tb FROM PUBLIC;

-- ALWAYS: no setting of a session turns them off.
DO $always$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT c.relname, t.tgname
    FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'tb' AND NOT t.tgisinternal AND t.tgenabled <> 'A' ORDER BY c.relispartition, c.relname COLLATE "C", t.tgname
  LOOP
    EXECUTE format('ALTER TABLE tb.%I ENABLE ALWAYS TRIGGER %I', found.relname, found.tgname);
  END LOOP;
END
$always$;

CREATE OR REPLACE FUNCTION tb.drop_backtest(dropped uuid, because text, now_ms bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  part text;
BEGIN
  INSERT INTO tb.run_tombstone (run_id, name, genesis, head, hours, dropped_ms, reason)
  SELECT r.id, r.name, r.genesis, h.hash, coalesce(h.hour - r.start_hour + 1, 0), now_ms, because
  FROM tb.run r
  LEFT JOIN LATERAL (SELECT hash, hour FROM tb.hour_record WHERE retention = r.retention AND run_id = r.id ORDER BY hour DESC LIMIT 1) h ON true
  WHERE r.id = dropped;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'No run % is stored.', dropped USING ERRCODE = 'no_data_found';
  END IF;
  -- Rows that refer go before the rows they refer to.
  FOREACH part IN ARRAY ARRAY['outbox_event', 'outbox', 'run_summary', 'trade', 'posting', 'ledger_entry', 'lot_release', 'lot_match', 'lot', 'order_closed', 'order_placed', 'order_refused', 'cancel_requested', 'signal', 'risk_change', 'balance_overdrawn', 'operator_refused', 'decision', 'asset_renaming', 'account_charge', 'account_reward', 'account_transfer', 'account_trade', 'venue_trade', 'fact', 'envelope', 'hour_record', 'hour_step'] LOOP
    EXECUTE format('DELETE FROM tb.%I WHERE retention = ''backtest'' AND run_id = $1', part) USING dropped;
  END LOOP;
  DELETE FROM tb.inbox WHERE run_id = dropped;
  DELETE FROM tb.run WHERE id = dropped;
  DELETE FROM tb_cache.snapshot WHERE run_id = dropped;
  DELETE FROM tb_cache.balance WHERE run_id = dropped;
END
$$;
COMMENT ON FUNCTION tb.drop_backtest(uuid, text, bigint) IS 'Deletes a backtest or an import and leaves its tombstone. For the owner of the store; paper and live runs are refused.';

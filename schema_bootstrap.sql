-- The schema of a tb store: the authority on what can be stored. Run it in one transaction, as the role that is to own
-- the store, in an empty database. The application works as tb_app, which owns nothing and may only insert and select.
--
-- Constraints refuse what we decide (orders, reservations, lots beyond their fill), never what happened: facts and
-- venue trades are checked for shape alone. specs/schema.md is generated from the comments below.

-- Roles are shared by every database of a server, so the one that exists is used. The owner may become tb_app where it
-- is allowed to say so; elsewhere tb_app has a login of its own.
DO $roles$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'tb_app') THEN
    BEGIN
      CREATE ROLE tb_app NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL; -- Another database of this server was initialised at the same moment.
    END;
  END IF;
  BEGIN
    EXECUTE format('GRANT tb_app TO %I', current_user);
  EXCEPTION WHEN insufficient_privilege OR internal_error THEN
    NULL; -- Not allowed to, or granted at the same moment by another database of this server.
  END;
END
$roles$;

CREATE SCHEMA tb;
CREATE SCHEMA tb_cache;
COMMENT ON SCHEMA tb IS 'The authority: append-only.';
COMMENT ON SCHEMA tb_cache IS 'Derived from tb: losing all of it costs time, never knowledge.';

-- Reference ----------------------------------------------------------------------------------------------------------

CREATE TABLE tb.schema_version (
  version int PRIMARY KEY CHECK (version > 0),
  name text COLLATE "C" NOT NULL,
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  applied_ms bigint NOT NULL
);
COMMENT ON TABLE tb.schema_version IS 'Migrations applied to this store; the highest is its version.';
COMMENT ON COLUMN tb.schema_version.version IS 'Number of the migration, from 1.';
COMMENT ON COLUMN tb.schema_version.name IS 'Name of the migration file without number and extension.';
COMMENT ON COLUMN tb.schema_version.sha256 IS 'SHA-256 of the migration file.';
COMMENT ON COLUMN tb.schema_version.applied_ms IS 'When it was applied.';

CREATE TABLE tb.store (
  id uuid PRIMARY KEY,
  created_ms bigint NOT NULL
);
CREATE UNIQUE INDEX store_is_one ON tb.store ((true));
COMMENT ON TABLE tb.store IS 'This store: exactly one row.';
COMMENT ON COLUMN tb.store.id IS 'Drawn when the store was created; names it in checkpoints.';
COMMENT ON COLUMN tb.store.created_ms IS 'When the store was created.';

CREATE TABLE tb.instrument (
  symbol text COLLATE "C" PRIMARY KEY,
  base text COLLATE "C" NOT NULL CHECK (base <> ''),
  quote text COLLATE "C" NOT NULL CHECK (quote <> ''),
  CHECK (symbol = base || '/' || quote)
);
COMMENT ON TABLE tb.instrument IS 'Markets that candles were imported for.';
COMMENT ON COLUMN tb.instrument.symbol IS 'BASE/QUOTE, upper case.';
COMMENT ON COLUMN tb.instrument.base IS 'What is bought.';
COMMENT ON COLUMN tb.instrument.quote IS 'What it is paid with.';

CREATE TABLE tb.instrument_rule (
  symbol text COLLATE "C" NOT NULL REFERENCES tb.instrument (symbol),
  from_hour int NOT NULL,
  tick numeric(38,18) NOT NULL CHECK (tick > 0),
  lot numeric(38,18) NOT NULL CHECK (lot > 0),
  min_notional numeric(38,18) NOT NULL CHECK (min_notional >= 0),
  base_decimals int NOT NULL CHECK (base_decimals BETWEEN 0 AND 18),
  quote_decimals int NOT NULL CHECK (quote_decimals BETWEEN 0 AND 18),
  half_spread_bps int NOT NULL CHECK (half_spread_bps >= 0),
  source text COLLATE "C" NOT NULL,
  recorded_ms bigint NOT NULL,
  maker_ppm int,
  taker_ppm int,
  fee_in text COLLATE "C" CHECK (fee_in <> ''),
  min_quantity numeric(38,18) CHECK (min_quantity > 0 AND min_quantity <> 'NaN'),
  PRIMARY KEY (symbol, from_hour, recorded_ms),
  CHECK (tick + lot + min_notional <> 'NaN'),
  CONSTRAINT fees_are_told_together CHECK ((maker_ppm IS NULL) = (taker_ppm IS NULL) AND (maker_ppm IS NULL) = (fee_in IS NULL)),
  CONSTRAINT fees_are_shares CHECK (maker_ppm BETWEEN -1000000 AND 1000000 AND taker_ppm BETWEEN -1000000 AND 1000000)
);
COMMENT ON TABLE tb.instrument_rule IS 'Trading rules of a market as recorded, never inferred from prices. A later record of one hour supersedes the earlier.';
COMMENT ON COLUMN tb.instrument_rule.symbol IS 'The market.';
COMMENT ON COLUMN tb.instrument_rule.from_hour IS 'First hour the rules hold, in hours since the epoch.';
COMMENT ON COLUMN tb.instrument_rule.tick IS 'Step of prices.';
COMMENT ON COLUMN tb.instrument_rule.lot IS 'Step of quantities.';
COMMENT ON COLUMN tb.instrument_rule.min_notional IS 'Smallest order, in quote.';
COMMENT ON COLUMN tb.instrument_rule.base_decimals IS 'Decimals of fees charged in base.';
COMMENT ON COLUMN tb.instrument_rule.quote_decimals IS 'Decimals of fees charged in quote.';
COMMENT ON COLUMN tb.instrument_rule.half_spread_bps IS 'Half the usual spread, in hundredths of a percent.';
COMMENT ON COLUMN tb.instrument_rule.source IS 'Who said so.';
COMMENT ON COLUMN tb.instrument_rule.recorded_ms IS 'When it was recorded here.';
COMMENT ON COLUMN tb.instrument_rule.maker_ppm IS 'Fee of a maker in millionths, below zero where he is paid; null where nobody said.';
COMMENT ON COLUMN tb.instrument_rule.taker_ppm IS 'Fee of a taker in millionths.';
COMMENT ON COLUMN tb.instrument_rule.fee_in IS 'What fees are charged in: quote, received, or an asset.';
COMMENT ON COLUMN tb.instrument_rule.min_quantity IS 'Smallest order, in units; null where the venue states none.';

CREATE TABLE tb.account (
  id text COLLATE "C" PRIMARY KEY CHECK (id <> ''),
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('SPOT_CASH', 'DERIVATIVE')),
  created_ms bigint NOT NULL
);
COMMENT ON TABLE tb.account IS 'Pools of capital that runs trade.';
COMMENT ON COLUMN tb.account.id IS 'Name of the account.';
COMMENT ON COLUMN tb.account.kind IS 'SPOT_CASH has no leverage. No run opens on DERIVATIVE.';
COMMENT ON COLUMN tb.account.created_ms IS 'When it was recorded.';

CREATE TABLE tb.series (
  id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  symbol text COLLATE "C" NOT NULL REFERENCES tb.instrument (symbol),
  timeframe text COLLATE "C" NOT NULL CHECK (timeframe IN ('1m', '5m', '15m', '1h')),
  UNIQUE (symbol, timeframe)
);
COMMENT ON TABLE tb.series IS 'Candle series: one per market and candle length.';
COMMENT ON COLUMN tb.series.id IS 'Short key of the series in this store; in no hash.';
COMMENT ON COLUMN tb.series.symbol IS 'The market.';
COMMENT ON COLUMN tb.series.timeframe IS 'Length of a candle.';

CREATE TABLE tb.listing (
  source text COLLATE "C" NOT NULL CHECK (source <> ''),
  symbol text COLLATE "C" NOT NULL CHECK (symbol ~ '^[A-Z0-9]+/[A-Z0-9]+$'),
  recorded_ms bigint NOT NULL,
  venue_symbol text COLLATE "C" NOT NULL CHECK (venue_symbol <> ''),
  status text COLLATE "C" NOT NULL CHECK (status IN ('trading', 'halted', 'delisted')),
  PRIMARY KEY (source, symbol, recorded_ms)
);
COMMENT ON TABLE tb.listing IS 'What a venue said of a market when it was asked; the latest record holds.';
COMMENT ON COLUMN tb.listing.source IS 'The venue.';
COMMENT ON COLUMN tb.listing.symbol IS 'The market by our names, BASE/QUOTE.';
COMMENT ON COLUMN tb.listing.recorded_ms IS 'When it was recorded here.';
COMMENT ON COLUMN tb.listing.venue_symbol IS 'The market by the name of the venue.';
COMMENT ON COLUMN tb.listing.status IS 'trading, halted, or delisted for one that was listed before and is not any more.';

CREATE TABLE tb.universe (
  name text COLLATE "C" PRIMARY KEY CHECK (name ~ '^[A-Z][A-Z0-9_]*_V[0-9]+(_[A-Z0-9_]+)?$'),
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  recorded_ms bigint NOT NULL
);
COMMENT ON TABLE tb.universe IS 'Lists of assets under a name with a version. Another list is another version, never an edit.';
COMMENT ON COLUMN tb.universe.name IS 'Name with its version.';
COMMENT ON COLUMN tb.universe.digest IS 'SHA-256 of its members in order of rank, a line each: rank, asset, and the former name or nothing, with one space between.';
COMMENT ON COLUMN tb.universe.recorded_ms IS 'When it was recorded here.';

CREATE TABLE tb.universe_member (
  universe text COLLATE "C" NOT NULL REFERENCES tb.universe (name),
  rank int NOT NULL CHECK (rank >= 1),
  asset text COLLATE "C" NOT NULL CHECK (asset ~ '^[A-Z0-9]+$'),
  formerly text COLLATE "C" CHECK (formerly ~ '^[A-Z0-9]+$' AND formerly <> asset),
  PRIMARY KEY (universe, rank),
  UNIQUE (universe, asset)
);
COMMENT ON TABLE tb.universe_member IS 'The assets of a universe.';
COMMENT ON COLUMN tb.universe_member.universe IS 'The universe.';
COMMENT ON COLUMN tb.universe_member.rank IS 'Place in its fixed order, from 1.';
COMMENT ON COLUMN tb.universe_member.asset IS 'The asset by our name.';
COMMENT ON COLUMN tb.universe_member.formerly IS 'What its issuer called it before, one for one; null where it was never renamed.';

-- Market data --------------------------------------------------------------------------------------------------------

CREATE TABLE tb.ingest (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  series_id int NOT NULL REFERENCES tb.series (id),
  source text COLLATE "C" NOT NULL,
  format text COLLATE "C" NOT NULL,
  absent text COLLATE "C" NOT NULL CHECK (absent IN ('quiet', 'missing')),
  file_name text COLLATE "C" NOT NULL,
  file_sha256 bytea NOT NULL CHECK (octet_length(file_sha256) = 32),
  file_bytes bigint NOT NULL CHECK (file_bytes >= 0),
  received_ms bigint NOT NULL,
  first_open_ms bigint,
  last_open_ms bigint,
  added int NOT NULL CHECK (added >= 0),
  duplicates int NOT NULL CHECK (duplicates >= 0),
  revisions int NOT NULL CHECK (revisions >= 0),
  rejected int NOT NULL CHECK (rejected >= 0),
  covered_from_ms bigint,
  covered_to_ms bigint,
  requests int NOT NULL DEFAULT 0 CHECK (requests >= 0),
  retries int NOT NULL DEFAULT 0 CHECK (retries >= 0),
  waited_ms int NOT NULL DEFAULT 0 CHECK (waited_ms >= 0),
  UNIQUE (id, series_id),
  CHECK ((first_open_ms IS NULL) = (last_open_ms IS NULL)),
  CHECK (first_open_ms <= last_open_ms),
  CONSTRAINT covered_has_both_ends CHECK ((covered_from_ms IS NULL) = (covered_to_ms IS NULL)),
  CONSTRAINT covered_is_a_range CHECK (covered_from_ms < covered_to_ms),
  CONSTRAINT covers_what_it_brought CHECK (covered_from_ms <= first_open_ms AND last_open_ms < covered_to_ms)
);
COMMENT ON TABLE tb.ingest IS 'One delivery of candles into one series: a file, or a stretch of history that a venue told.';
COMMENT ON COLUMN tb.ingest.id IS 'Rises with every import: what a run could see is an ingest number.';
COMMENT ON COLUMN tb.ingest.series_id IS 'The series it fed.';
COMMENT ON COLUMN tb.ingest.source IS 'Who published the candles.';
COMMENT ON COLUMN tb.ingest.format IS 'Layout the file was read as, or the endpoint of the venue.';
COMMENT ON COLUMN tb.ingest.absent IS 'What a hole in this source means: nobody traded, or nobody told us.';
COMMENT ON COLUMN tb.ingest.file_name IS 'Name of the file, without its folder; of a venue, what was asked for.';
COMMENT ON COLUMN tb.ingest.file_sha256 IS 'SHA-256 of the file; of a venue, of the digests of its pages in order.';
COMMENT ON COLUMN tb.ingest.file_bytes IS 'Length of the file or of the answers.';
COMMENT ON COLUMN tb.ingest.received_ms IS 'When the import began.';
COMMENT ON COLUMN tb.ingest.first_open_ms IS 'Earliest candle read; null when none was.';
COMMENT ON COLUMN tb.ingest.last_open_ms IS 'Latest candle read; null when none was.';
COMMENT ON COLUMN tb.ingest.added IS 'Candles that were new.';
COMMENT ON COLUMN tb.ingest.duplicates IS 'Candles already stored with equal values.';
COMMENT ON COLUMN tb.ingest.revisions IS 'Candles already stored with other values: a revision each.';
COMMENT ON COLUMN tb.ingest.rejected IS 'Lines of a file that were no candle.';
COMMENT ON COLUMN tb.ingest.covered_from_ms IS 'From here on the source told of every candle there was; null where it promised nothing beyond its first and last.';
COMMENT ON COLUMN tb.ingest.covered_to_ms IS 'End of what it told of completely, exclusive.';
COMMENT ON COLUMN tb.ingest.requests IS 'Requests that a venue was sent for it, those that were repeated included.';
COMMENT ON COLUMN tb.ingest.retries IS 'Requests of these that repeated one that had failed.';
COMMENT ON COLUMN tb.ingest.waited_ms IS 'How long the limits of the venue were waited for.';

-- Candles refer to their import through this table: one reference an import, where one a candle would halve the speed
-- of COPY. It is deferred because an import is written last, when its file has been read and its counts are known.
CREATE TABLE tb.delivery (
  ingest_id bigint NOT NULL,
  series_id int NOT NULL,
  PRIMARY KEY (ingest_id, series_id),
  FOREIGN KEY (ingest_id, series_id) REFERENCES tb.ingest (id, series_id) DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON TABLE tb.delivery IS 'Imports that brought candles, noted by the database itself when candles name them.';
COMMENT ON COLUMN tb.delivery.ingest_id IS 'The import.';
COMMENT ON COLUMN tb.delivery.series_id IS 'The series it brought candles to, which must be its own.';

-- NaN passes every ordinary comparison in SQL, being above all numbers; high and volume bound the rest.
CREATE TABLE tb.candle (
  series_id int NOT NULL,
  open_ms bigint NOT NULL,
  revision int NOT NULL CHECK (revision >= 0),
  open numeric(38,18) NOT NULL,
  high numeric(38,18) NOT NULL,
  low numeric(38,18) NOT NULL,
  close numeric(38,18) NOT NULL,
  volume numeric(38,18) NOT NULL CHECK (volume >= 0 AND volume <> 'NaN'),
  trades bigint CHECK (trades >= 0),
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  ingest_id bigint NOT NULL,
  received_ms bigint NOT NULL,
  PRIMARY KEY (series_id, open_ms, revision),
  CONSTRAINT prices_are_positive CHECK (low > 0),
  CONSTRAINT low_is_the_lowest CHECK (low <= least(open, close)),
  CONSTRAINT high_is_the_highest CHECK (high >= greatest(open, close, low) AND high <> 'NaN'),
  CONSTRAINT opens_on_the_minute CHECK (open_ms % 60000 = 0),
  CONSTRAINT not_received_before_it_opened CHECK (received_ms >= open_ms)
) PARTITION BY RANGE (open_ms);
COMMENT ON TABLE tb.candle IS 'Closed candles, one partition per calendar year. A changed candle is a new revision, never an edit.';
COMMENT ON COLUMN tb.candle.series_id IS 'The series.';
COMMENT ON COLUMN tb.candle.open_ms IS 'Open time, on the boundary of its timeframe.';
COMMENT ON COLUMN tb.candle.revision IS '0 for the first version received, then counted up.';
COMMENT ON COLUMN tb.candle.open IS 'First price.';
COMMENT ON COLUMN tb.candle.high IS 'Highest price.';
COMMENT ON COLUMN tb.candle.low IS 'Lowest price.';
COMMENT ON COLUMN tb.candle.close IS 'Last price.';
COMMENT ON COLUMN tb.candle.volume IS 'Base units traded.';
COMMENT ON COLUMN tb.candle.trades IS 'Number of trades where the source tells; envelope, in no hash.';
COMMENT ON COLUMN tb.candle.digest IS 'SHA-256 of symbol, timeframe, open time and the five values in normal form.';
COMMENT ON COLUMN tb.candle.ingest_id IS 'The import that brought this revision.';
COMMENT ON COLUMN tb.candle.received_ms IS 'When this revision was received; never before it opened.';

CREATE TABLE tb.book_top (
  source text COLLATE "C" NOT NULL CHECK (source <> ''),
  symbol text COLLATE "C" NOT NULL CHECK (symbol ~ '^[A-Z0-9]+/[A-Z0-9]+$'),
  received_ms bigint NOT NULL,
  hour int NOT NULL,
  bid numeric(38,18) NOT NULL CHECK (bid > 0 AND bid <> 'NaN'),
  bid_quantity numeric(38,18) NOT NULL CHECK (bid_quantity >= 0 AND bid_quantity <> 'NaN'),
  ask numeric(38,18) NOT NULL CHECK (ask > 0 AND ask <> 'NaN'),
  ask_quantity numeric(38,18) NOT NULL CHECK (ask_quantity >= 0 AND ask_quantity <> 'NaN'),
  venue_ms bigint,
  PRIMARY KEY (source, symbol, received_ms),
  CHECK (hour = floor(received_ms / 3600000.0))
);
COMMENT ON TABLE tb.book_top IS 'Best bid and ask of a market as a venue showed them. They cannot be asked for later.';
COMMENT ON COLUMN tb.book_top.source IS 'The venue.';
COMMENT ON COLUMN tb.book_top.symbol IS 'The market, BASE/QUOTE.';
COMMENT ON COLUMN tb.book_top.received_ms IS 'When the answer came.';
COMMENT ON COLUMN tb.book_top.hour IS 'Hour of receipt, in hours since the epoch: the first that it can speak of.';
COMMENT ON COLUMN tb.book_top.bid IS 'Best price paid; a crossed book is kept as it was shown.';
COMMENT ON COLUMN tb.book_top.bid_quantity IS 'Units wanted at it.';
COMMENT ON COLUMN tb.book_top.ask IS 'Best price asked.';
COMMENT ON COLUMN tb.book_top.ask_quantity IS 'Units offered at it.';
COMMENT ON COLUMN tb.book_top.venue_ms IS 'Time the venue gave; null where it gave none.';

CREATE TABLE tb.market_fact (
  digest bytea PRIMARY KEY,
  bytes bytea NOT NULL,
  CHECK (digest = sha256(bytes))
);
COMMENT ON TABLE tb.market_fact IS 'Which candles closed in a step, addressed by content and shared by every run over the same universe.';
COMMENT ON COLUMN tb.market_fact.digest IS 'SHA-256 of the bytes.';
COMMENT ON COLUMN tb.market_fact.bytes IS 'Canonical text: open time, timeframe, and each symbol with the digest of its candle.';

-- Runs ---------------------------------------------------------------------------------------------------------------

CREATE TABLE tb.run (
  id uuid PRIMARY KEY,
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  name text COLLATE "C" NOT NULL UNIQUE CHECK (name <> ''),
  mode text COLLATE "C" NOT NULL CHECK (mode IN ('backtest', 'paper', 'live', 'import')),
  account_id text COLLATE "C" NOT NULL REFERENCES tb.account (id),
  manifest bytea NOT NULL,
  genesis bytea NOT NULL,
  start_hour int NOT NULL,
  keep text COLLATE "C" NOT NULL CHECK (keep IN ('summary', 'full')),
  vintage_ingest_id bigint NOT NULL CHECK (vintage_ingest_id >= 0),
  strategy_source bytea,
  created_ms bigint NOT NULL,
  UNIQUE (retention, id),
  CONSTRAINT run_genesis_is_the_manifest CHECK (genesis = sha256(manifest)),
  CONSTRAINT run_retention_follows_mode CHECK ((retention = 'backtest') = (mode IN ('backtest', 'import'))),
  CONSTRAINT run_outside_backtest_is_kept_in_full CHECK (mode = 'backtest' OR keep = 'full')
);
COMMENT ON TABLE tb.run IS 'One pool of capital traded from an opening manifest, as a chain of hours.';
COMMENT ON COLUMN tb.run.id IS 'Key of the run; in its envelopes, never in its hours.';
COMMENT ON COLUMN tb.run.retention IS 'kept for paper and live, backtest for what can be made again, backtests and imports: the partition of every row of the run.';
COMMENT ON COLUMN tb.run.name IS 'What people call it.';
COMMENT ON COLUMN tb.run.mode IS 'backtest, paper or live; import for the history of an account, booked without a strategy.';
COMMENT ON COLUMN tb.run.account_id IS 'The account it trades.';
COMMENT ON COLUMN tb.run.manifest IS 'Canonical text of everything the run opens with.';
COMMENT ON COLUMN tb.run.genesis IS 'SHA-256 of the manifest; where the chain of hours begins.';
COMMENT ON COLUMN tb.run.start_hour IS 'First hour executed, as the manifest says.';
COMMENT ON COLUMN tb.run.keep IS 'full stores facts and decisions; summary stores hours, trades and summaries, and derives the rest on demand.';
COMMENT ON COLUMN tb.run.vintage_ingest_id IS 'Latest import of candles that a backtest or an import could see; 0 when it saw none.';
COMMENT ON COLUMN tb.run.strategy_source IS 'The user''s strategy file that the manifest names by digest; null without one.';
COMMENT ON COLUMN tb.run.created_ms IS 'When the run was opened.';

CREATE TABLE tb.run_tombstone (
  run_id uuid PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  genesis bytea NOT NULL CHECK (octet_length(genesis) = 32),
  head bytea CHECK (octet_length(head) = 32),
  hours int NOT NULL CHECK (hours >= 0),
  dropped_ms bigint NOT NULL,
  reason text COLLATE "C" NOT NULL CHECK (reason <> ''),
  CHECK ((head IS NULL) = (hours = 0))
);
COMMENT ON TABLE tb.run_tombstone IS 'What is left of a dropped backtest or import. Only a run named here can lose its rows.';
COMMENT ON COLUMN tb.run_tombstone.run_id IS 'Key the run had.';
COMMENT ON COLUMN tb.run_tombstone.name IS 'Name it had.';
COMMENT ON COLUMN tb.run_tombstone.genesis IS 'Its genesis.';
COMMENT ON COLUMN tb.run_tombstone.head IS 'Hash of its last hour; null when it had none.';
COMMENT ON COLUMN tb.run_tombstone.hours IS 'How many hours it had sealed.';
COMMENT ON COLUMN tb.run_tombstone.dropped_ms IS 'When it was dropped.';
COMMENT ON COLUMN tb.run_tombstone.reason IS 'Why.';

CREATE TABLE tb.inbox (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  run_id uuid NOT NULL REFERENCES tb.run (id),
  key text COLLATE "C" NOT NULL CHECK (key <> ''),
  command text COLLATE "C" NOT NULL CHECK (command IN ('kill', 'halt', 'resume', 'flatten', 'cancel', 'deposit', 'withdraw', 'profile')),
  amount numeric(38,18) CHECK (amount > 0 AND amount <> 'NaN'),
  at_ms bigint,
  actor text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  received_ms bigint NOT NULL,
  profile text COLLATE "C",
  UNIQUE (run_id, key),
  UNIQUE (run_id, id),
  CHECK ((command IN ('deposit', 'withdraw')) = (amount IS NOT NULL)),
  CHECK ((command = 'profile') = (profile IS NOT NULL))
);
COMMENT ON TABLE tb.inbox IS 'Commands of the operator, waiting until an hour consumes each as a fact.';
COMMENT ON COLUMN tb.inbox.id IS 'Rises with every command: what an hour could see is an inbox number.';
COMMENT ON COLUMN tb.inbox.run_id IS 'The run it is for.';
COMMENT ON COLUMN tb.inbox.key IS 'Makes a command count once, however often it is sent.';
COMMENT ON COLUMN tb.inbox.command IS 'What is asked.';
COMMENT ON COLUMN tb.inbox.amount IS 'For deposit and withdraw, in quote; null otherwise.';
COMMENT ON COLUMN tb.inbox.at_ms IS 'When it shall count; null for the next step.';
COMMENT ON COLUMN tb.inbox.actor IS 'Who asked.';
COMMENT ON COLUMN tb.inbox.reason IS 'Why.';
COMMENT ON COLUMN tb.inbox.received_ms IS 'When it was recorded.';
COMMENT ON COLUMN tb.inbox.profile IS 'For profile, the canonical text of the whole risk profile; null otherwise.';

-- Hours --------------------------------------------------------------------------------------------------------------

CREATE TABLE tb.hour_step (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL CHECK (step >= 0),
  facts int NOT NULL CHECK (facts >= 0),
  decisions int NOT NULL CHECK (decisions >= 0),
  state_digest bytea NOT NULL CHECK (octet_length(state_digest) = 32),
  ingest_through bigint NOT NULL CHECK (ingest_through >= 0),
  inbox_through bigint NOT NULL CHECK (inbox_through >= 0),
  executed_ms bigint NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step),
  FOREIGN KEY (retention, run_id) REFERENCES tb.run (retention, id)
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.hour_step IS 'A step of an hour: one bucket of facts, decided on once.';
COMMENT ON COLUMN tb.hour_step.facts IS 'Number of facts in the step.';
COMMENT ON COLUMN tb.hour_step.decisions IS 'Number of decisions in the step.';
COMMENT ON COLUMN tb.hour_step.state_digest IS 'Leaf hash over the digests of the state''s slices after the step.';
COMMENT ON COLUMN tb.hour_step.ingest_through IS 'Latest import the step could see.';
COMMENT ON COLUMN tb.hour_step.inbox_through IS 'Latest command the step could see.';
COMMENT ON COLUMN tb.hour_step.executed_ms IS 'When the step was executed.';

-- The head of a run is its last row here. Inserting the next one is the swap: of two executors one wins.
CREATE TABLE tb.hour_record (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  prev_hour int,
  prev_hash bytea NOT NULL CHECK (octet_length(prev_hash) = 32),
  hash bytea NOT NULL,
  record bytea NOT NULL,
  equity numeric(38,18) CHECK (equity <> 'NaN'),
  PRIMARY KEY (retention, run_id, hour),
  UNIQUE (retention, run_id, hour, hash),
  FOREIGN KEY (retention, run_id) REFERENCES tb.run (retention, id),
  CONSTRAINT hours_are_contiguous CHECK (prev_hour = hour - 1),
  CONSTRAINT hour_hash_is_of_its_record CHECK (hash = sha256('\x00'::bytea || record))
) PARTITION BY LIST (retention);
CREATE INDEX hour_record_by_previous ON tb.hour_record (prev_hour, run_id, retention);
COMMENT ON TABLE tb.hour_record IS 'Sealed hours, each naming the hash of the one before. The last is the head of the run.';
COMMENT ON COLUMN tb.hour_record.prev_hour IS 'The hour before; null for the first hour of the run only.';
COMMENT ON COLUMN tb.hour_record.prev_hash IS 'Hash of the hour before; the genesis for the first.';
COMMENT ON COLUMN tb.hour_record.hash IS 'SHA-256 of 0x00 and the record.';
COMMENT ON COLUMN tb.hour_record.record IS 'Canonical text that everything about the hour is hashed into.';
COMMENT ON COLUMN tb.hour_record.equity IS 'Cache: portfolio value at the close of the hour, for charts; null where not valued.';

CREATE TABLE tb.envelope (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  prev_hash bytea NOT NULL CHECK (octet_length(prev_hash) = 32),
  hash bytea NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (retention, run_id, hour),
  FOREIGN KEY (retention, run_id) REFERENCES tb.run (retention, id),
  CONSTRAINT envelope_hash_is_of_its_bytes CHECK (hash = sha256('\x00'::bytea || bytes))
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.envelope IS 'Who executed an hour, where and how: a chain of its own beside the hours. The first opens the run.';
COMMENT ON COLUMN tb.envelope.prev_hash IS 'Hash of the envelope before; zeros for the first.';
COMMENT ON COLUMN tb.envelope.hash IS 'SHA-256 of 0x00 and the bytes.';
COMMENT ON COLUMN tb.envelope.bytes IS 'Canonical text: run, name, mode, account, hour and its hash, build, engine, time, what it could see.';

-- Facts --------------------------------------------------------------------------------------------------------------

CREATE TABLE tb.fact (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL CHECK (seq >= 0),
  type text COLLATE "C" NOT NULL CHECK (type IN ('market', 'candle_late', 'candle_revised', 'order_acknowledged', 'order_rejected', 'order_filled', 'order_cancelled', 'order_expired', 'account_traded', 'account_transferred', 'account_rewarded', 'account_charged', 'asset_renamed', 'venue_error', 'fault_reported', 'operator', 'prediction')),
  at_ms bigint NOT NULL,
  bytes bytea NOT NULL,
  market_digest bytea REFERENCES tb.market_fact (digest),
  inbox_id bigint,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  FOREIGN KEY (run_id, inbox_id) REFERENCES tb.inbox (run_id, id),
  CHECK ((type = 'market') = (market_digest IS NOT NULL)),
  CHECK (inbox_id IS NULL OR type = 'operator')
) PARTITION BY LIST (retention);
CREATE UNIQUE INDEX fact_consumes_a_command_once ON tb.fact (run_id, inbox_id, retention) WHERE inbox_id IS NOT NULL;
COMMENT ON TABLE tb.fact IS 'What the outside told us, in order of consumption. Recorded once, never recomputed.';
COMMENT ON COLUMN tb.fact.type IS 'Kind of fact, as in the bytes.';
COMMENT ON COLUMN tb.fact.at_ms IS 'When it happened, as in the bytes.';
COMMENT ON COLUMN tb.fact.bytes IS 'Canonical text, a leaf of the hour''s facts root.';
COMMENT ON COLUMN tb.fact.market_digest IS 'Content row of a market fact, as in the bytes; null for other facts.';
COMMENT ON COLUMN tb.fact.inbox_id IS 'The command that an operator fact consumed; null when it came another way.';

CREATE TABLE tb.venue_trade (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  trade_id text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  quantity numeric(38,18) NOT NULL,
  price numeric(38,18) NOT NULL,
  fee numeric(38,18) NOT NULL,
  fee_asset text COLLATE "C" NOT NULL,
  fee_value numeric(38,18) NOT NULL,
  liquidity text COLLATE "C" NOT NULL CHECK (liquidity IN ('MAKER', 'TAKER')),
  PRIMARY KEY (retention, run_id, hour, step, seq),
  CHECK (quantity + price + fee + fee_value <> 'NaN')
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.venue_trade IS 'Fills: the order_filled facts in columns. No rule of ours refuses one.';
COMMENT ON COLUMN tb.venue_trade.trade_id IS 'The venue''s name of the fill. A real venue may repeat itself; one name is booked once.';
COMMENT ON COLUMN tb.venue_trade.order_id IS 'The order that filled.';
COMMENT ON COLUMN tb.venue_trade.quantity IS 'Base units.';
COMMENT ON COLUMN tb.venue_trade.price IS 'Quote per base unit.';
COMMENT ON COLUMN tb.venue_trade.fee IS 'Fee in units of fee_asset.';
COMMENT ON COLUMN tb.venue_trade.fee_asset IS 'What the fee was charged in.';
COMMENT ON COLUMN tb.venue_trade.fee_value IS 'The fee in quote at the mark known before the fill.';
COMMENT ON COLUMN tb.venue_trade.liquidity IS 'MAKER or TAKER.';

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

-- Decisions ----------------------------------------------------------------------------------------------------------

CREATE TABLE tb.decision (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL CHECK (seq >= 0),
  type text COLLATE "C" NOT NULL CHECK (type IN ('signal_raised', 'campaign_moved', 'campaign_asked', 'order_placed', 'order_refused', 'cancel_requested', 'order_closed', 'stop_triggered', 'venue_conflict', 'lot_opened', 'lot_matched', 'lot_released', 'ledger_posted', 'balance_overdrawn', 'risk_changed', 'review_required', 'review_closed', 'tier_changed', 'kill_tripped', 'passive_breach', 'protection_raised', 'profile_changed', 'operator_refused')),
  bytes bytea NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq)
) PARTITION BY LIST (retention);
CREATE INDEX decision_of_risk ON tb.decision (run_id, hour, step, seq) WHERE type IN ('review_required', 'review_closed', 'profile_changed');
COMMENT ON TABLE tb.decision IS 'What the core concluded, in order. Every replay recomputes and compares the bytes; one typed row below mirrors each.';
COMMENT ON COLUMN tb.decision.type IS 'Kind of decision, as in the bytes; says which table mirrors it.';
COMMENT ON COLUMN tb.decision.bytes IS 'Canonical text, a leaf of the hour''s decisions root.';

CREATE TABLE tb.signal (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  agent text COLLATE "C" NOT NULL,
  symbol text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL CHECK (action IN ('enter', 'exit')),
  reason text COLLATE "C" NOT NULL,
  evidence text COLLATE "C" NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq)
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.signal IS 'Wishes of strategies (signal_raised).';
COMMENT ON COLUMN tb.signal.agent IS 'Who wishes.';
COMMENT ON COLUMN tb.signal.symbol IS 'The market.';
COMMENT ON COLUMN tb.signal.action IS 'enter or exit.';
COMMENT ON COLUMN tb.signal.reason IS 'Why.';
COMMENT ON COLUMN tb.signal.evidence IS 'Canonical text of the numbers behind it, 8 decimals.';

CREATE TABLE tb.order_placed (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  agent text COLLATE "C" NOT NULL,
  symbol text COLLATE "C" NOT NULL,
  side text COLLATE "C" NOT NULL CHECK (side IN ('BUY', 'SELL')),
  order_type text COLLATE "C" NOT NULL CHECK (order_type IN ('MARKET', 'LIMIT')),
  time_in_force text COLLATE "C" NOT NULL CHECK (time_in_force IN ('HOUR', 'IOC', 'FOK')),
  post_only boolean NOT NULL,
  reduce_only boolean NOT NULL,
  quantity numeric(38,18) NOT NULL CHECK (quantity > 0),
  limit_price numeric(38,18) CHECK (limit_price > 0 AND limit_price <> 'NaN'),
  collar_price numeric(38,18) CHECK (collar_price > 0 AND collar_price <> 'NaN'),
  mark numeric(38,18) NOT NULL CHECK (mark > 0),
  reserved numeric(38,18) NOT NULL,
  attempt int NOT NULL CHECK (attempt >= 1),
  reason text COLLATE "C" NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  CHECK (quantity + mark + reserved <> 'NaN'),
  CONSTRAINT order_id_is_its_key CHECK (order_id = hour || '.' || step || '.' || seq),
  CONSTRAINT only_limit_orders_have_a_limit CHECK ((order_type = 'LIMIT') = (limit_price IS NOT NULL)),
  CONSTRAINT only_limit_orders_are_post_only CHECK (NOT post_only OR order_type = 'LIMIT'),
  CONSTRAINT a_buy_reserves_what_it_may_cost CHECK (side <> 'BUY' OR (reserved > 0 AND NOT reduce_only)),
  CONSTRAINT a_sell_only_reduces_and_reserves_nothing CHECK (side <> 'SELL' OR (reserved = 0 AND reduce_only AND collar_price IS NULL))
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.order_placed IS 'Orders that passed every gate.';
COMMENT ON COLUMN tb.order_placed.order_id IS 'hour.step.seq of the decision.';
COMMENT ON COLUMN tb.order_placed.agent IS 'Whose intent it serves.';
COMMENT ON COLUMN tb.order_placed.symbol IS 'The market.';
COMMENT ON COLUMN tb.order_placed.side IS 'BUY or SELL.';
COMMENT ON COLUMN tb.order_placed.order_type IS 'MARKET or LIMIT.';
COMMENT ON COLUMN tb.order_placed.time_in_force IS 'HOUR, IOC or FOK.';
COMMENT ON COLUMN tb.order_placed.post_only IS 'Rejected rather than taking liquidity.';
COMMENT ON COLUMN tb.order_placed.reduce_only IS 'May only make a position smaller: every SELL, no BUY.';
COMMENT ON COLUMN tb.order_placed.quantity IS 'Base units.';
COMMENT ON COLUMN tb.order_placed.limit_price IS 'Null for MARKET.';
COMMENT ON COLUMN tb.order_placed.collar_price IS 'A BUY does not fill above it; null without a collar.';
COMMENT ON COLUMN tb.order_placed.mark IS 'Last close the decision saw.';
COMMENT ON COLUMN tb.order_placed.reserved IS 'Cash set aside until the order ends: the most a BUY may cost, 0 for SELL.';
COMMENT ON COLUMN tb.order_placed.attempt IS 'Which try of its intent it is, from 1.';
COMMENT ON COLUMN tb.order_placed.reason IS 'Why.';

CREATE TABLE tb.order_refused (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  agent text COLLATE "C" NOT NULL,
  symbol text COLLATE "C" NOT NULL,
  side text COLLATE "C" NOT NULL CHECK (side IN ('BUY', 'SELL')),
  attempt int NOT NULL CHECK (attempt >= 0),
  code text COLLATE "C" NOT NULL CHECK (code IN ('WARM_UP', 'EXIT_IN_PROGRESS', 'ALREADY_HELD', 'KILLED', 'HALTED', 'REVIEW_OPEN', 'INSTRUMENT_NOT_TRADABLE', 'NON_POSITIVE_VALUE', 'MARK_MISSING', 'MARK_STALE', 'DATA_MISSING', 'BOOK_STALE', 'BOOK_CROSSED', 'SPREAD_TOO_WIDE', 'FAT_FINGER', 'COOLDOWN', 'LOSING_EXITS', 'SYMBOL_LOCKED', 'DAILY_LOSS', 'ORDER_RATE', 'POSITION_COUNT', 'COST_GATE', 'PASSIVE_BREACH', 'INSUFFICIENT_CASH', 'TOTAL_CAP', 'QUOTE_CAP', 'CLUSTER_CAP', 'PER_POSITION_CAP', 'DEPTH_INSUFFICIENT', 'NO_VOLUME', 'BELOW_LOT', 'BELOW_MINIMUM', 'NOTHING_UNRESERVED', 'DUST')),
  violations text COLLATE "C" NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq)
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.order_refused IS 'Intents that a gate refused.';
COMMENT ON COLUMN tb.order_refused.agent IS 'Whose intent it was.';
COMMENT ON COLUMN tb.order_refused.symbol IS 'The market.';
COMMENT ON COLUMN tb.order_refused.side IS 'BUY or SELL.';
COMMENT ON COLUMN tb.order_refused.attempt IS 'Which try of its intent it was.';
COMMENT ON COLUMN tb.order_refused.code IS 'The first rule that refused.';
COMMENT ON COLUMN tb.order_refused.violations IS 'Canonical text of every rule that refused, with limit, usage and what was asked.';

CREATE TABLE tb.cancel_requested (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  symbol text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq)
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.cancel_requested IS 'Working orders that the venue was asked to cancel.';
COMMENT ON COLUMN tb.cancel_requested.order_id IS 'The order.';
COMMENT ON COLUMN tb.cancel_requested.symbol IS 'Its market.';
COMMENT ON COLUMN tb.cancel_requested.reason IS 'Why.';

CREATE TABLE tb.order_closed (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  symbol text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL CHECK (status IN ('FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED')),
  filled numeric(38,18) NOT NULL CHECK (filled >= 0 AND filled <> 'NaN'),
  reason text COLLATE "C" NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  UNIQUE (retention, run_id, order_id)
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.order_closed IS 'Orders that ended; each ends once.';
COMMENT ON COLUMN tb.order_closed.order_id IS 'The order.';
COMMENT ON COLUMN tb.order_closed.symbol IS 'Its market.';
COMMENT ON COLUMN tb.order_closed.status IS 'How it ended.';
COMMENT ON COLUMN tb.order_closed.filled IS 'Base units that filled in all.';
COMMENT ON COLUMN tb.order_closed.reason IS 'Why.';

CREATE TABLE tb.lot (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  lot_id text COLLATE "C" NOT NULL,
  agent text COLLATE "C" NOT NULL,
  symbol text COLLATE "C" NOT NULL,
  quantity numeric(38,18) NOT NULL,
  cost numeric(38,18) NOT NULL,
  fee numeric(38,18) NOT NULL,
  order_id text COLLATE "C",
  trade_id text COLLATE "C",
  acquired_ms bigint NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  CHECK (quantity + cost + fee <> 'NaN'),
  CONSTRAINT lot_id_is_its_key CHECK (lot_id = hour || '.' || step || '.' || seq),
  CONSTRAINT only_units_of_the_account_are_owed CHECK ((quantity > 0 AND cost >= 0) OR (quantity < 0 AND cost <= 0 AND order_id IS NULL AND trade_id IS NOT NULL)),
  CONSTRAINT a_lot_of_an_order_names_its_fill CHECK (order_id IS NULL OR trade_id IS NOT NULL)
) PARTITION BY LIST (retention);
CREATE UNIQUE INDEX lot_of_a_fill_is_one ON tb.lot (trade_id, run_id, retention) WHERE order_id IS NOT NULL;
COMMENT ON TABLE tb.lot IS 'Lots: what was acquired at one moment for one cost (lot_opened). A fill opens one at most, and none larger than itself. Less than nothing is owed.';
COMMENT ON COLUMN tb.lot.lot_id IS 'hour.step.seq of the decision.';
COMMENT ON COLUMN tb.lot.agent IS 'Whose lot it is.';
COMMENT ON COLUMN tb.lot.symbol IS 'The market.';
COMMENT ON COLUMN tb.lot.quantity IS 'Base units acquired; negative for units that the venue let go of and the books did not have.';
COMMENT ON COLUMN tb.lot.cost IS 'What was paid, without fee; of owed units what they brought, negative.';
COMMENT ON COLUMN tb.lot.fee IS 'Fee of the acquisition, in quote.';
COMMENT ON COLUMN tb.lot.order_id IS 'The order that bought it; null without one.';
COMMENT ON COLUMN tb.lot.trade_id IS 'The fill that bought it, or the fact about the account that brought it; null for an opening balance.';
COMMENT ON COLUMN tb.lot.acquired_ms IS 'When the units were acquired, which may be before they came here.';

CREATE TABLE tb.lot_match (
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
  proceeds numeric(38,18) NOT NULL,
  exit_fee numeric(38,18) NOT NULL,
  result numeric(38,18) NOT NULL,
  order_id text COLLATE "C",
  trade_id text COLLATE "C" NOT NULL,
  paid_fee boolean NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  CHECK (quantity + cost + entry_fee + proceeds + exit_fee <> 'NaN'),
  CONSTRAINT result_is_proceeds_less_cost_and_fees CHECK (result = proceeds - exit_fee - cost - entry_fee)
) PARTITION BY LIST (retention);
CREATE INDEX lot_match_by_lot ON tb.lot_match (lot_id, run_id, retention);
COMMENT ON TABLE tb.lot_match IS 'Disposals matched with lots, oldest first, or units that cover an owed lot (lot_matched). A lot gives no more than it holds.';
COMMENT ON COLUMN tb.lot_match.lot_id IS 'The lot it takes from.';
COMMENT ON COLUMN tb.lot_match.agent IS 'Whose lot it is.';
COMMENT ON COLUMN tb.lot_match.symbol IS 'The market.';
COMMENT ON COLUMN tb.lot_match.quantity IS 'Base units disposed of.';
COMMENT ON COLUMN tb.lot_match.cost IS 'Share of the lot''s cost.';
COMMENT ON COLUMN tb.lot_match.entry_fee IS 'Share of the lot''s fee.';
COMMENT ON COLUMN tb.lot_match.proceeds IS 'What the disposal brought, without fee.';
COMMENT ON COLUMN tb.lot_match.exit_fee IS 'Share of the disposal''s fee, in quote.';
COMMENT ON COLUMN tb.lot_match.result IS 'proceeds − exit_fee − cost − entry_fee.';
COMMENT ON COLUMN tb.lot_match.order_id IS 'The order that disposed of it; null without one.';
COMMENT ON COLUMN tb.lot_match.trade_id IS 'The fill, or the fact about the account, that disposed of it.';
COMMENT ON COLUMN tb.lot_match.paid_fee IS 'The units paid a fee instead of being sold.';

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

CREATE TABLE tb.ledger_entry (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  -- `opening`, and the account `capital`, stand in the books of encoding version 1.
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('opening', 'buy', 'sell', 'fee', 'deposit', 'withdrawal', 'transfer_in', 'transfer_out', 'reward', 'funding', 'rename', 'rounding')),
  reference text COLLATE "C" NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq)
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.ledger_entry IS 'Entries of the books (ledger_posted).';
COMMENT ON COLUMN tb.ledger_entry.kind IS 'What is booked.';
COMMENT ON COLUMN tb.ledger_entry.reference IS 'Fill, fact about the account, operator key, or opening.';

CREATE TABLE tb.posting (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  ordinal int NOT NULL CHECK (ordinal >= 0),
  account text COLLATE "C" NOT NULL CHECK (account IN ('capital', 'cash', 'clearing', 'cost', 'deferred_fees', 'deposits', 'fees', 'funding', 'income', 'position', 'result', 'rounding', 'trading', 'transfers', 'withdrawals')),
  asset text COLLATE "C" NOT NULL,
  amount numeric(38,18) NOT NULL CHECK (amount <> 'NaN'),
  PRIMARY KEY (retention, run_id, hour, step, seq, ordinal)
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.posting IS 'Lines of ledger entries. The lines of an entry come in one statement and sum to zero in every asset.';
COMMENT ON COLUMN tb.posting.ordinal IS 'Place in the entry, from 0.';
COMMENT ON COLUMN tb.posting.account IS 'The account of the books.';
COMMENT ON COLUMN tb.posting.asset IS 'What the amount is of.';
COMMENT ON COLUMN tb.posting.amount IS 'Debit positive, credit negative.';

CREATE TABLE tb.risk_change (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  from_status text COLLATE "C" NOT NULL CHECK (from_status IN ('ACTIVE', 'HALTED', 'KILLED')),
  to_status text COLLATE "C" NOT NULL CHECK (to_status IN ('ACTIVE', 'HALTED', 'KILLED')),
  actor text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  CHECK (from_status <> to_status)
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.risk_change IS 'Changes of what the run may do (risk_changed). A run opens ACTIVE.';
COMMENT ON COLUMN tb.risk_change.from_status IS 'Status before.';
COMMENT ON COLUMN tb.risk_change.to_status IS 'Status after.';
COMMENT ON COLUMN tb.risk_change.actor IS 'Who changed it.';
COMMENT ON COLUMN tb.risk_change.reason IS 'Why.';

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

CREATE TABLE tb.operator_refused (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  command text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL CHECK (code IN ('INSUFFICIENT_FREE_CASH', 'NOTHING_TO_CANCEL', 'NOTHING_HELD', 'NOT_HALTED', 'PROFILE_UNCHANGED', 'PROFILE_REFUSED')),
  limit_amount numeric(38,18) NOT NULL,
  asked numeric(38,18) NOT NULL,
  PRIMARY KEY (retention, run_id, hour, step, seq),
  CHECK (limit_amount + asked <> 'NaN')
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.operator_refused IS 'Commands that the core refused.';
COMMENT ON COLUMN tb.operator_refused.command IS 'What was asked.';
COMMENT ON COLUMN tb.operator_refused.key IS 'Key of the command.';
COMMENT ON COLUMN tb.operator_refused.code IS 'Why not.';
COMMENT ON COLUMN tb.operator_refused.limit_amount IS 'What would have been allowed.';
COMMENT ON COLUMN tb.operator_refused.asked IS 'What was asked for.';

-- What a run leaves behind -------------------------------------------------------------------------------------------

CREATE TABLE tb.trade (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  ordinal int NOT NULL CHECK (ordinal >= 0),
  entry_hour int NOT NULL,
  exit_hour int NOT NULL,
  agent text COLLATE "C" NOT NULL,
  symbol text COLLATE "C" NOT NULL,
  quantity numeric(38,18) NOT NULL CHECK (quantity > 0),
  cost numeric(38,18) NOT NULL CHECK (cost >= 0),
  entry_fee numeric(38,18) NOT NULL,
  proceeds numeric(38,18) NOT NULL,
  exit_fee numeric(38,18) NOT NULL,
  result numeric(38,18) NOT NULL,
  lot_id text COLLATE "C" NOT NULL,
  order_id text COLLATE "C" NOT NULL,
  trade_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (retention, run_id, ordinal),
  FOREIGN KEY (retention, run_id) REFERENCES tb.run (retention, id),
  CHECK (exit_hour >= entry_hour),
  CHECK (quantity + cost + entry_fee + proceeds + exit_fee <> 'NaN'),
  CONSTRAINT trade_result_is_proceeds_less_cost_and_fees CHECK (result = proceeds - exit_fee - cost - entry_fee)
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.trade IS 'Lot matches of a backtest that is kept in summary: what it stores instead of its decisions.';
COMMENT ON COLUMN tb.trade.ordinal IS 'Place in the run, from 0.';
COMMENT ON COLUMN tb.trade.entry_hour IS 'Hour the lot was opened in.';
COMMENT ON COLUMN tb.trade.exit_hour IS 'Hour of the disposal.';
COMMENT ON COLUMN tb.trade.agent IS 'Whose lot it was.';
COMMENT ON COLUMN tb.trade.symbol IS 'The market.';
COMMENT ON COLUMN tb.trade.quantity IS 'Base units disposed of.';
COMMENT ON COLUMN tb.trade.cost IS 'Share of the lot''s cost.';
COMMENT ON COLUMN tb.trade.entry_fee IS 'Share of the lot''s fee.';
COMMENT ON COLUMN tb.trade.proceeds IS 'What the disposal brought, without fee.';
COMMENT ON COLUMN tb.trade.exit_fee IS 'Share of the disposal''s fee, in quote.';
COMMENT ON COLUMN tb.trade.result IS 'proceeds − exit_fee − cost − entry_fee.';
COMMENT ON COLUMN tb.trade.lot_id IS 'The lot.';
COMMENT ON COLUMN tb.trade.order_id IS 'The order that disposed of it.';
COMMENT ON COLUMN tb.trade.trade_id IS 'The fill that disposed of it.';

CREATE TABLE tb.run_summary (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  through_hour int NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (retention, run_id, through_hour)
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.run_summary IS 'What a run came to, up to a sealed hour.';
COMMENT ON COLUMN tb.run_summary.through_hour IS 'Last hour it covers.';
COMMENT ON COLUMN tb.run_summary.bytes IS 'Canonical text of the figures.';

CREATE TABLE tb.outbox (
  retention text COLLATE "C" NOT NULL CHECK (retention IN ('kept', 'backtest')),
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('place', 'cancel')),
  client_order_id text COLLATE "C" NOT NULL CHECK (client_order_id <> ''),
  PRIMARY KEY (retention, run_id, hour, step, seq)
) PARTITION BY LIST (retention);
COMMENT ON TABLE tb.outbox IS 'Committed decisions that are to be sent to a venue.';
COMMENT ON COLUMN tb.outbox.kind IS 'place or cancel.';
COMMENT ON COLUMN tb.outbox.client_order_id IS 'Our name of the order at the venue, stored before it is sent.';

CREATE TABLE tb.outbox_event (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  retention text COLLATE "C" NOT NULL,
  run_id uuid NOT NULL,
  hour int NOT NULL,
  step int NOT NULL,
  seq int NOT NULL,
  event text COLLATE "C" NOT NULL CHECK (event IN ('sent', 'answered')),
  at_ms bigint NOT NULL,
  FOREIGN KEY (retention, run_id, hour, step, seq) REFERENCES tb.outbox (retention, run_id, hour, step, seq)
);
CREATE INDEX outbox_event_by_message ON tb.outbox_event (retention, run_id, hour, step, seq);
COMMENT ON TABLE tb.outbox_event IS 'What became of each message in the outbox.';
COMMENT ON COLUMN tb.outbox_event.id IS 'Order of recording.';
COMMENT ON COLUMN tb.outbox_event.event IS 'sent or answered.';
COMMENT ON COLUMN tb.outbox_event.at_ms IS 'When.';

-- Cache --------------------------------------------------------------------------------------------------------------

CREATE TABLE tb_cache.snapshot (
  run_id uuid NOT NULL,
  hour int NOT NULL,
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  bytes bytea NOT NULL,
  PRIMARY KEY (run_id, hour)
);
COMMENT ON TABLE tb_cache.snapshot IS 'States after sealed hours, so that a run resumes without replaying from its start.';
COMMENT ON COLUMN tb_cache.snapshot.run_id IS 'The run.';
COMMENT ON COLUMN tb_cache.snapshot.hour IS 'The hour it was taken after.';
COMMENT ON COLUMN tb_cache.snapshot.digest IS 'State digest; must equal the one in the hour record, else the snapshot is ignored.';
COMMENT ON COLUMN tb_cache.snapshot.bytes IS 'The slices of the state.';

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

CREATE TABLE tb_cache.candle_chunk (
  series_id int NOT NULL,
  chunk int NOT NULL,
  ingest_through bigint NOT NULL,
  rows int NOT NULL CHECK (rows >= 0),
  payload bytea NOT NULL,
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  PRIMARY KEY (series_id, chunk)
);
-- Mantissas do not compress; trying would cost more than reading them.
ALTER TABLE tb_cache.candle_chunk ALTER COLUMN payload SET STORAGE EXTERNAL;
COMMENT ON TABLE tb_cache.candle_chunk IS 'Candles as columns, a stretch of a series a row, for bulk reading.';
COMMENT ON COLUMN tb_cache.candle_chunk.series_id IS 'The series.';
COMMENT ON COLUMN tb_cache.candle_chunk.chunk IS 'Open time divided by the length of a chunk.';
COMMENT ON COLUMN tb_cache.candle_chunk.ingest_through IS 'Latest import it contains; it is stale when a later one touched the chunk.';
COMMENT ON COLUMN tb_cache.candle_chunk.rows IS 'Number of candles.';
COMMENT ON COLUMN tb_cache.candle_chunk.payload IS 'The columns.';
COMMENT ON COLUMN tb_cache.candle_chunk.sha256 IS 'SHA-256 of the payload.';

-- Partitions ---------------------------------------------------------------------------------------------------------

DO $partitions$
DECLARE
  parent text;
  kind text;
  year int;
BEGIN
  FOREACH parent IN ARRAY ARRAY['hour_step', 'hour_record', 'envelope', 'fact', 'venue_trade', 'account_trade', 'account_transfer', 'account_reward', 'account_charge', 'asset_renaming', 'decision', 'signal', 'order_placed', 'order_refused', 'cancel_requested', 'order_closed', 'lot', 'lot_match', 'lot_release', 'ledger_entry', 'posting', 'risk_change', 'balance_overdrawn', 'operator_refused', 'trade', 'run_summary', 'outbox'] LOOP
    FOREACH kind IN ARRAY ARRAY['kept', 'backtest'] LOOP
      EXECUTE format('CREATE TABLE tb.%I PARTITION OF tb.%I FOR VALUES IN (%L)', parent || '_' || kind, parent, kind);
    END LOOP;
  END LOOP;
  FOR year IN 2009..2040 LOOP
    EXECUTE format('CREATE TABLE tb.%I PARTITION OF tb.candle FOR VALUES FROM (%s) TO (%s)', 'candle_' || year,
      extract(epoch FROM make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'))::bigint * 1000,
      extract(epoch FROM make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'))::bigint * 1000);
  END LOOP;
END
$partitions$;

-- References between run tables stand on the partitions: retention is part of every key, so each partition refers to
-- its sibling, and a row is checked in half the time that a reference to the partitioned table would take.
DO $references$
DECLARE
  link text[];
  kind text;
BEGIN
  -- What is looked up by another name than its place leads with that name and leaves out the retention. Before a table
  -- has statistics, any two equalities look selective to the planner, and the key's (retention, run_id), which finds
  -- every row of the run, as good as the index that finds one.
  FOREACH kind IN ARRAY ARRAY['kept', 'backtest'] LOOP
    EXECUTE format('ALTER TABLE tb.%I ADD UNIQUE (order_id, run_id)', 'order_placed_' || kind);
    EXECUTE format('ALTER TABLE tb.%I ADD UNIQUE (order_id, run_id, agent, symbol)', 'order_placed_' || kind);
    EXECUTE format('ALTER TABLE tb.%I ADD UNIQUE (lot_id, run_id)', 'lot_' || kind);
  END LOOP;
  FOREACH link SLICE 1 IN ARRAY ARRAY[
    ['fact', 'hour_step', 'retention, run_id, hour, step', 'retention, run_id, hour, step'],
    ['decision', 'hour_step', 'retention, run_id, hour, step', 'retention, run_id, hour, step'],
    ['venue_trade', 'fact', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['account_trade', 'fact', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['account_transfer', 'fact', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['account_reward', 'fact', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['account_charge', 'fact', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['asset_renaming', 'fact', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['signal', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['order_placed', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['order_refused', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['cancel_requested', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['order_closed', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['lot', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['lot_match', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['lot_match', 'lot', 'run_id, lot_id', 'run_id, lot_id'],
    ['lot_release', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['lot_release', 'lot', 'run_id, lot_id', 'run_id, lot_id'],
    ['ledger_entry', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['posting', 'ledger_entry', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['risk_change', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['balance_overdrawn', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['operator_refused', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq'],
    ['hour_record', 'hour_record', 'retention, run_id, prev_hour, prev_hash', 'retention, run_id, hour, hash'],
    ['run_summary', 'hour_record', 'retention, run_id, through_hour', 'retention, run_id, hour'],
    ['outbox', 'decision', 'retention, run_id, hour, step, seq', 'retention, run_id, hour, step, seq']
  ] LOOP
    FOREACH kind IN ARRAY ARRAY['kept', 'backtest'] LOOP
      EXECUTE format('ALTER TABLE tb.%I ADD FOREIGN KEY (%s) REFERENCES tb.%I (%s)', link[1] || '_' || kind, link[3], link[2] || '_' || kind, link[4]);
    END LOOP;
  END LOOP;
  -- Orders are inserted after what the step booked and ended, so that their checks see it; what refers to them waits.
  FOREACH link SLICE 1 IN ARRAY ARRAY[
    ['order_closed', 'order_placed', 'run_id, order_id', 'run_id, order_id'],
    ['lot', 'order_placed', 'run_id, order_id, agent, symbol', 'run_id, order_id, agent, symbol'],
    ['lot_match', 'order_placed', 'run_id, order_id', 'run_id, order_id']
  ] LOOP
    FOREACH kind IN ARRAY ARRAY['kept', 'backtest'] LOOP
      EXECUTE format('ALTER TABLE tb.%I ADD FOREIGN KEY (%s) REFERENCES tb.%I (%s) DEFERRABLE INITIALLY DEFERRED', link[1] || '_' || kind, link[3], link[2] || '_' || kind, link[4]);
    END LOOP;
  END LOOP;
END
$references$;

-- Columns that mean the same everywhere.
DO $meanings$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT c.relname, a.attname, m.meaning
    FROM (VALUES
      ('retention', 'Partition of the run''s rows: kept or backtest.'),
      ('run_id', 'The run.'),
      ('hour', 'Hours since the epoch, UTC.'),
      ('step', 'Step of the hour, from 0.'),
      ('seq', 'Place in the step, from 0.')
    ) AS m (name, meaning)
    JOIN pg_catalog.pg_attribute a ON a.attname = m.name AND a.attnum > 0
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'tb'
    WHERE pg_catalog.col_description(c.oid, a.attnum) IS NULL
  LOOP
    EXECUTE format('COMMENT ON COLUMN tb.%I.%I IS %L', found.relname, found.attname, found.meaning);
  END LOOP;
END
$meanings$;

-- Append-only --------------------------------------------------------------------------------------------------------

CREATE FUNCTION tb.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only: % refused.', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
      HINT = 'Record what changed as a new row. Only a dropped backtest or import loses rows.';
END
$$;
COMMENT ON FUNCTION tb.refuse_change() IS 'Refuses every UPDATE and TRUNCATE, whoever asks.';

-- A tombstone exists for dropped backtests and imports only, and only the owner of the store may delete at all.
CREATE FUNCTION tb.refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
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
COMMENT ON FUNCTION tb.refuse_delete() IS 'Refuses every DELETE but of rows of a run that has its tombstone.';

CREATE FUNCTION tb.check_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM tb.run WHERE id = NEW.run_id AND name = NEW.name AND genesis = NEW.genesis AND mode IN ('backtest', 'import')) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Run % cannot be dropped: no backtest or import of this name and genesis has this key.', NEW.run_id
    USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'run_tombstone', CONSTRAINT = 'only_backtests_are_dropped';
END
$$;
COMMENT ON FUNCTION tb.check_tombstone() IS 'Only what can be made again is dropped: backtests and imports.';

-- Safety -------------------------------------------------------------------------------------------------------------
-- The checks below look at all rows of a statement at once, so that COPY pays for them once and not per row.

CREATE FUNCTION tb.check_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM tb.account WHERE id = NEW.account_id AND kind = 'DERIVATIVE') THEN
    RAISE EXCEPTION 'Run % cannot open on account %: derivative accounts are not traded.', NEW.name, NEW.account_id
      USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'run', CONSTRAINT = 'no_run_on_a_derivative_account';
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION tb.check_run() IS 'No run opens on a derivative account.';

CREATE FUNCTION tb.check_first_hour() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM tb.run WHERE id = NEW.run_id AND start_hour = NEW.hour AND genesis = NEW.prev_hash) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'Hour % of run % follows no hour, and is not the first hour of its manifest.', NEW.hour, NEW.run_id
    USING ERRCODE = 'check_violation', SCHEMA = 'tb', TABLE = 'hour_record', CONSTRAINT = 'the_chain_starts_at_genesis';
END
$$;
COMMENT ON FUNCTION tb.check_first_hour() IS 'An hour without a predecessor is the start hour of its run and names the genesis.';

-- A session keeps the plan it made when its tables were small, so the plan must fit large ones: no sequential scans, and
-- only conditions under which every index that could be taken is a good one.
CREATE FUNCTION tb.check_orders() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
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

CREATE FUNCTION tb.check_lots() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
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

CREATE FUNCTION tb.check_lot_matches() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
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

CREATE FUNCTION tb.note_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tb.delivery (ingest_id, series_id) SELECT DISTINCT ingest_id, series_id FROM fresh ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION tb.note_deliveries() IS 'Every candle comes with an import into its series.';

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

CREATE FUNCTION tb.check_postings() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
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

CREATE TRIGGER check_tombstone BEFORE INSERT ON tb.run_tombstone FOR EACH ROW EXECUTE FUNCTION tb.check_tombstone();
CREATE TRIGGER check_run BEFORE INSERT ON tb.run FOR EACH ROW EXECUTE FUNCTION tb.check_run();
CREATE TRIGGER check_first_hour AFTER INSERT ON tb.hour_record FOR EACH ROW WHEN (NEW.prev_hour IS NULL) EXECUTE FUNCTION tb.check_first_hour();
CREATE TRIGGER note_deliveries AFTER INSERT ON tb.candle REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.note_deliveries();
CREATE TRIGGER check_orders AFTER INSERT ON tb.order_placed REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_orders();
CREATE TRIGGER check_free_cash AFTER INSERT ON tb.order_placed REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_free_cash();
CREATE TRIGGER check_reductions AFTER INSERT ON tb.order_placed REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_reductions();
CREATE TRIGGER check_caps AFTER INSERT ON tb.order_placed REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_caps();
CREATE TRIGGER check_lots AFTER INSERT ON tb.lot REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_lots();
CREATE TRIGGER check_lot_matches AFTER INSERT ON tb.lot_match REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_lot_matches();
CREATE TRIGGER check_lot_matches AFTER INSERT ON tb.lot_release REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_lot_matches();
CREATE TRIGGER keep_cash AFTER INSERT ON tb.posting REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.keep_cash();
CREATE TRIGGER keep_lots AFTER INSERT ON tb.lot REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.keep_lots();
CREATE TRIGGER keep_lots_less AFTER INSERT ON tb.lot_match REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.keep_lots_less();
CREATE TRIGGER keep_lots_less AFTER INSERT ON tb.lot_release REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.keep_lots_less();
CREATE TRIGGER check_entries AFTER INSERT ON tb.ledger_entry REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_entries();
CREATE TRIGGER check_postings AFTER INSERT ON tb.posting REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tb.check_postings();

-- ALWAYS: no setting of a session turns them off.
DO $triggers$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT c.oid, c.relname, c.relispartition
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'tb' AND c.relkind IN ('r', 'p') ORDER BY c.relname COLLATE "C"
  LOOP
    IF NOT found.relispartition THEN -- Row triggers of a partitioned table stand on its partitions too.
      EXECUTE format('CREATE TRIGGER refuse_update BEFORE UPDATE ON tb.%I FOR EACH ROW EXECUTE FUNCTION tb.refuse_change()', found.relname);
      EXECUTE format('CREATE TRIGGER refuse_delete BEFORE DELETE ON tb.%I FOR EACH ROW EXECUTE FUNCTION tb.refuse_delete()', found.relname);
    END IF;
    EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON tb.%I FOR EACH STATEMENT EXECUTE FUNCTION tb.refuse_change()', found.relname);
  END LOOP;
  FOR found IN
    SELECT c.relname, t.tgname
    FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'tb' AND NOT t.tgisinternal ORDER BY c.relispartition, c.relname COLLATE "C", t.tgname
  LOOP
    EXECUTE format('ALTER TABLE tb.%I ENABLE ALWAYS TRIGGER %I', found.relname, found.tgname);
  END LOOP;
END
$triggers$;

-- Dropping a backtest ------------------------------------------------------------------------------------------------

CREATE FUNCTION tb.drop_backtest(dropped uuid, because text, now_ms bigint) RETURNS void LANGUAGE plpgsql AS $$
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

-- Grants -------------------------------------------------------------------------------------------------------------

REVOKE ALL ON SCHEMA tb, tb_cache FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA tb, tb_cache FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA tb, tb_cache FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tb, tb_cache FROM PUBLIC;
GRANT USAGE ON SCHEMA tb, tb_cache TO tb_app;
GRANT SELECT ON ALL TABLES IN SCHEMA tb TO tb_app;
GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA tb_cache TO tb_app;
REVOKE INSERT, DELETE ON tb_cache.balance FROM tb_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA tb TO tb_app;
-- Rows enter through the tables and never through a partition, where the checks of whole statements do not stand.
DO $grants$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'tb' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  LOOP
    EXECUTE format('GRANT INSERT ON tb.%I TO tb_app', found.relname);
  END LOOP;
END
$grants$;

-- Market data from venues: what range a delivery covers completely and what it cost to ask, universes with their members,
-- what a venue lists, its fees, and the top of its order book.

-- Deliveries of a venue ----------------------------------------------------------------------------------------------

ALTER TABLE tb.ingest ADD COLUMN covered_from_ms bigint;
ALTER TABLE tb.ingest ADD COLUMN covered_to_ms bigint;
ALTER TABLE tb.ingest ADD COLUMN requests int NOT NULL DEFAULT 0 CHECK (requests >= 0);
ALTER TABLE tb.ingest ADD COLUMN retries int NOT NULL DEFAULT 0 CHECK (retries >= 0);
ALTER TABLE tb.ingest ADD COLUMN waited_ms int NOT NULL DEFAULT 0 CHECK (waited_ms >= 0);
ALTER TABLE tb.ingest ADD CONSTRAINT covered_has_both_ends CHECK ((covered_from_ms IS NULL) = (covered_to_ms IS NULL));
ALTER TABLE tb.ingest ADD CONSTRAINT covered_is_a_range CHECK (covered_from_ms < covered_to_ms);
ALTER TABLE tb.ingest ADD CONSTRAINT covers_what_it_brought CHECK (covered_from_ms <= first_open_ms AND last_open_ms < covered_to_ms);
COMMENT ON TABLE tb.ingest IS 'One delivery of candles into one series: a file, or a stretch of history that a venue told.';
COMMENT ON COLUMN tb.ingest.format IS 'Layout the file was read as, or the endpoint of the venue.';
COMMENT ON COLUMN tb.ingest.file_name IS 'Name of the file, without its folder; of a venue, what was asked for.';
COMMENT ON COLUMN tb.ingest.file_sha256 IS 'SHA-256 of the file; of a venue, of the digests of its pages in order.';
COMMENT ON COLUMN tb.ingest.file_bytes IS 'Length of the file or of the answers.';
COMMENT ON COLUMN tb.ingest.rejected IS 'Lines of a file that were no candle.';
COMMENT ON COLUMN tb.ingest.covered_from_ms IS 'From here on the source told of every candle there was; null where it promised nothing beyond its first and last.';
COMMENT ON COLUMN tb.ingest.covered_to_ms IS 'End of what it told of completely, exclusive.';
COMMENT ON COLUMN tb.ingest.requests IS 'Requests that a venue was sent for it, those that were repeated included.';
COMMENT ON COLUMN tb.ingest.retries IS 'Requests of these that repeated one that had failed.';
COMMENT ON COLUMN tb.ingest.waited_ms IS 'How long the limits of the venue were waited for.';

-- Fees among the rules of a market -----------------------------------------------------------------------------------

ALTER TABLE tb.instrument_rule ADD COLUMN maker_ppm int;
ALTER TABLE tb.instrument_rule ADD COLUMN taker_ppm int;
ALTER TABLE tb.instrument_rule ADD COLUMN fee_in text COLLATE "C" CHECK (fee_in <> '');
ALTER TABLE tb.instrument_rule ADD COLUMN min_quantity numeric(38,18) CHECK (min_quantity > 0 AND min_quantity <> 'NaN');
ALTER TABLE tb.instrument_rule ADD CONSTRAINT fees_are_told_together CHECK ((maker_ppm IS NULL) = (taker_ppm IS NULL) AND (maker_ppm IS NULL) = (fee_in IS NULL));
ALTER TABLE tb.instrument_rule ADD CONSTRAINT fees_are_shares CHECK (maker_ppm BETWEEN -1000000 AND 1000000 AND taker_ppm BETWEEN -1000000 AND 1000000);
COMMENT ON COLUMN tb.instrument_rule.maker_ppm IS 'Fee of a maker in millionths, below zero where he is paid; null where nobody said.';
COMMENT ON COLUMN tb.instrument_rule.taker_ppm IS 'Fee of a taker in millionths.';
COMMENT ON COLUMN tb.instrument_rule.fee_in IS 'What fees are charged in: quote, received, or an asset.';
COMMENT ON COLUMN tb.instrument_rule.min_quantity IS 'Smallest order, in units; null where the venue states none.';

-- What a venue lists, and universes ----------------------------------------------------------------------------------

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

-- Append-only, and who may do what -----------------------------------------------------------------------------------

DO $tables$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['listing', 'universe', 'universe_member', 'book_top'] LOOP
    EXECUTE format('CREATE TRIGGER refuse_update BEFORE UPDATE ON tb.%I FOR EACH ROW EXECUTE FUNCTION tb.refuse_change()', name);
    EXECUTE format('CREATE TRIGGER refuse_delete BEFORE DELETE ON tb.%I FOR EACH ROW EXECUTE FUNCTION tb.refuse_delete()', name);
    EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON tb.%I FOR EACH STATEMENT EXECUTE FUNCTION tb.refuse_change()', name);
    EXECUTE format('ALTER TABLE tb.%I ENABLE ALWAYS TRIGGER refuse_update', name);
    EXECUTE format('ALTER TABLE tb.%I ENABLE ALWAYS TRIGGER refuse_delete', name);
    EXECUTE format('ALTER TABLE tb.%I ENABLE ALWAYS TRIGGER refuse_truncate', name);
    EXECUTE format('GRANT SELECT, INSERT ON tb.%I TO tb_app', name);
  END LOOP;
END
$tables$;

-- Ids are lower-case hexadecimal, instants are microseconds since 1970.

-- Who this hub is. One row, made at the first start.
CREATE TABLE hub (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    id TEXT NOT NULL,
    -- Keys the digests in `seen`.
    seen_key BLOB NOT NULL CHECK (length(seen_key) = 32)
) STRICT;

-- The receipts under which something was credited, as their persons signed them. Kept after a withdrawal: they are the proof that
-- the data was held with leave.
CREATE TABLE receipts (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 64),
    person TEXT NOT NULL CHECK (length(person) = 64),
    text TEXT NOT NULL,
    kept_at INTEGER NOT NULL
) STRICT;

-- Signed withdrawals. One may come before its receipt, so there is no reference; the person is part of the key because nobody
-- takes back the receipt of another by signing for it first.
CREATE TABLE withdrawals (
    receipt TEXT NOT NULL CHECK (length(receipt) = 64),
    person TEXT NOT NULL CHECK (length(person) = 64),
    text TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (receipt, person)
) STRICT, WITHOUT ROWID;

-- What was credited. What a contribution says is not here but in `payloads`; this is what remains when that is erased.
CREATE TABLE contributions (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 64),
    person TEXT NOT NULL CHECK (length(person) = 64),
    quest TEXT NOT NULL,
    quest_version INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    receipt TEXT NOT NULL REFERENCES receipts (id),
    -- The award with its lines, as JSON, so that the same contribution is answered with the same award for ever.
    award TEXT NOT NULL,
    UNIQUE (person, quest, ordinal)
) STRICT;
CREATE INDEX contributions_by_receipt ON contributions (receipt);

-- The bytes that left the device. A row is deleted when its receipt is withdrawn or its time is over.
--
-- `room` fills the part of the row that lives in a page of the table (4096 bytes, see `store.rs`), so that all of `text` lives in
-- overflow pages of its own. SQLite moves rows between the pages of a table and leaves copies in what becomes free space, which
-- `secure_delete` does not reach (measured: about one deleted row in 800 could still be read). It never moves an overflow page, and
-- overwrites each when its row goes.
CREATE TABLE payloads (
    contribution TEXT PRIMARY KEY NOT NULL REFERENCES contributions (id),
    erase_after INTEGER NOT NULL,
    room BLOB NOT NULL DEFAULT (zeroblob(4096)) CHECK (length(room) = 4096),
    text TEXT NOT NULL
) STRICT;
CREATE INDEX payloads_by_end ON payloads (erase_after);

-- Digests, under this hub's own key, of the fingerprints that a person contributed. They outlive the payload: without them the same
-- motion would earn again after each withdrawal. Nothing about the motion can be read from them.
CREATE TABLE seen (
    person TEXT NOT NULL CHECK (length(person) = 64),
    digest BLOB NOT NULL CHECK (length(digest) = 16),
    PRIMARY KEY (person, digest)
) STRICT, WITHOUT ROWID;

-- Who earned what. Only ever added to; a balance is a sum.
CREATE TABLE ledger (
    entry INTEGER PRIMARY KEY NOT NULL,
    contribution TEXT NOT NULL UNIQUE REFERENCES contributions (id),
    person TEXT NOT NULL CHECK (length(person) = 64),
    points INTEGER NOT NULL CHECK (points >= 0),
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_by_person ON ledger (person, points);
CREATE TRIGGER ledger_entries_do_not_change BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;
CREATE TRIGGER ledger_entries_do_not_vanish BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is only ever added to');
END;

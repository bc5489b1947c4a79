-- The ledger becomes double-entry and a log. What was credited before is entered again, in its order, at the next start.
DROP TRIGGER ledger_entries_do_not_change;
DROP TRIGGER ledger_entries_do_not_vanish;
DROP INDEX ledger_by_person;
ALTER TABLE ledger RENAME TO credits_before_the_log;

-- The leaves of the log, as `domain::ledger::Entry` writes them.
CREATE TABLE entries (
    number INTEGER PRIMARY KEY NOT NULL CHECK (number >= 0),
    leaf TEXT NOT NULL,
    -- What was credited or reversed; NULL where a pool was funded.
    contribution TEXT REFERENCES contributions (id),
    -- The award that this one moves back.
    reverses INTEGER UNIQUE REFERENCES entries (number)
) STRICT;
CREATE UNIQUE INDEX awards_by_contribution ON entries (contribution) WHERE contribution IS NOT NULL AND reverses IS NULL;

-- What each entry moved. Those of one entry sum to zero, and so does the table.
CREATE TABLE postings (
    entry INTEGER NOT NULL REFERENCES entries (number),
    account TEXT NOT NULL,
    points INTEGER NOT NULL,
    PRIMARY KEY (entry, account)
) STRICT, WITHOUT ROWID;

-- The sums of the accounts that are no person's.
CREATE TABLE pools (
    account TEXT PRIMARY KEY NOT NULL,
    points INTEGER NOT NULL CHECK (account = 'issuance' OR points >= 0) -- no pool pays what it does not have
) STRICT, WITHOUT ROWID;
CREATE TRIGGER pools_follow_their_postings AFTER INSERT ON postings WHEN NEW.account NOT GLOB 'person:*'
BEGIN
    -- The row is there before it is changed: an upsert would check the points of the posting alone.
    INSERT OR IGNORE INTO pools (account, points) VALUES (NEW.account, 0);
    UPDATE pools SET points = points + NEW.points WHERE account = NEW.account;
END;

-- Whose an entry is. The log itself does not tell; a person who is forgotten is forgotten here.
CREATE TABLE owners (
    entry INTEGER PRIMARY KEY NOT NULL REFERENCES entries (number),
    person TEXT NOT NULL CHECK (length(person) = 64),
    opening BLOB NOT NULL CHECK (length(opening) = 32),
    points INTEGER NOT NULL
) STRICT;
CREATE INDEX owners_by_person ON owners (person, points);

-- Every hash of the tree over the leaves, in the order in which they come to be (Crosby and Wallach 2009, section 3.3).
CREATE TABLE hashes (
    position INTEGER PRIMARY KEY NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER entries_do_not_change BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;
CREATE TRIGGER entries_do_not_vanish BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;
CREATE TRIGGER postings_do_not_change BEFORE UPDATE ON postings BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;
CREATE TRIGGER postings_do_not_vanish BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;
CREATE TRIGGER hashes_do_not_change BEFORE UPDATE ON hashes BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;
CREATE TRIGGER hashes_do_not_vanish BEFORE DELETE ON hashes BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;

-- Signed requests to undo a contribution. One may come before its contribution, which is refused then.
CREATE TABLE undos (
    contribution TEXT NOT NULL CHECK (length(contribution) = 64),
    person TEXT NOT NULL CHECK (length(person) = 64),
    text TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (contribution, person)
) STRICT, WITHOUT ROWID;

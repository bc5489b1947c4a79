CREATE TABLE receipts (
    id       TEXT    NOT NULL PRIMARY KEY,
    body     TEXT    NOT NULL, -- canonical, signed
    given_at INTEGER NOT NULL
) STRICT;

CREATE TABLE withdrawals (
    receipt TEXT    NOT NULL PRIMARY KEY REFERENCES receipts (id),
    body    TEXT    NOT NULL, -- signed
    at      INTEGER NOT NULL,
    sent    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The outbox and the history: what left or is to leave, in the exact bytes.
CREATE TABLE contributions (
    number             INTEGER NOT NULL PRIMARY KEY,
    id                 TEXT    NOT NULL UNIQUE,
    quest              TEXT    NOT NULL,
    version            INTEGER NOT NULL,
    ordinal            INTEGER NOT NULL,
    body               TEXT    NOT NULL,
    receipt            TEXT    NOT NULL REFERENCES receipts (id),
    state              TEXT    NOT NULL CHECK (state IN ('waiting', 'awarded', 'refused', 'withdrawn')),
    readings           INTEGER NOT NULL, -- how many samples it sums up; they stayed
    created_at         INTEGER NOT NULL,
    attempts           INTEGER NOT NULL DEFAULT 0,
    first_attempt_at   INTEGER,          -- from here on the hub may have it
    provisional_points INTEGER NOT NULL,
    provisional        TEXT    NOT NULL, -- JSON of the award that the app expects
    points             INTEGER,          -- the hub's
    award              TEXT,             -- JSON of it
    refusal            TEXT,             -- the hub's code
    settled_at         INTEGER
) STRICT;
-- One effort is credited once. What was cancelled or refused gives its place back.
CREATE UNIQUE INDEX contributions_by_effort ON contributions (quest, ordinal) WHERE state IN ('waiting', 'awarded');
CREATE INDEX contributions_waiting ON contributions (number) WHERE state = 'waiting';

CREATE TABLE windows (
    device       INTEGER NOT NULL REFERENCES devices (number),
    start        INTEGER NOT NULL,
    length       INTEGER NOT NULL, -- microseconds
    label        TEXT    NOT NULL,
    score        INTEGER NOT NULL, -- thousandths
    reason       TEXT    NOT NULL,
    fingerprint  BLOB    NOT NULL CHECK (length(fingerprint) = 16),
    contribution INTEGER REFERENCES contributions (number), -- NULL until one uses it
    PRIMARY KEY (device, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX windows_unused ON windows (label, start) WHERE contribution IS NULL;
CREATE INDEX windows_by_contribution ON windows (contribution) WHERE contribution IS NOT NULL;

-- How many windows of each device have each label, kept in the transaction that records them.
CREATE TABLE labels (
    device  INTEGER NOT NULL REFERENCES devices (number),
    label   TEXT    NOT NULL,
    windows INTEGER NOT NULL,
    PRIMARY KEY (device, label)
) STRICT, WITHOUT ROWID;

-- Quests as their hub signed them; NULL of those that an older version kept.
ALTER TABLE quests ADD COLUMN signed TEXT;

-- The quests that something was contributed to, as they were signed then: what an award is checked against.
CREATE TABLE offers (
    hub     TEXT    NOT NULL,
    quest   TEXT    NOT NULL,
    version INTEGER NOT NULL,
    signed  TEXT    NOT NULL,
    PRIMARY KEY (hub, quest, version, signed)
) STRICT, WITHOUT ROWID;

-- What hubs wrote into their ledgers about this person, and what proves that it stands there.
CREATE TABLE entries (
    contribution TEXT    NOT NULL, -- its id
    kind         TEXT    NOT NULL CHECK (kind IN ('award', 'reversal')),
    hub          TEXT    NOT NULL,
    number       INTEGER NOT NULL, -- in that hub's log
    posted       TEXT    NOT NULL, -- JSON of the entry and of what opens it
    size         INTEGER,          -- of the head that the proof leads to; NULL until it is proved
    proof        TEXT    NOT NULL DEFAULT '[]',
    PRIMARY KEY (contribution, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_unproved ON entries (hub, number) WHERE size IS NULL;

-- Every head of a hub's log that was seen and continued the one before it.
CREATE TABLE heads (
    hub         TEXT    NOT NULL,
    size        INTEGER NOT NULL,
    checkpoint  TEXT    NOT NULL, -- as it was signed
    consistency TEXT    NOT NULL, -- JSON of the proof from the one before
    seen_at     INTEGER NOT NULL,
    PRIMARY KEY (hub, size)
) STRICT, WITHOUT ROWID;

-- Heads that did not: the hub's own signatures show that it rewrote its log. Nothing is contributed to it any more.
CREATE TABLE contradictions (
    hub        TEXT    NOT NULL,
    checkpoint TEXT    NOT NULL,
    known      TEXT    NOT NULL, -- the checkpoint that it does not continue
    seen_at    INTEGER NOT NULL,
    PRIMARY KEY (hub, checkpoint)
) STRICT, WITHOUT ROWID;

-- What the person took back of what a hub has, or may have.
CREATE TABLE undos (
    contribution TEXT    NOT NULL PRIMARY KEY, -- its id
    hub          TEXT    NOT NULL,
    body         TEXT    NOT NULL, -- signed
    at           INTEGER NOT NULL,
    settled_at   INTEGER           -- when the hub knew
) STRICT, WITHOUT ROWID;

-- The person: one row.
CREATE TABLE person (
    one        INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seed       BLOB    NOT NULL CHECK (length(seed) = 32), -- of the Ed25519 key; never leaves
    name       TEXT    NOT NULL DEFAULT '',
    welcomed   INTEGER NOT NULL DEFAULT 0,
    hub_points INTEGER                                     -- as the hub last told; NULL before it did
) STRICT;

-- What the hub last said, so that the screens work without it.
CREATE TABLE hub (
    one     INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    id      TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    url     TEXT    NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;

CREATE TABLE quests (
    id       TEXT    NOT NULL PRIMARY KEY,
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL, -- the hub's order
    body     TEXT    NOT NULL  -- JSON
) STRICT;

-- The person's own date when a contribution was prepared. Missing where the node ended in between: the instant tells it then.
CREATE TABLE days (
    contribution TEXT NOT NULL PRIMARY KEY, -- its id
    day          TEXT NOT NULL              -- YYYY-MM-DD
) STRICT, WITHOUT ROWID;

-- What the person said of quests.
CREATE TABLE tastes (
    hub     TEXT    NOT NULL,
    quest   TEXT    NOT NULL,
    pinned  INTEGER,          -- counts up in the order of pinning
    snoozed TEXT,             -- YYYY-MM-DD: not shown before
    never   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (hub, quest)
) STRICT, WITHOUT ROWID;

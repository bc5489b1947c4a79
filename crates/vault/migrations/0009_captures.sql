-- What a person captured and kept: as it was taken, which never leaves, and as it may be shared.
CREATE TABLE captures (
    number      INTEGER PRIMARY KEY, -- counts up
    id          TEXT    NOT NULL UNIQUE, -- BLAKE3 of the original, in hexadecimal
    kind        TEXT    NOT NULL,
    name        TEXT    NOT NULL, -- what the person, or their file, calls it
    kept_at     INTEGER NOT NULL,
    original    BLOB    NOT NULL,
    shared      BLOB, -- NULL where it stays as a whole
    shared_type TEXT    NOT NULL DEFAULT '', -- its media type
    verdicts    TEXT    NOT NULL, -- JSON
    deleted_at  INTEGER -- it can be brought back until it is swept out
) STRICT;

-- What checks left of a capture, to compare later ones with. They outlive nothing: they go with their capture.
CREATE TABLE traces (
    capture INTEGER NOT NULL REFERENCES captures (number) ON DELETE CASCADE,
    "check" TEXT    NOT NULL,
    bytes   BLOB    NOT NULL,
    PRIMARY KEY ("check", capture)
) STRICT, WITHOUT ROWID;

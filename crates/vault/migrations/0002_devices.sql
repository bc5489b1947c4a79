-- Instants are microseconds since 1970, everywhere in this database.
CREATE TABLE devices (
    number         INTEGER NOT NULL PRIMARY KEY, -- what the other tables call it
    id             TEXT    NOT NULL UNIQUE,
    name           TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    paired_at      INTEGER NOT NULL,
    credential     TEXT    NOT NULL DEFAULT '',  -- PHC string of the password's hash
    sample_start   INTEGER,                      -- when the replay of a sample wearable starts
    sample_speed   INTEGER NOT NULL DEFAULT 1,   -- times faster than life
    sample_running INTEGER NOT NULL DEFAULT 0,
    judged_until   INTEGER                       -- windows that start before this are judged
) STRICT;

-- No foreign key: most of what is turned away comes from names that were never paired.
CREATE TABLE rejections (
    device      TEXT    NOT NULL,                -- '' for nobody in particular
    reason      TEXT    NOT NULL,
    times       INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    last_detail TEXT    NOT NULL,
    PRIMARY KEY (device, reason)
) STRICT, WITHOUT ROWID;

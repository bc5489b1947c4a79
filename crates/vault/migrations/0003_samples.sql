-- A row of either table is a block: instants, and at each of them one value of each channel of the layout.
-- layout: bit n is set for the channel with code n. first, last: its earliest and latest instant.
-- A (device, channel, instant) stands in exactly one block of the two tables together.

-- As it arrived: postcard of (instants, the first as it is, each next as its distance; values, instant by instant).
CREATE TABLE journal (
    number INTEGER NOT NULL PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES devices (number),
    layout INTEGER NOT NULL,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    rows   INTEGER NOT NULL,
    body   BLOB    NOT NULL
) STRICT;
CREATE INDEX journal_by_time ON journal (device, first);

-- At rest: postcard of (pco of the instants, pco of each channel's values, by code).
CREATE TABLE chunks (
    number INTEGER NOT NULL PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES devices (number),
    layout INTEGER NOT NULL,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    rows   INTEGER NOT NULL,
    body   BLOB    NOT NULL
) STRICT;
CREATE INDEX chunks_by_time ON chunks (device, first);

-- Kept in the transaction that stores the samples, so that nobody has to count blobs.
CREATE TABLE totals (
    device     INTEGER NOT NULL REFERENCES devices (number),
    channel    INTEGER NOT NULL,
    samples    INTEGER NOT NULL,
    last_time  INTEGER NOT NULL,
    last_value REAL    NOT NULL,
    PRIMARY KEY (device, channel)
) STRICT, WITHOUT ROWID;

-- The last messages of each device whose instants were told relative to their arrival: such a message, sent again, has other instants, and
-- its digest alone says that it is the same.
CREATE TABLE marks (
    device INTEGER NOT NULL REFERENCES devices (number),
    slot   INTEGER NOT NULL, -- turn modulo 32
    turn   INTEGER NOT NULL, -- counts up
    digest BLOB    NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (device, slot)
) STRICT, WITHOUT ROWID;

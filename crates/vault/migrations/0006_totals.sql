-- From here on the totals count what is packed alone. What is in the journal says for itself what it is, so taking a message in changes
-- one table and not two: a row less to write, to encrypt and to sync a message.
UPDATE totals SET samples = samples - coalesce(
    (SELECT sum(rows) FROM journal WHERE journal.device = totals.device AND (journal.layout >> totals.channel) & 1), 0);

-- The labels are counted by the database itself, so that recording windows asks nothing back.
CREATE TRIGGER windows_are_counted AFTER INSERT ON windows BEGIN
    INSERT INTO labels (device, label, windows) VALUES (new.device, new.label, 1)
    ON CONFLICT (device, label) DO UPDATE SET windows = windows + 1;
END;

-- What came from before the instant up to which its device was judged, and is not judged yet: a backlog, or everything after a clock
-- that was far ahead. A row a message.
CREATE TABLE late (
    number INTEGER NOT NULL PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES devices (number),
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL
) STRICT;
CREATE INDEX late_by_device ON late (device);

-- From here on the totals count what is packed alone. What is in the journal says for itself what it is, so taking a message in changes
-- one table and not two: a row less to write, to encrypt and to sync a message.
UPDATE totals SET samples = samples - coalesce(
    (SELECT sum(rows) FROM journal WHERE journal.device = totals.device AND (journal.layout >> totals.channel) & 1), 0);

-- The labels are counted by the database itself, so that recording windows asks nothing back.
CREATE TRIGGER windows_are_counted AFTER INSERT ON windows BEGIN
    INSERT INTO labels (device, label, windows) VALUES (new.device, new.label, 1)
    ON CONFLICT (device, label) DO UPDATE SET windows = windows + 1;
END;

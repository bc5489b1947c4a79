-- Each contribution names the hub that it is for; the sums are those of one hub.
ALTER TABLE contributions ADD COLUMN recipient TEXT NOT NULL DEFAULT ''; -- a hub's id: that of its receipt
UPDATE contributions SET recipient = coalesce(
    (SELECT json_extract(receipts.body, '$.body.grant.recipient') FROM receipts WHERE receipts.id = contributions.receipt),
    (SELECT hub.id FROM hub),
    ''
);
-- One effort is credited once by each hub.
DROP INDEX contributions_by_effort;
CREATE UNIQUE INDEX contributions_by_effort ON contributions (recipient, quest, ordinal) WHERE state IN ('waiting', 'awarded');

-- Every hub that was met. `hub` is the one in use.
CREATE TABLE hubs (
    id     TEXT NOT NULL PRIMARY KEY,
    name   TEXT NOT NULL, -- what it calls itself
    points INTEGER        -- the person's, as this hub last told; NULL before it did
) STRICT, WITHOUT ROWID;
INSERT INTO hubs (id, name) SELECT id, name FROM hub;
INSERT OR IGNORE INTO hubs (id, name) SELECT DISTINCT recipient, recipient FROM contributions WHERE recipient <> '';
-- A balance came with the answer to a contribution, so it is of the hub that answered last.
UPDATE hubs SET points = (SELECT hub_points FROM person) WHERE id = coalesce(
    (SELECT recipient FROM contributions WHERE state = 'awarded' ORDER BY settled_at DESC, number DESC LIMIT 1),
    (SELECT id FROM hub)
);
ALTER TABLE person DROP COLUMN hub_points;
-- Whether the person saw the welcome is what their name says.
ALTER TABLE person DROP COLUMN welcomed;

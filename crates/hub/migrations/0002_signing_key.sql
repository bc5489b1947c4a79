-- What the hub signs its quests with (Ed25519): 32 random bytes, made at the first start that finds none.
ALTER TABLE hub ADD COLUMN signing_seed BLOB CHECK (length(signing_seed) = 32);

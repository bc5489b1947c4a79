-- The key that a hub signed with when it was met first (Ed25519, hexadecimal). NULL of one that was met before hubs signed.
ALTER TABLE hubs ADD COLUMN key TEXT CHECK (length(key) = 64);

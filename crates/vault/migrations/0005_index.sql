-- All that is asked of a block before its body is wanted. A question about a moment looks at the blocks of the day before it, and with
-- the former indices it read (and decrypted) a page for each.
DROP INDEX journal_by_time;
CREATE INDEX journal_by_time ON journal (device, first, last, layout);
DROP INDEX chunks_by_time;
CREATE INDEX chunks_by_time ON chunks (device, first, last, layout);

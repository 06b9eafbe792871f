-- The page that entered the room last, by a press: one that only comes back by itself does not take it from there.
ALTER TABLE interviews ADD COLUMN entered_by text;

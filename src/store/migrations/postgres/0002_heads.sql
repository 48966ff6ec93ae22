-- The commit whose check run a pull request shares with others; empty where none was judged.
ALTER TABLE pulls ADD COLUMN head TEXT NOT NULL DEFAULT '';
CREATE INDEX pulls_head ON pulls (repo, head);

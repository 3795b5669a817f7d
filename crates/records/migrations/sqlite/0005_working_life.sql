-- When somebody works (mon-fri 08:30-16:00), which classes they teach (a JSON list), and their last day (2026-07-21).
ALTER TABLE people ADD COLUMN hours        TEXT;
ALTER TABLE people ADD COLUMN teaches      TEXT NOT NULL DEFAULT '[]';
ALTER TABLE people ADD COLUMN leaving_date TEXT;

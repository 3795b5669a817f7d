-- Who was there for an entry before a correction named another second person: they go on reading it.
ALTER TABLE register_entries ADD COLUMN earlier_seconds TEXT NOT NULL DEFAULT '[]';

UPDATE register_entries SET earlier_seconds = COALESCE((
    SELECT json_agg(DISTINCT second)::text FROM register_lines
    WHERE register_lines.entry = register_entries.id AND register_lines.second IS NOT NULL
        AND register_lines.second IS DISTINCT FROM register_entries.second
), '[]');

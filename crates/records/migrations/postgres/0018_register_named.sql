-- Whom an entry in a register names, so that a page of those that somebody reads is one look-up.
CREATE TABLE register_named (
    entry  TEXT COLLATE "C" NOT NULL REFERENCES register_entries (id),
    person TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (entry, person)
);

-- Answers write an identifier with hyphens, columns without.
INSERT INTO register_named (entry, person)
SELECT DISTINCT register_entries.id, replace(answer.value ->> 'person', '-', '')
FROM register_entries, jsonb_each(register_entries.answers::jsonb) AS answer
WHERE jsonb_typeof(answer.value) = 'object' AND answer.value ->> 'person' IS NOT NULL;

INSERT INTO register_named (entry, person)
SELECT register_entries.id, replace(named.value, '-', '')
FROM register_entries, jsonb_each(register_entries.answers::jsonb) AS answer,
     jsonb_array_elements_text(
         CASE WHEN jsonb_typeof(answer.value -> 'people') = 'array' THEN answer.value -> 'people' ELSE '[]' END
     ) AS named (value)
ON CONFLICT DO NOTHING;

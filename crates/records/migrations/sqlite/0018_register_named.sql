-- Whom an entry in a register names, so that a page of those that somebody reads is one look-up.
CREATE TABLE register_named (
    entry  TEXT NOT NULL REFERENCES register_entries (id),
    person TEXT NOT NULL,
    PRIMARY KEY (entry, person)
);

-- Answers write an identifier with hyphens, columns without.
INSERT INTO register_named (entry, person)
SELECT DISTINCT register_entries.id, replace(json_extract(answer.value, '$.person'), '-', '')
FROM register_entries, json_each(register_entries.answers) AS answer
WHERE CASE answer.type WHEN 'object' THEN json_extract(answer.value, '$.person') END IS NOT NULL;

INSERT OR IGNORE INTO register_named (entry, person)
SELECT register_entries.id, replace(named.value, '-', '')
FROM register_entries, json_each(register_entries.answers) AS answer,
     json_each(CASE answer.type WHEN 'object' THEN answer.value ELSE '{}' END, '$.people') AS named;

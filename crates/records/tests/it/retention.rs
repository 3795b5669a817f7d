use std::collections::{BTreeMap, BTreeSet};

use records::{KeptFor, RETENTION};

use crate::place::on_both_engines;
use crate::sample::{at, entry};

/// One of each kind of row that goes, all over at 100 and named `old`; and beside each those that stay: over at 200, or
/// not over at all.
const ROWS: &str = "
INSERT INTO people (id, username, name, audience, status, joined_at, left_at) VALUES
  ('here', 'here', 'Here', 'pupil', 'here', 0, NULL), ('gone', 'gone', 'Gone', 'pupil', 'left', 0, 100),
  ('late', 'late', 'Late', 'pupil', 'left', 0, 200);
INSERT INTO invitations (token_hash, code_hash, person, made_by, made_at, expires_at) VALUES
  ('old', 'c', 'here', 'here', 0, 100), ('new', 'c', 'here', 'here', 0, 200);
INSERT INTO sessions (id, token_hash, person, started_at, last_seen, ends_at, ended_at) VALUES
  ('old', 'old', 'here', 0, 0, 100, 100), ('new', 'new', 'here', 0, 0, 200, 200), ('open', 'open', 'here', 0, 0, 9, NULL);
INSERT INTO agreements (id, policy, version, clause, text_hash, signer, binds, printed_name, signed_at) VALUES
  ('old', 'p', 1, 'c', 'h', 'here', 'gone', 'n', 0), ('new', 'p', 1, 'c', 'h', 'here', 'late', 'n', 0),
  ('open', 'p', 1, 'c', 'h', 'here', 'here', 'n', 0);
INSERT INTO countersignatures (agreement, person, printed_name, at) VALUES ('old', 'here', 'n', 0), ('open', 'here', 'n', 0);
INSERT INTO declines (id, policy, version, person, binds, reason, at, answered_at) VALUES
  ('old', 'p', 1, 'here', 'here', 'r', 0, 100), ('new', 'p', 1, 'here', 'here', 'r', 0, 200),
  ('open', 'p', 1, 'here', 'here', 'r', 0, NULL);
INSERT INTO reminders (person, policy, version, number, at, given_by) VALUES
  ('here', 'old', 1, 0, 100, 'here'), ('here', 'new', 1, 0, 200, 'here');
INSERT INTO requests (id, policy, version, clause, permission, asker, recipient, scope, reason, needs, asked_at, state, decided_at) VALUES
  ('old', 'p', 1, 'c', 'm', 'here', '{}', '{}', 'r', '{}', 0, 'approved', 100),
  ('new', 'p', 1, 'c', 'm', 'here', '{}', '{}', 'r', '{}', 0, 'refused', 200),
  ('open', 'p', 1, 'c', 'm', 'here', '{}', '{}', 'r', '{}', 0, 'waiting', NULL),
  ('held', 'p', 1, 'c', 'm', 'here', '{}', '{}', 'r', '{}', 0, 'approved', 100),
  ('later', 'p', 1, 'c', 'm', 'here', '{}', '{}', 'r', '{}', 0, 'approved', 100);
INSERT INTO hand_ons (request, person, to_role, note, at) VALUES ('old', 'here', 'r', 'n', 0), ('open', 'here', 'r', 'n', 0);
INSERT INTO request_files (id, request, name, type, bytes, sha256, added_by, added_at) VALUES
  ('old', 'old', 'n', 'png', 1, 'h', 'here', 0), ('open', 'open', 'n', 'png', 1, 'h', 'here', 0);
INSERT INTO request_file_contents (file, request, content) VALUES ('old', 'old', 'x'), ('open', 'open', 'x');
INSERT INTO grants (id, request, policy, clause, permission, recipient, scope, granted_by, from_at, ended_at) VALUES
  ('old', 'old', 'p', 'c', 'm', '{}', '{}', 'here', 0, 100), ('held', 'held', 'p', 'c', 'm', '{}', '{}', 'here', 0, NULL),
  ('later', 'later', 'p', 'c', 'm', '{}', '{}', 'here', 0, 200);
INSERT INTO sanctions (id, person, policy, clause, reason, imposed_by, from_at, until_at, lifted_at) VALUES
  ('old', 'here', 'p', 'c', 'r', 'here', 0, 300, 100), ('new', 'here', 'p', 'c', 'r', 'here', 0, 200, NULL),
  ('open', 'here', 'p', 'c', 'r', 'here', 0, NULL, NULL);
INSERT INTO closed_sites (id, case_id, host, policy, clause, report, closed_at, closed_by, reason, opened_at, opened_by, open_reason) VALUES
  ('old', 'gone', 'a.example', 'p', 'c', 'r', 0, 'here', 'r', 100, 'here', 'r'),
  ('new', 'gone', 'b.example', 'p', 'c', 'r', 0, 'here', 'r', 200, 'here', 'r'),
  ('open', 'gone', 'c.example', 'p', 'c', 'r', 0, 'here', 'r', NULL, NULL, NULL);
INSERT INTO viewings (id, viewer, subject, purpose, policy, clause, from_at, to_at, asked_at, second_of, untold_until) VALUES
  ('old', 'here', '{}', 'p', 'p', 'c', 0, 0, 100, '[]', NULL), ('new', 'here', '{}', 'p', 'p', 'c', 0, 0, 200, '[]', NULL),
  ('untold', 'here', '{}', 'p', 'p', 'c', 0, 0, 100, '[]', 200);
INSERT INTO cases (id, policy, version, clause, report, reporter, in_confidence, sent_to, passed_to, told, needs, code_hash, opened_at, state, settled_at) VALUES
  ('old', 'p', 1, 'c', 'r', 'here', FALSE, '[]', '[]', '[]', '{}', 'old', 0, 'closed', 100),
  ('new', 'p', 1, 'c', 'r', 'here', FALSE, '[]', '[]', '[]', '{}', 'new', 0, 'closed', 200),
  ('open', 'p', 1, 'c', 'r', 'here', FALSE, '[]', '[]', '[]', '{}', 'open', 0, 'taken-up', 100);
INSERT INTO case_about (case_id, person) VALUES ('old', 'here'), ('open', 'here');
INSERT INTO case_entries (case_id, number, at, person, kind) VALUES ('old', 1, 0, 'here', 'noted'), ('open', 1, 0, 'here', 'noted');
INSERT INTO case_files (id, case_id, name, type, bytes, sha256, added_by, added_at) VALUES
  ('old', 'old', 'n', 'text', 1, 'h', 'here', 0), ('open', 'open', 'n', 'text', 1, 'h', 'here', 0);
INSERT INTO case_file_contents (file, case_id, content) VALUES ('old', 'old', 'x'), ('open', 'open', 'x');
INSERT INTO awaited_receipts (export_id, case_id, exported_by, exported_at) VALUES
  ('old', 'old', 'here', 0), ('open', 'open', 'here', 0);
INSERT INTO register_entries (id, policy, version, clause, register, answers, written_by, written_at, grant_id, closed_at) VALUES
  ('old', 'p', 1, 'c', 'r', '{}', 'here', 0, NULL, 100), ('new', 'p', 1, 'c', 'r', '{}', 'here', 0, NULL, 200),
  ('open', 'p', 1, 'c', 'r', '{}', 'here', 0, NULL, NULL), ('held', 'p', 1, 'c', 'r', '{}', 'here', 0, 'held', NULL),
  ('later', 'p', 1, 'c', 'r', '{}', 'here', 0, 'later', NULL);
INSERT INTO register_named (entry, person) VALUES ('old', 'here'), ('open', 'here');
INSERT INTO register_lines (entry, number, at, person, kind, reason) VALUES
  ('old', 0, 0, 'here', 'closed', 'r'), ('open', 0, 0, 'here', 'reopened', 'r');
INSERT INTO standing_answers (about, number, policy, version, consent, purpose, said_by, said_at, said) VALUES
  ('gone', 1, 'p', 1, 'c', '', 'here', 0, 'yes'), ('here', 1, 'p', 1, 'c', '', 'here', 0, 'no');
INSERT INTO register_sightings (entry, seen_at, seen_by) VALUES ('old', 0, 'here'), ('open', 0, 'here');
INSERT INTO register_signatures (entry, number, said_by, said_at, text_version, shown) VALUES
  ('old', 0, 'here', 0, 1, '{}'), ('open', 0, 'here', 0, 1, '{}');
INSERT INTO register_checks (policy, register, version, checked_by, checked_at, entries, finding) VALUES
  ('p', 'r', 1, 'here', 100, 0, ''), ('p', 'r', 1, 'here', 200, 0, ''), ('p', 'last', 1, 'here', 100, 0, '');
INSERT INTO notices (id, person, kind, about, urgent, made_at, mail_from, tries) VALUES
  ('old', 'here', 'report-came', 'old', FALSE, 100, 100, 0), ('new', 'here', 'report-came', 'new', FALSE, 200, 200, 0);
";

/// A request long answered, whose yes is written down in a register.
const WRITTEN_DOWN: &str = "
INSERT INTO people (id, username, name, audience, status, joined_at) VALUES ('here', 'here', 'Here', 'pupil', 'here', 0);
INSERT INTO requests (id, policy, version, clause, permission, asker, recipient, scope, reason, needs, asked_at, state, decided_at) VALUES
  ('old', 'p', 1, 'c', 'm', 'here', '{}', '{}', 'r', '{}', 0, 'approved', 100);
INSERT INTO grants (id, request, policy, clause, permission, recipient, scope, granted_by, from_at, ended_at) VALUES
  ('old', 'old', 'p', 'c', 'm', '{}', '{}', 'here', 0, 100);
INSERT INTO register_entries (id, policy, version, clause, register, answers, written_by, written_at, grant_id) VALUES
  ('old', 'p', 1, 'c', 'r', '{}', 'here', 0, 'old');
";

on_both_engines! {
    async fn every_table_says_once_how_long_its_rows_are_kept(place: &Place) {
        place.begin().await.close().await;
        let there: BTreeSet<String> = place.columns().await.into_iter().map(|(table, _, _)| table).collect();
        let said: BTreeSet<String> = RETENTION.iter().map(|table| table.table.to_owned()).collect();
        assert_eq!(there, said, "say in src/retention.rs how long each table's rows are kept");
        assert_eq!(said.len(), RETENTION.len(), "a table is named twice");
    }

    async fn a_request_stays_for_as_long_as_a_register_has_an_entry_of_what_it_gave(place: &Place) {
        let store = place.begin().await;
        place.meddle(WRITTEN_DOWN).await;
        let mut gone = Vec::new();
        for name in ["requests", "register_entries", "requests"] {
            let table = RETENTION.iter().find(|table| table.table == name).expect("a table");
            let mut change = store.change(at(1_000)).await.expect("a change");
            gone.push(change.remove_past_keeping(table, at_millis(150), 10).await.expect("removed"));
            change.commit(entry(1)).await.expect("committed");
        }
        assert_eq!(gone, [0, 1, 1], "the entry goes by its own time, and then the request");
        store.close().await;
    }

    async fn what_is_past_keeping_goes_with_what_belongs_to_it_and_nothing_else_does(place: &Place) {
        let store = place.begin().await;
        place.meddle(ROWS).await;
        let before = place.rows().await;
        let mut removed = BTreeMap::new();
        for table in RETENTION {
            let mut change = store.change(at(1_000)).await.expect("a change");
            let rows = change.remove_past_keeping(table, at_millis(150), 10).await.expect("removed");
            change.commit(entry(1)).await.expect("committed");
            assert_eq!(rows > 0, matches!(table.kept_for, KeptFor::Period { .. }), "{}", table.table);
            removed.insert(table.table, rows);
        }
        assert!(removed.values().all(|rows| *rows <= 1), "only the old rows go: {removed:?}");
        let after = place.rows().await;
        for table in RETENTION.iter().filter(|table| !matches!(table.table, "ledger" | "ledger_head")) {
            let gone = before[table.table] - after[table.table];
            let of_old = match table.kept_for {
                KeptFor::Parent { table: "people", .. } | KeptFor::Always => 0,
                KeptFor::Parent { .. } | KeptFor::Period { .. } => 1,
            };
            assert_eq!(gone, of_old, "rows that went of {}", table.table);
        }
        store.close().await;
    }

    async fn no_more_rows_go_at_once_than_are_allowed(place: &Place) {
        let store = place.begin().await;
        place.meddle(ROWS).await;
        let sessions = RETENTION.iter().find(|table| table.table == "sessions").expect("the table of sign-ins");
        let mut gone = Vec::new();
        for _ in 0..3 {
            let mut change = store.change(at(1_000)).await.expect("a change");
            gone.push(change.remove_past_keeping(sessions, at_millis(1_000), 1).await.expect("removed"));
            change.commit(entry(1)).await.expect("committed");
        }
        assert_eq!(gone, [1, 1, 0], "two have ended, and one is open");
        store.close().await;
    }
}

fn at_millis(moment: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(moment).expect("a moment")
}

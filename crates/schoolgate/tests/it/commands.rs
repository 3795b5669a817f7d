//! The commands as somebody types them: what they print, and how they end.

use std::path::Path;
use std::process::{Command, Output};

pub fn schoolgate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_schoolgate"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output()
        .expect("the program runs")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_five_policies_are_clean_and_hold_more_than_a_thousand_worked_examples() {
    let policies =
        ["academy-trust", "all-through-school", "county-staff-template", "primary-staff", "primary-whole-school"];
    let files = policies.map(|policy| format!("policies/{policy}.md"));
    let mut arguments = vec!["policy", "check", "--json"];
    arguments.extend(files.iter().map(String::as_str));
    let output = schoolgate(&arguments);
    let checked: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(output.status.code(), Some(0), "{checked}");
    let examples: u64 = checked.as_array().expect("a list").iter().filter_map(|file| file["examples"].as_u64()).sum();
    assert!(examples > 1_000, "{examples}");
}

#[test]
fn a_file_with_ten_mistakes_gives_ten_problems_and_the_answer_no() {
    let output = schoolgate(&["policy", "check", "--json", "crates/policy/tests/fixtures/ten-mistakes.md"]);
    let checked: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(output.status.code(), Some(1));
    let problems = checked[0]["problems"].as_array().expect("a list");
    assert_eq!(problems.len(), 10, "{problems:#?}");
    assert!(problems.iter().all(|problem| problem["line"].as_u64() > Some(0) && problem["mend"] != ""));
}

#[test]
fn a_verdict_is_the_exit_code_and_names_its_clause() {
    let decide = |url| {
        schoolgate(&[
            "decide",
            "--policy",
            "policies/primary-whole-school.md",
            "--as",
            "pupil",
            "--at",
            "2026-05-12T09:30:00Z",
            url,
        ])
    };
    let blocked = decide("https://www.bet365.com/");
    assert_eq!(blocked.status.code(), Some(1), "{}", printed(&blocked));
    assert!(printed(&blocked).contains("blocks by primary-whole-school#"), "{}", printed(&blocked));
    let allowed = decide("https://en.wikipedia.org/wiki/Newt");
    assert_eq!(allowed.status.code(), Some(0), "{}", printed(&allowed));
}

#[test]
fn a_policy_that_is_not_there_is_an_error_that_names_it() {
    let output = schoolgate(&["policy", "explain", "policies/no-such.md"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("policies/no-such.md"));
}

/// A policy that lets the librarian alone ask, decide and look around, in a school that has such a role.
const LIBRARY: &str = "+++\nid = \"library\"\ntitle = \"The library\"\naudiences = [\"staff\"]\nowner = \"librarian\"\n\
    approved_by = [\"headteacher\"]\nreview = \"every 12 months\"\n+++\n\n# The library\n\n## Games {#games}\n\nClosed.\n\n\
    ```rule\n[block]\nsites = [\"games\"]\nexcept = [\"librarian\"]\n```\n\n\
    ```example\nlibrarian opens https://www.chess.com/ -> allowed\nstaff opens https://www.chess.com/ -> blocked #games\n```\n";

#[test]
fn a_policy_is_checked_explained_and_decided_by_a_schools_own_roles() {
    let folder = tempfile::tempdir().expect("a folder");
    let (policy, roles) = (folder.path().join("library.md"), folder.path().join("roles.toml"));
    std::fs::write(&policy, LIBRARY).expect("written");
    let own = "[[role]]\nname = \"librarian\"\ntitle = \"Librarian\"\nmay-hold = [\"staff\"]\n";
    std::fs::write(&roles, format!("{}\n{own}", domain::Roles::ready().to_toml())).expect("written");
    let (policy, roles) = (policy.to_str().expect("UTF-8"), roles.to_str().expect("UTF-8"));
    let decide = ["decide", "--policy", policy, "--as", "staff", "--role", "librarian", "https://www.chess.com/"];
    for command in [&["policy", "check", policy][..], &["policy", "explain", policy], &decide] {
        let by_own = schoolgate(&[command, &["--roles", roles]].concat());
        let said = format!("{}{}", printed(&by_own), String::from_utf8_lossy(&by_own.stderr));
        assert_eq!(by_own.status.code(), Some(0), "{command:?}: {said}");
        let by_ready = schoolgate(command);
        assert_ne!(by_ready.status.code(), Some(0), "{command:?}: the ready roles have no librarian");
        assert!(String::from_utf8_lossy(&by_ready.stderr).contains("librarian"), "{command:?}");
    }
}

#[test]
fn a_file_of_roles_that_is_none_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let roles = folder.path().join("roles.toml");
    std::fs::write(&roles, "[[role]]\nname = \"librarian\"\n").expect("written");
    let roles = roles.to_str().expect("UTF-8");
    let output = schoolgate(&["policy", "check", "policies/primary-staff.md", "--roles", roles]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(roles) && said.contains("title"), "{said}");
}

#[test]
fn an_audience_that_is_none_is_answered_with_the_nearest() {
    let output = schoolgate(&["decide", "--policy", "policies/primary-staff.md", "--as", "stuff", "example.org"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean 'staff'?"));
}

#[test]
fn a_receipt_that_is_none_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("receipt.json");
    std::fs::write(&file, "{}").expect("a file");
    let verify = ["receipt", "verify", file.to_str().expect("a path")];
    let output = schoolgate(&[&verify[..], &["--school", "ab:cd"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("this is no receipt"));
    let output = schoolgate(&verify);
    assert_eq!(output.status.code(), Some(2), "whose key it should be is asked for");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--school"));
}

pub fn configured(folder: &Path) -> String {
    let file = folder.join("schoolgate.toml");
    let data = folder.join("school");
    std::fs::write(
        &file,
        format!("data = '{}'\n[listen]\ndesk = \"127.0.0.1:0\"\ngate = \"127.0.0.1:0\"\n", data.display()),
    )
    .unwrap();
    file.to_str().expect("a path").to_owned()
}

#[test]
fn serve_begins_no_school_and_names_the_command_that_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = schoolgate(&["serve", "--config", &configured(folder.path())]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("run 'schoolgate init'"), "{output:?}");
    assert!(!folder.path().join("school").exists(), "a folder was made");
}

#[test]
fn init_begins_a_school_once_and_its_ledger_fits() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = configured(folder.path());
    let begun = schoolgate(&["init", "--config", &config]);
    assert_eq!(begun.status.code(), Some(0), "{begun:?}");
    let again = schoolgate(&["init", "--config", &config]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("a school was begun"), "{again:?}");
    let policy = schoolgate(&["policy", "install", "policies/primary-staff.md", "--config", &config]);
    assert_eq!(policy.status.code(), Some(0), "{policy:?}");
    let verified = schoolgate(&["ledger", "verify", "--config", &config]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert!(printed(&verified).starts_with("1 entries, each fits"), "{verified:?}");
    std::fs::remove_file(folder.path().join("school/records.sqlite")).unwrap();
    let gone = schoolgate(&["ledger", "verify", "--config", &config]);
    assert_eq!(gone.status.code(), Some(2), "{gone:?}");
}

#[test]
fn who_stops_reading_ends_the_command_quietly() {
    for arguments in [
        &["policy", "explain", "--json", "policies/academy-trust.md"][..],
        &["policy", "explain", "policies/academy-trust.md"],
        &["lists", "lookup", "chess.com"],
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let ended = Command::new(env!("CARGO_BIN_EXE_schoolgate"))
            .args(arguments)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
            .stdout(writer)
            .output()
            .expect("the program runs");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{arguments:?}");
        assert_eq!(
            ended.status.code(),
            Some(141),
            "{arguments:?}: as a shell says of a program that a closed pipe ended"
        );
    }
}

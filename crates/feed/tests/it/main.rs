//! What a gate went by last, kept and read back through what a crash may leave.

use std::path::Path;

use domain::{Audience, ClosedSite, EntryId, Host, ListedDevice, PersonId, PolicyId, Standing};
use feed::{Changed, Directory, Member, PolicyText, Saved, load, save_policies};
use policy::SchoolFacts;
use uuid::Uuid;

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

fn school(people: u128) -> Directory {
    let mut directory = Directory::default();
    for number in 1..=people {
        join(&mut directory, number);
    }
    directory
}

fn join(directory: &mut Directory, number: u128) -> Changed {
    let leaves_at = number.is_multiple_of(2).then(|| "2026-07-22T23:00:00Z".parse().unwrap());
    let standing = Standing { person: Some(person(number)), leaves_at, ..Standing::of(Audience::Pupil) };
    directory.insert(person(number), &format!("pupil-{number}"), Member { standing, password: None });
    Changed { people: [person(number)].into(), ..Changed::default() }
}

fn read_back(folder: &Path) -> Directory {
    let text = "+++\nid = \"web-use\"\ntitle = \"Web use\"\nowner = \"headteacher\"\naudiences = [\"pupil\"]\n+++\n\n\
                # Web use\n\n## The web {#web}\n\nUse it well.\n";
    if !folder.join("policies").exists() {
        let policy = domain::PolicyId("web-use".to_owned());
        save_policies(
            folder,
            domain::Roles::ready(),
            &[PolicyText { policy: &policy, version: domain::Version(1), text }],
        )
        .unwrap();
    }
    let feed = load(folder, &SchoolFacts::default()).expect("what was kept can be read");
    (*feed.directory).clone()
}

fn listed(number: u128, until: Option<&str>) -> ListedDevice {
    ListedDevice {
        entry: EntryId(Uuid::from_u128(number)),
        policy: PolicyId("web-use".to_owned()),
        register: "devices".to_owned(),
        from: None,
        until: until.map(|until| until.parse().unwrap()),
        is_lost: false,
    }
}

/// The file of the folder whose name ends so.
fn file(folder: &Path, ending: &str) -> std::path::PathBuf {
    let names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().unwrap().ends_with(ending))
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
    names[0].clone()
}

#[test]
fn what_was_kept_and_what_changed_since_are_read_back_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut directory = school(50);
    let mut saved = Saved::begin(folder.path(), &directory).unwrap();
    let mut changed = join(&mut directory, 51);
    directory.remove(person(7));
    changed.people.insert(person(7));
    let address = "10.0.0.7".parse().unwrap();
    directory.sign_in(address, person(51));
    changed.addresses.insert(address);
    saved.save(&directory, &changed).unwrap();
    assert_eq!(read_back(folder.path()), directory);
    directory.set_address(address, Vec::new());
    let device = "10.20.0.7".parse().unwrap();
    directory.set_device(device, vec![listed(1, None), listed(2, Some("2026-07-22T23:00:00Z"))]);
    let both = Changed { addresses: [address].into(), devices: [device].into(), ..Changed::default() };
    saved.save(&directory, &both).unwrap();
    assert_eq!(read_back(folder.path()), directory);
    assert_eq!(read_back(folder.path()).device_at(device).len(), 2);
    drop(Saved::begin(folder.path(), &directory).unwrap());
    assert_eq!(read_back(folder.path()), directory, "a base has the devices too");
    let mut saved = Saved::begin(folder.path(), &directory).unwrap();
    directory.set_device(device, Vec::new());
    saved.save(&directory, &Changed { devices: [device].into(), ..Changed::default() }).unwrap();
    assert_eq!(read_back(folder.path()), directory);
}

#[test]
fn a_site_that_was_closed_is_found_by_what_lies_under_it_and_read_back_until_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let mut directory = school(2);
    let mut saved = Saved::begin(folder.path(), &directory).unwrap();
    let host = |name: &str| Host::parse(name).unwrap();
    let by = |policy: &str, name: &str| ClosedSite {
        host: host(name),
        policy: PolicyId(policy.to_owned()),
        clause: "report".to_owned(),
    };
    let (wide, narrow) = (host("bad.example"), host("a.bad.example"));
    directory.set_closed(wide.clone(), vec![by("web-use", "bad.example"), by("staff-use", "bad.example")]);
    directory.set_closed(narrow.clone(), vec![by("web-use", "a.bad.example")]);
    let both = Changed { sites: [wide.clone(), narrow.clone()].into(), ..Changed::default() };
    saved.save(&directory, &both).unwrap();
    assert_eq!(read_back(folder.path()), directory);
    let found = read_back(folder.path()).closed_of(&host("x.a.bad.example"));
    let policies: Vec<&str> = found.iter().map(|closed| closed.policy.0.as_str()).collect();
    assert_eq!(policies, ["web-use", "staff-use", "web-use"], "the nearest first");
    assert!(directory.closed_of(&host("worsebad.example")).is_empty());
    drop(Saved::begin(folder.path(), &directory).unwrap());
    assert_eq!(read_back(folder.path()), directory, "a base has them too");
    let mut saved = Saved::begin(folder.path(), &directory).unwrap();
    directory.set_closed(wide.clone(), Vec::new());
    saved.save(&directory, &Changed { sites: [wide.clone()].into(), ..Changed::default() }).unwrap();
    assert_eq!(read_back(folder.path()), directory);
    assert!(directory.closed_of(&wide).is_empty() && directory.closed_of(&narrow).len() == 1);
}

#[test]
fn a_change_that_was_cut_short_anywhere_leaves_what_stood_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut directory = school(20);
    let mut saved = Saved::begin(folder.path(), &directory).unwrap();
    let changed = join(&mut directory, 21);
    saved.save(&directory, &changed).unwrap();
    let before = directory.clone();
    let deltas = file(folder.path(), ".deltas");
    let whole = std::fs::read(&deltas).unwrap().len();
    let changed = join(&mut directory, 22);
    saved.save(&directory, &changed).unwrap();
    let all = std::fs::read(&deltas).unwrap();
    for end in whole..all.len() {
        std::fs::write(&deltas, &all[..end]).unwrap();
        assert_eq!(read_back(folder.path()), before, "cut at {end} of {}", all.len());
    }
    std::fs::write(&deltas, &all).unwrap();
    assert_eq!(read_back(folder.path()), directory);
}

#[test]
fn a_damaged_change_is_left_out_and_those_after_it_hold() {
    let folder = tempfile::tempdir().unwrap();
    let mut directory = school(20);
    let mut saved = Saved::begin(folder.path(), &directory).unwrap();
    let mut expected = directory.clone();
    for number in 21..=23 {
        let changed = join(&mut directory, number);
        saved.save(&directory, &changed).unwrap();
        if number != 22 {
            join(&mut expected, number);
        }
    }
    let deltas = file(folder.path(), ".deltas");
    let mut bytes = std::fs::read(&deltas).unwrap();
    let place = bytes.len() / 2;
    bytes[place] ^= 1;
    std::fs::write(&deltas, bytes).unwrap();
    assert_eq!(read_back(folder.path()), expected);
}

#[test]
fn a_base_of_which_something_is_missing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let _saved = Saved::begin(folder.path(), &school(20)).unwrap();
    read_back(folder.path());
    let base = file(folder.path(), ".base");
    let bytes = std::fs::read(&base).unwrap();
    std::fs::write(&base, &bytes[..bytes.len() - 40]).unwrap();
    let refused = load(folder.path(), &SchoolFacts::default()).unwrap_err().to_string();
    assert!(refused.contains("directory.1.base"), "{refused}");
}

#[test]
fn changes_that_outgrow_the_base_become_a_new_one_and_the_old_files_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut directory = school(200);
    let mut saved = Saved::begin(folder.path(), &directory).unwrap();
    let everybody = Changed { people: (1..=200).map(person).collect(), ..Changed::default() };
    let first = file(folder.path(), ".base");
    for _ in 0..60 {
        saved.save(&directory, &everybody).unwrap();
    }
    assert_ne!(file(folder.path(), ".base"), first);
    assert!(std::fs::metadata(file(folder.path(), ".deltas")).unwrap().len() < 3 << 20);
    let changed = join(&mut directory, 201);
    saved.save(&directory, &changed).unwrap();
    assert_eq!(read_back(folder.path()), directory);
}

/// As after a crash between the writing of a new base and the taking away of the old files.
#[test]
fn changes_to_an_older_base_are_never_read_on_top_of_a_newer_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut directory = school(20);
    let mut saved = Saved::begin(folder.path(), &directory).unwrap();
    let changed = join(&mut directory, 21);
    saved.save(&directory, &changed).unwrap();
    let (name, older) = (file(folder.path(), ".deltas"), std::fs::read(file(folder.path(), ".deltas")).unwrap());
    directory.remove(person(21));
    saved.save(&directory, &Changed::everything()).unwrap();
    std::fs::write(name, older).unwrap();
    assert_eq!(read_back(folder.path()), directory);
}

#[test]
fn the_one_file_of_an_older_program_is_read_and_then_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let directory = school(1);
    let standing = serde_json::to_value(Standing { person: Some(person(1)), ..Standing::of(Audience::Pupil) }).unwrap();
    let whole = serde_json::json!({
        "people": { person(1).to_string(): { "standing": standing, "password": null } },
        "by_username": { "pupil-1": person(1).to_string() },
        "by_address": {},
    });
    let path = folder.path().join("directory.json");
    std::fs::write(&path, whole.to_string()).unwrap();
    assert_eq!(read_back(folder.path()), directory);
    let _saved = Saved::begin(folder.path(), &directory).unwrap();
    assert!(!path.exists());
    assert_eq!(read_back(folder.path()), directory);
}

//! Private and atomic files, on a real file system.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use files::{Readers, create_private_file, create_private_folder, make_private, replace};
use testkit::SmallDisk;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn folders_and_files_are_made_for_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("one/two");
    create_private_folder(&deep).unwrap();
    create_private_file(&deep.join("file")).unwrap();
    make_private(&deep.join("other")).unwrap();
    assert_eq!([mode(&folder.path().join("one")), mode(&deep)], [0o700; 2]);
    assert_eq!([mode(&deep.join("file")), mode(&deep.join("other"))], [0o600; 2]);
    assert!(create_private_file(&deep.join("file")).is_err(), "a file that is there is not opened in its place");
}

#[test]
fn what_was_open_to_others_is_closed_to_them_and_keeps_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "as it was").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o666)).unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    make_private(&file).unwrap();
    create_private_folder(folder.path()).unwrap();
    assert_eq!((mode(&file), mode(folder.path())), (0o600, 0o700));
    assert_eq!(fs::read(&file).unwrap(), b"as it was");
}

#[test]
fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let (secret, certificate) = (folder.path().join("secret.key"), folder.path().join("secret.pem"));
    for content in ["first", "the second"] {
        replace(&secret, content.as_bytes(), Readers::Owner).unwrap();
        replace(&certificate, content.as_bytes(), Readers::Everyone).unwrap();
        assert_eq!(fs::read_to_string(&secret).unwrap(), content);
    }
    assert_eq!((mode(&secret), mode(&certificate)), (0o600, 0o644));
    assert_eq!(names(folder.path()), ["secret.key", "secret.pem"]);
}

#[test]
fn what_a_killed_process_left_half_written_and_open_to_others_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let left = folder.path().join(".secret.key.new");
    fs::write(&left, "half of it, and longer than what comes").unwrap();
    fs::set_permissions(&left, Permissions::from_mode(0o666)).unwrap();
    replace(&folder.path().join("secret.key"), b"whole", Readers::Owner).unwrap();
    assert_eq!(fs::read(folder.path().join("secret.key")).unwrap(), b"whole");
    assert_eq!(mode(&folder.path().join("secret.key")), 0o600);
    assert_eq!(names(folder.path()), ["secret.key"]);
}

#[test]
fn many_who_replace_one_file_at_once_never_mix_what_they_write() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::thread::scope(|threads| {
        for writer in 0..4u8 {
            let file = &file;
            threads.spawn(move || {
                for _ in 0..25 {
                    replace(file, &vec![b'a' + writer; 40_000], Readers::Owner).unwrap();
                    let read = fs::read(file).unwrap();
                    assert!(read.len() == 40_000 && read.iter().all(|byte| *byte == read[0]), "a mixture");
                }
            });
        }
    });
}

#[test]
fn on_a_full_disk_the_old_file_stays_and_the_room_is_given_back() {
    SmallDisk::with("on_a_full_disk_the_old_file_stays_and_the_room_is_given_back", 1, |disk| {
        let file = disk.path().join("file");
        replace(&file, b"as it was", Readers::Owner).unwrap();
        let error = replace(&file, &vec![b'x'; 4 << 20], Readers::Owner).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
        assert_eq!(fs::read(&file).unwrap(), b"as it was");
        assert_eq!(names(disk.path()), ["file"]);
        replace(&file, b"and goes on", Readers::Owner).unwrap();
    });
}

//! The index of sites that the gate goes by: a private copy of the file that the school names, taken up anew when that
//! file changes. A bad file is refused whole, and the last good copy stays in use, after a restart too.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::Context;
use sites::Index;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::TICK;
use crate::configuration::Configuration;

/// Where the index comes from, and where its last good copy is kept.
pub struct SiteIndex {
    /// The file that the school names.
    source: Option<PathBuf>,
    /// What serves where it names none, and beside it unless it serves alone.
    otherwise: fn() -> Index,
    alone: bool,
    kept: PathBuf,
    seen: Option<FileStamp>,
}

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileStamp {
    modified: SystemTime,
    length: u64,
}

impl SiteIndex {
    pub fn new(configuration: &Configuration, otherwise: fn() -> Index) -> SiteIndex {
        SiteIndex {
            source: configuration.lists.index.clone(),
            otherwise,
            alone: configuration.lists.without_starter_list,
            kept: configuration.data.join("sites").join("kept.index"),
            seen: None,
        }
    }

    /// The index to begin with: the school's, else the last good copy of it.
    ///
    /// # Errors
    /// A file that is no good, and no copy of an earlier one.
    pub fn open(&mut self) -> anyhow::Result<Index> {
        let Some(source) = &self.source else { return Ok((self.otherwise)()) };
        self.seen = seen(source);
        let refused = match self.take(source) {
            Ok(index) => return Ok(index),
            Err(error) => error,
        };
        match Index::open_kept(&self.kept) {
            Ok(index) => {
                let error = &refused as &dyn Error;
                tracing::error!(error, "the index of sites is refused; the last good one is in use");
                Ok(self.completed(index))
            }
            Err(_) => Err(refused).context("there is no earlier index of sites to go by"),
        }
    }

    /// Hands the gate a new index whenever the file has changed, until the program stops.
    pub async fn follow(mut self, sites: watch::Sender<Arc<Index>>, stop: CancellationToken) -> anyhow::Result<()> {
        let mut tick = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = tick.tick() => {}
            }
            // Copying and checking a large index takes a second or two of disk and processor.
            let looked = tokio::task::spawn_blocking(move || {
                let new = self.look();
                (self, new)
            });
            let new;
            (self, new) = looked.await?;
            if let Some(index) = new {
                sites.send_replace(Arc::new(index));
            }
        }
    }

    /// The new index, where the file has changed since the last look and is good.
    fn look(&mut self) -> Option<Index> {
        let source = self.source.as_ref()?;
        let now = seen(source);
        if now == self.seen {
            return None;
        }
        self.seen = now;
        match self.take(source) {
            Ok(index) => {
                tracing::info!(names = index.len(), "a new index of sites is in use");
                Some(index)
            }
            Err(error) => {
                let error = &error as &dyn Error;
                tracing::warn!(error, "the new index of sites is refused; the old one stays in use");
                None
            }
        }
    }

    fn take(&self, source: &Path) -> Result<Index, sites::IndexError> {
        let taken = Index::take(source, &self.kept)?;
        if let Some(error) = &taken.not_kept {
            let error = error as &dyn Error;
            tracing::warn!(error, "no copy of the index of sites could be kept; it is held in memory");
        }
        Ok(self.completed(taken.index))
    }

    fn completed(&self, index: Index) -> Index {
        if self.alone { index } else { index.beside((self.otherwise)()) }
    }
}

fn seen(path: &Path) -> Option<FileStamp> {
    let found = std::fs::metadata(path).ok()?;
    Some(FileStamp { modified: found.modified().ok()?, length: found.len() })
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::sync::atomic::{AtomicBool, Ordering};

    use domain::{Category, Host};
    use sites::{ListFile, Mapping};

    use super::*;

    /// Bytes of an index in which so many sites are games.
    fn index_of(games: u32) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("games.txt");
        fs::write(&path, (0..games).map(|number| format!("site{number}.example\n")).collect::<String>()).unwrap();
        let list = ListFile { path, category: "games".to_owned() };
        sites::build_bytes(&[list], &Mapping::default(), &mut |_| {}).unwrap().0
    }

    fn is_game(index: &Index, number: u32) -> bool {
        let host = Host::parse(&format!("site{number}.example")).unwrap();
        index.categories(&host, None).iter().eq([Category::Games])
    }

    fn followed(folder: &Path) -> SiteIndex {
        let mut configuration = Configuration { data: folder.join("data"), ..Configuration::default() };
        configuration.lists.index = Some(folder.join("sites.index"));
        SiteIndex::new(&configuration, Index::empty)
    }

    #[test]
    fn the_starter_list_is_read_beside_the_schools_unless_told_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sites.index");
        fs::write(&file, index_of(10)).unwrap();
        let chess = Host::parse("chess.com").unwrap();
        for alone in [false, true] {
            let mut configuration = Configuration { data: folder.path().to_owned(), ..Configuration::default() };
            configuration.lists.index = Some(file.clone());
            configuration.lists.without_starter_list = alone;
            let index = SiteIndex::new(&configuration, sites::starter).open().unwrap();
            assert!(is_game(&index, 9));
            assert_eq!(index.categories(&chess, None).contains(Category::Games), !alone);
            assert_eq!(index.matches(&chess, None).is_empty(), alone);
        }
    }

    #[test]
    fn an_index_overwritten_in_place_while_it_is_looked_up_ends_nothing_and_a_bad_one_is_never_used() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sites.index");
        fs::write(&file, index_of(50_000)).unwrap();
        let mut followed = followed(folder.path());
        let (sites, in_use) = watch::channel(Arc::new(followed.open().unwrap()));
        let stop = AtomicBool::new(false);
        std::thread::scope(|threads| {
            threads.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let index = in_use.borrow().clone();
                    assert!((0..50_000).step_by(97).all(|number| is_game(&index, number)));
                }
            });
            for damage in [&b""[..], b"not an index", &index_of(60_000)[..40_000]] {
                // In place, as 'cp' does it: the same file, cut to nothing and then written.
                File::options().write(true).truncate(true).open(&file).unwrap();
                fs::write(&file, damage).unwrap();
                assert!(followed.look().is_none(), "{} bytes", damage.len());
                assert!(is_game(&in_use.borrow(), 49_999));
            }
            fs::write(&file, index_of(60_000)).unwrap();
            sites.send_replace(Arc::new(followed.look().expect("a whole one is taken up")));
            assert!(is_game(&in_use.borrow(), 59_999));
            stop.store(true, Ordering::Relaxed);
        });
    }

    #[test]
    fn a_restart_on_a_bad_or_missing_index_goes_by_the_last_good_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sites.index");
        fs::write(&file, index_of(100)).unwrap();
        followed(folder.path()).open().unwrap();
        fs::write(&file, &index_of(200)[..500]).unwrap();
        assert!(is_game(&followed(folder.path()).open().unwrap(), 99));
        fs::remove_file(&file).unwrap();
        assert!(is_game(&followed(folder.path()).open().unwrap(), 99));
        fs::write(&file, index_of(200)).unwrap();
        assert!(is_game(&followed(folder.path()).open().unwrap(), 199));
    }

    #[test]
    fn a_bad_index_with_no_good_one_before_it_is_an_error_that_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("sites.index"), "not an index").unwrap();
        let error = followed(folder.path()).open().unwrap_err();
        assert!(format!("{error:#}").contains("schoolgate lists build"), "{error:#}");
    }
}

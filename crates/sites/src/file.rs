//! The form on disk: a header that says what the file is and whether it is whole, then the sets and the two tables.

use std::ops::Range;
use std::path::PathBuf;

use crate::hash;

const MAGIC: &[u8; 16] = b"schoolgate sites";
/// The version of the form. Raise it with any change to what is written or to [`crate::hash`].
pub(crate) const VERSION: u32 = 1;
/// Magic, version, four zeros, length of the whole, checksum of what follows.
const HEADER: usize = 16 + 4 + 4 + 8 + 8;

/// Why a file is no index that can be used. Every sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("the index of sites {path} could not be read: {error}")]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error("{path} is not an index of sites; give the file that 'schoolgate lists build' wrote")]
    Foreign { path: PathBuf },
    #[error(
        "the index of sites {path} has form {found}, and this program reads form {VERSION}; run 'schoolgate lists build' again"
    )]
    OtherVersion { path: PathBuf, found: u32 },
    #[error(
        "the index of sites {path} has {found} bytes where it should have {expected}; it was not copied whole: run 'schoolgate lists build' again"
    )]
    Short { path: PathBuf, found: u64, expected: u64 },
    #[error("the index of sites {path} is damaged ({what} does not fit); run 'schoolgate lists build' again")]
    Damaged { path: PathBuf, what: &'static str },
}

/// The part of a file that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damage(pub(crate) &'static str);

/// An empty header, to be filled by [`seal`].
pub(crate) fn begin() -> Vec<u8> {
    vec![0; HEADER]
}

/// Fills in the header over what was written after it.
pub(crate) fn seal(bytes: &mut [u8]) {
    let length = bytes.len() as u64;
    let Some((header, body)) = bytes.split_at_mut_checked(HEADER) else { return };
    let fields = [&MAGIC[..], &VERSION.to_le_bytes(), &[0; 4], &length.to_le_bytes(), &hash::of(body).to_le_bytes()];
    for (place, byte) in header.iter_mut().zip(fields.concat()) {
        *place = byte;
    }
}

/// Checks the header and the checksum, and gives a reader of what follows.
pub(crate) fn unseal<'b>(bytes: &'b [u8], path: &std::path::Path) -> Result<Reader<'b>, IndexError> {
    let path = || path.to_owned();
    let mut reader = Reader::new(bytes);
    let magic = reader.take(MAGIC.len()).map_err(|_| IndexError::Foreign { path: path() })?;
    if reader.at(magic) != MAGIC {
        return Err(IndexError::Foreign { path: path() });
    }
    let mut fields = || Ok((reader.u32()?, reader.u32()?, reader.u64()?, reader.u64()?));
    let (version, zeros, expected, checksum) =
        fields().map_err(|Damage(what)| IndexError::Damaged { path: path(), what })?;
    if version != VERSION {
        return Err(IndexError::OtherVersion { path: path(), found: version });
    }
    let found = bytes.len() as u64;
    if found != expected {
        return Err(IndexError::Short { path: path(), found, expected });
    }
    if zeros != 0 || hash::of(&bytes[HEADER..]) != checksum {
        return Err(IndexError::Damaged { path: path(), what: "its checksum" });
    }
    Ok(reader)
}

/// Reads fields one after the other and never beyond the end.
pub(crate) struct Reader<'b> {
    bytes: &'b [u8],
    next: usize,
}

impl<'b> Reader<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Reader { bytes, next: 0 }
    }

    /// The next `length` bytes, as a range of the whole file.
    pub(crate) fn take(&mut self, length: usize) -> Result<Range<usize>, Damage> {
        let end = self.next.checked_add(length).filter(|end| *end <= self.bytes.len()).ok_or(Damage("its length"))?;
        let range = self.next..end;
        self.next = end;
        Ok(range)
    }

    pub(crate) fn at(&self, range: Range<usize>) -> &'b [u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], Damage> {
        let range = self.take(LENGTH)?;
        self.at(range).try_into().map_err(|_| Damage("its length"))
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Damage> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Damage> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Damage> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.next == self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Index, build_bytes, discover};
    use domain::Host;
    use proptest::prelude::*;
    use std::path::Path;

    fn small_index() -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let names: String = (0..300).map(|number| format!("site{number}.example{}.org\n", number % 7)).collect();
        std::fs::write(folder.path().join("games.txt"), &names).expect("a list");
        std::fs::write(folder.path().join("news.txt"), "example1.org/a/b\nexample1.org/c?d\n10.0.0.1\n")
            .expect("a list");
        let sources = discover(folder.path()).expect("two lists");
        build_bytes(&sources, &crate::Mapping::default(), &mut |_| {}).expect("an index").0
    }

    fn ask_everything(index: &Index) {
        for name in ["site1.example1.org", "a.site299.example5.org", "example1.org", "10.0.0.1", "x", "org", "::1"] {
            let host = Host::parse(name).expect("a host");
            index.categories(&host, None);
            index.matches(&host, Some("/a/b/c?d=e&f"));
            index.matches(&host, Some("/c?d"));
        }
    }

    #[test]
    fn a_changed_byte_is_noticed_wherever_it_is() {
        let whole = small_index();
        for place in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[place] ^= 1 << (place % 8);
            assert!(Index::from_bytes(bytes, "x").is_err(), "byte {place}");
        }
    }

    #[test]
    fn a_file_cut_short_anywhere_is_refused() {
        let whole = small_index();
        for length in (0..whole.len()).step_by(97) {
            assert!(Index::from_bytes(whole[..length].to_vec(), "x").is_err(), "{length} bytes");
        }
    }

    #[test]
    fn a_file_of_another_version_and_a_foreign_file_are_told_apart() {
        let mut bytes = small_index();
        bytes[16] = 9;
        let error = Index::from_bytes(bytes, "old.index").unwrap_err();
        assert!(matches!(error, IndexError::OtherVersion { found: 9, .. }), "{error}");
        let error = Index::from_bytes(b"[categories]\nads = []\n".to_vec(), "ut1.toml").unwrap_err();
        assert!(matches!(error, IndexError::Foreign { .. }), "{error}");
        assert!(matches!(Index::open(Path::new("/nowhere")).unwrap_err(), IndexError::Unreadable { .. }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        /// The checksum is made to fit again: so the readers themselves meet the damage.
        #[test]
        fn a_forged_file_is_refused_or_answers_but_never_panics(
            changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        ) {
            thread_local!(static WHOLE: Vec<u8> = small_index());
            let mut bytes = WHOLE.with(Clone::clone);
            for (place, byte) in changes {
                // Three in four changes go to the head, where the structure is.
                let reach = if byte % 4 == 0 { bytes.len() } else { 2_000.min(bytes.len()) };
                bytes[place.index(reach)] = byte;
            }
            seal(&mut bytes);
            if let Ok(index) = Index::from_bytes(bytes, "x") {
                ask_everything(&index);
            }
        }
    }
}

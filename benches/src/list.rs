//! The list of sites that benchmarks run on, and the hosts that they ask for.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use domain::{Category, CategorySet, Host};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom, seq::SliceRandom};
use sites::{Index, ListFile, ListedSite, Mapping, discover};

/// As many names as the full list of the University of Toulouse has.
pub const FULL: usize = 5_800_000;

/// Names and their categories, real ones first.
pub struct List {
    pub names: Vec<(String, CategorySet)>,
    /// How many of them come from a real list.
    pub real: usize,
}

impl List {
    /// The real names of the UT1 folder that the first argument or `SCHOOLGATE_UT1` gives (else those of the starter
    /// list), filled up to `count` with made-up ones.
    ///
    /// # Errors
    /// A folder or a mapping that cannot be read.
    pub fn load(count: usize) -> Result<List> {
        let folder = std::env::args_os().nth(1).or_else(|| std::env::var_os("SCHOOLGATE_UT1")).map(PathBuf::from);
        let mut names = BTreeMap::new();
        match &folder {
            Some(folder) => read_folder(folder, &mut names)?,
            None => read_starter(&mut names),
        }
        let mut names: Vec<(String, CategorySet)> = names.into_iter().collect();
        names.truncate(count);
        let real = names.len();
        let wordy = names.clone();
        let mut maker = Maker::new(&wordy, 1);
        let mut known: HashSet<String> = names.iter().map(|(name, _)| name.clone()).collect();
        while names.len() < count {
            let name = maker.name();
            if known.insert(name.clone()) {
                names.push((name, maker.set()));
            }
        }
        match folder {
            Some(folder) => {
                println!("List: {real} real names from {}, {} made up.", folder.display(), names.len() - real);
            }
            None => println!(
                "List: {real} names of the starter list, {} made up. Give a UT1 folder as argument or in SCHOOLGATE_UT1.",
                names.len() - real
            ),
        }
        Ok(List { names, real })
    }

    /// The plainest thing that answers: every name in a map.
    pub fn to_map(&self) -> HashMap<String, CategorySet> {
        self.names.iter().cloned().collect()
    }

    /// The index, built from list files and mapped from disk like the gate's.
    ///
    /// # Errors
    /// What [`sites::build`] fails for.
    pub fn to_index(&self, folder: &Path) -> Result<Index> {
        let mut lists: BTreeMap<Category, String> = BTreeMap::new();
        for (name, set) in &self.names {
            for category in set.iter() {
                let list = lists.entry(category).or_default();
                list.push_str(name);
                list.push('\n');
            }
        }
        let mut sources = Vec::new();
        for (category, text) in lists {
            let path = folder.join(format!("{category}.txt"));
            std::fs::write(&path, text)?;
            sources.push(ListFile { path, category: category.name().to_owned() });
        }
        let out = folder.join("sites.index");
        sites::build(&sources, &Mapping::default(), &out, &mut |_| {})?;
        Ok(Index::take(&out, &folder.join("kept.index"))?.index)
    }

    /// Hosts to ask for, one in ten of them listed or under a listed name, in an order without pattern.
    pub fn questions(&self, count: usize, map: &HashMap<String, CategorySet>) -> Vec<Host> {
        let mut chance = StdRng::seed_from_u64(2);
        let mut maker = Maker::new(&self.names[..self.names.len().min(500_000)], 3);
        let mut questions = Vec::with_capacity(count);
        while questions.len() < count {
            let is_hit = questions.len() * 10 < count;
            let base = if is_hit {
                self.names.choose(&mut chance).map(|(name, _)| name.clone()).unwrap_or_default()
            } else {
                maker.name()
            };
            let prefix = *["", "", "www.", "www.", "static.", "a1.cdn."].choose(&mut chance).unwrap_or(&"");
            let Ok(host) = Host::parse(&format!("{prefix}{base}")) else { continue };
            if is_hit == host.and_parents().any(|name| map.contains_key(name)) {
                questions.push(host);
            }
        }
        questions.shuffle(&mut chance);
        // Copied in the order of asking: the gate, too, has just read the host that it asks for.
        questions.clone()
    }
}

/// What the union over a host and its parents is in a map.
#[expect(clippy::implicit_hasher, reason = "it is measured with the map that one would take")]
pub fn walk(map: &HashMap<String, CategorySet>, host: &Host) -> CategorySet {
    host.and_parents().filter_map(|name| map.get(name)).fold(CategorySet::EMPTY, |union, set| union.union(*set))
}

fn add(names: &mut BTreeMap<String, CategorySet>, entry: ListedSite, set: CategorySet) {
    if entry.path.is_none() {
        let held = names.entry(entry.host.as_str().to_owned()).or_default();
        *held = held.union(set);
    }
}

fn read_starter(names: &mut BTreeMap<String, CategorySet>) {
    for (category, text) in sites::starter_lists() {
        let set = Mapping::default().categories_of(category).unwrap_or_default();
        for line in text.lines() {
            // A line that is no entry is none of the list's names.
            _ = sites::read_line(line, |entry| add(names, entry, set));
        }
    }
}

fn read_folder(folder: &Path, names: &mut BTreeMap<String, CategorySet>) -> Result<()> {
    let mapping = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lists/ut1.toml");
    let mapping = Mapping::load(&mapping)?;
    for source in discover(folder)? {
        let set = mapping.categories_of(&source.category).unwrap_or_default();
        let text = std::fs::read(&source.path).with_context(|| source.path.display().to_string())?;
        if !set.is_empty() {
            for line in String::from_utf8_lossy(&text).lines() {
                // As above.
                _ = sites::read_line(line, |entry| add(names, entry, set));
            }
        }
    }
    Ok(())
}

/// Makes names up from parts of given ones: the beginning of one, the end of another, the ending of a third, now and
/// then a label before it or a number in it. So their letters follow one another as in real names.
struct Maker {
    chance: StdRng,
    words: Vec<String>,
    endings: Vec<String>,
    labels: Vec<String>,
    sets: Vec<CategorySet>,
}

impl Maker {
    fn new(names: &[(String, CategorySet)], seed: u64) -> Maker {
        let mut maker = Maker {
            chance: StdRng::seed_from_u64(seed),
            words: Vec::new(),
            endings: Vec::new(),
            labels: Vec::new(),
            sets: Vec::new(),
        };
        for (name, set) in names.iter().filter(|(name, _)| Host::parse(name).is_ok_and(|host| host.ip().is_none())) {
            let labels: Vec<&str> = name.split('.').collect();
            let (word, ending) = match labels.as_slice() {
                [.., word, second, top] if second.len() <= 3 && top.len() == 2 => (*word, format!("{second}.{top}")),
                [.., word, top] => (*word, (*top).to_owned()),
                _ => continue,
            };
            maker.words.push(word.to_owned());
            maker.endings.push(ending);
            maker.sets.push(*set);
            if labels.len() > 2 {
                maker.labels.push(labels[0].to_owned());
            }
        }
        maker
    }

    fn name(&mut self) -> String {
        let beginning = self.part(true);
        let end = self.part(false);
        let number =
            if self.chance.random_ratio(1, 8) { self.chance.random_range(0..1000).to_string() } else { String::new() };
        let label = match self.labels.choose(&mut self.chance) {
            Some(label) if self.chance.random_ratio(1, 5) => format!("{label}."),
            _ => String::new(),
        };
        let ending = self.endings.choose(&mut self.chance).map_or("org", String::as_str);
        let word = format!("{beginning}{end}{number}");
        format!("{label}{}.{ending}", &word[..word.len().min(60)]).replace("xn--", "xn")
    }

    /// The first or the second half of a word.
    fn part(&mut self, first: bool) -> String {
        let word = self.words.choose(&mut self.chance).map_or("site", String::as_str);
        let middle = word.len().div_ceil(2);
        if first { word[..middle].to_owned() } else { word[middle..].to_owned() }
    }

    /// Four in five names of the full list are of one category.
    fn set(&mut self) -> CategorySet {
        if self.chance.random_ratio(4, 5) {
            return CategorySet::from_iter([Category::Adult]);
        }
        self.sets.choose(&mut self.chance).copied().unwrap_or_default()
    }
}

//! What kind of site a site is, and sets of kinds.

crate::names::vocabulary! {
    /// A category of sites. The first group follows the headings of the UK Safer Internet Centre's definition of
    /// appropriate filtering; the rest are the ordinary ones that policies speak of.
    Category, "category of sites" {
        Illegal = "illegal", "Illegal content";
        Discrimination = "discrimination", "Bullying, hatred and discrimination";
        Drugs = "drugs", "Drugs and substance abuse";
        Extremism = "extremism", "Extremism and terrorism";
        Gambling = "gambling", "Gambling";
        Malware = "malware", "Malware and phishing";
        Hacking = "hacking", "Hacking";
        Piracy = "piracy", "Piracy and copyright theft";
        Adult = "adult", "Pornography and adult content";
        SelfHarm = "self-harm", "Self-harm and suicide";
        Violence = "violence", "Violence and weapons";
        Fraud = "fraud", "Fraud and deception";
        Proxies = "proxies", "Proxies, VPNs and anonymisers";
        DnsOverHttps = "dns-over-https", "Encrypted DNS";
        RemoteControl = "remote-control", "Remote control of computers";
        Stalkerware = "stalkerware", "Stalkerware";
        Cryptomining = "cryptomining", "Cryptocurrency mining in the browser";
        SocialNetworks = "social-networks", "Social networks";
        Chat = "chat", "Chat and messaging";
        Forums = "forums", "Forums";
        Blogs = "blogs", "Blogs";
        Dating = "dating", "Dating";
        Webmail = "webmail", "Web-hosted mail";
        FileSharing = "file-sharing", "File sharing and cloud storage";
        Downloads = "downloads", "Software downloads";
        Games = "games", "Games";
        Video = "video", "Video";
        Audio = "audio", "Music and radio";
        Celebrity = "celebrity", "Celebrity and gossip";
        Comics = "comics", "Comics and manga";
        Sport = "sport", "Sport";
        Shopping = "shopping", "Shopping and selling";
        Advertising = "advertising", "Advertising";
        Finance = "finance", "Banks";
        Trading = "trading", "Trading and investment";
        Cryptocurrency = "cryptocurrency", "Cryptocurrency";
        Jobs = "jobs", "Job search";
        Politics = "politics", "Political campaigning";
        News = "news", "News";
        FakeNews = "fake-news", "Misleading news";
        Religion = "religion", "Religion";
        Sects = "sects", "Sects and the occult";
        AlcoholTobacco = "alcohol-tobacco", "Alcohol, tobacco and vaping";
        Lingerie = "lingerie", "Lingerie and swimwear";
        SexEducation = "sex-education", "Sex education";
        GenerativeAi = "generative-ai", "Generative AI";
        Cheating = "cheating", "Cheating in coursework and examinations";
        SearchEngines = "search-engines", "Search engines";
        Translation = "translation", "Translation";
        UrlShorteners = "url-shorteners", "Shortened addresses";
        Redirectors = "redirectors", "Redirectors and mirrors";
        DynamicDns = "dynamic-dns", "Dynamic DNS";
        WebHosting = "web-hosting", "Web hosting";
        Updates = "updates", "Software updates";
        Education = "education", "Education";
        Children = "children", "Made for children";
        Cooking = "cooking", "Cooking";
        MobilePhone = "mobile-phone", "Mobile telephones";
        School = "school", "The school's own pages";
        Helplines = "helplines", "Helplines";
    }
}

impl Category {
    /// Sealed categories are blocked whatever any clause, permission or role says: illegal content, for which only a
    /// licensed feed is authoritative (DfE filtering and monitoring standards).
    pub const SEALED: CategorySet = CategorySet(1 << Category::Illegal as u8);
}

const _: () = assert!(Category::ALL.len() <= 64, "a CategorySet is one 64-bit word");

/// A set of categories, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct CategorySet(pub u64);

impl CategorySet {
    pub const EMPTY: CategorySet = CategorySet(0);

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub const fn contains(self, category: Category) -> bool {
        self.0 & (1 << category as u8) != 0
    }

    #[must_use]
    pub const fn union(self, other: CategorySet) -> CategorySet {
        CategorySet(self.0 | other.0)
    }

    #[must_use]
    pub const fn intersection(self, other: CategorySet) -> CategorySet {
        CategorySet(self.0 & other.0)
    }

    pub fn insert(&mut self, category: Category) {
        self.0 |= 1 << category as u8;
    }

    /// The first category of the set, in the vocabulary's order.
    pub fn first(self) -> Option<Category> {
        Category::ALL.get(self.0.trailing_zeros() as usize).copied()
    }

    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL.iter().copied().filter(move |category| self.contains(*category))
    }
}

impl FromIterator<Category> for CategorySet {
    fn from_iter<I: IntoIterator<Item = Category>>(categories: I) -> Self {
        let mut set = CategorySet::EMPTY;
        categories.into_iter().for_each(|category| set.insert(category));
        set
    }
}

impl std::fmt::Display for CategorySet {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, category) in self.iter().enumerate() {
            write!(out, "{}{category}", if place == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl serde::Serialize for CategorySet {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for CategorySet {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(<Vec<Category>>::deserialize(from)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_set_is_written_and_read_as_the_names_of_its_categories() {
        let set = CategorySet::from_iter([Category::Games, Category::Chat]);
        let json = serde_json::to_string(&set).unwrap();
        assert_eq!(serde_json::from_str::<CategorySet>(&json).unwrap(), set, "{json}");
        for category in set.iter() {
            assert!(set.to_string().contains(category.name()) && json.contains(category.name()), "{set} {json}");
        }
        assert!(serde_json::from_str::<CategorySet>("[\"no-category\"]").is_err());
    }

    fn some() -> impl Strategy<Value = Vec<Category>> {
        proptest::collection::vec(proptest::sample::select(Category::ALL.to_vec()), 0..6)
    }

    proptest! {
        #[test]
        fn a_set_of_categories_is_a_set(one in some(), other in some()) {
            let (first, second): (CategorySet, CategorySet) = (one.iter().copied().collect(), other.iter().copied().collect());
            let (one, other): (BTreeSet<_>, BTreeSet<_>) = (one.into_iter().collect(), other.into_iter().collect());
            let members = |set: CategorySet| set.iter().collect::<BTreeSet<_>>();
            prop_assert_eq!(members(first), one.clone());
            prop_assert_eq!(first.is_empty(), one.is_empty());
            prop_assert_eq!(first.first().is_some(), !one.is_empty());
            prop_assert!(first.first().is_none_or(|category| one.contains(&category)));
            prop_assert_eq!(members(first.union(second)), one.union(&other).copied().collect::<BTreeSet<_>>());
            prop_assert_eq!(members(first.intersection(second)), one.intersection(&other).copied().collect::<BTreeSet<_>>());
            for category in Category::ALL {
                prop_assert_eq!(first.contains(*category), one.contains(category));
            }
        }
    }
}

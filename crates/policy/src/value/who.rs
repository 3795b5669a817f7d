//! People and roles as rules name them.

use std::ops::Deref;

use domain::{Audience, Group, RelativeRole, Role, Roles};
use toml::Spanned;
use toml::de::DeValue;

use super::{FieldReader, Value, Word, in_order, mended, or_list};

/// Who is meant: everyone, audiences, roles, groups, in any mixture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    pub everyone: bool,
    pub audiences: Vec<Audience>,
    pub roles: Vec<Role>,
    pub groups: Vec<Group>,
}

impl Who {
    pub fn everyone() -> Who {
        Who { everyone: true, ..Who::default() }
    }

    pub fn nobody() -> Who {
        Who::default()
    }

    pub fn is_nobody(&self) -> bool {
        !self.everyone && self.audiences.is_empty() && self.roles.is_empty() && self.groups.is_empty()
    }
}

enum WhoWord {
    Everyone,
    Audience(Audience),
    Role(Role),
    Group(Group),
}

impl Word for WhoWord {
    const WRITTEN: &'static str = "'everyone', an audience, a role or a group";
    const SEVERAL: &'static str = "audiences, roles and groups";
    fn word(text: &str, roles: &Roles) -> Result<Self, (String, String)> {
        if text == "everyone" {
            return Ok(WhoWord::Everyone);
        }
        if let Some(group) = text.strip_prefix("group:") {
            if group.trim().is_empty() {
                return Err(("this group has no name".to_owned(), "write it as in 'group:9B'".to_owned()));
            }
            return Ok(WhoWord::Group(Group(group.trim().to_owned())));
        }
        if let Ok(audience) = text.parse() {
            return Ok(WhoWord::Audience(audience));
        }
        if let Ok(role) = roles.find(text) {
            return Ok(WhoWord::Role(role));
        }
        let known = std::iter::once("everyone")
            .chain(Audience::ALL.iter().map(|audience| audience.name()))
            .chain(roles.names());
        let error = domain::UnknownName::new("audience or role", text, known);
        Err(mended(error, || "write 'everyone', an audience, a role, or a group as in 'group:9B'".to_owned()))
    }
}

impl Value for Who {
    fn written() -> String {
        "a list of `\"everyone\"`, audiences, roles and groups (`\"group:9B\"`)".to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        Some(Vec::<WhoWord>::read(item, reader)?.into_iter().collect())
    }
}

impl FromIterator<WhoWord> for Who {
    fn from_iter<I: IntoIterator<Item = WhoWord>>(words: I) -> Who {
        let mut who = Who::default();
        for word in words {
            match word {
                WhoWord::Everyone => who.everyone = true,
                WhoWord::Audience(audience) => who.audiences.push(audience),
                WhoWord::Role(role) => who.roles.push(role),
                WhoWord::Group(group) => who.groups.push(group),
            }
        }
        who
    }
}

/// Who may ask: [`Who`], and relative roles beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Askers(pub Who);

impl Deref for Askers {
    type Target = Who;
    fn deref(&self) -> &Who {
        &self.0
    }
}

struct AskerWord(WhoWord);

impl Word for AskerWord {
    const WRITTEN: &'static str = "'everyone', an audience, a role, a relative role or a group";
    const SEVERAL: &'static str = "audiences, roles, relative roles and groups";
    fn word(text: &str, roles: &Roles) -> Result<Self, (String, String)> {
        if !text.contains(':') || text.starts_with("group:") {
            return WhoWord::word(text, roles).map(AskerWord);
        }
        match relative(text)? {
            RelativeRole::LineManagerOfAsker => Err((
                "nobody asks as their own line manager".to_owned(),
                "write it in 'decides', or write another role here".to_owned(),
            )),
            other => Ok(AskerWord(WhoWord::Role(other.role()))),
        }
    }
}

impl Value for Askers {
    fn written() -> String {
        "a list of `\"everyone\"`, audiences, roles, relative roles and groups (`\"group:9B\"`)".to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let words = Vec::<AskerWord>::read(item, reader)?;
        Some(Askers(words.into_iter().map(|AskerWord(word)| word).collect()))
    }
}

/// [`Who`], and audiences up to an age beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhoByAge {
    pub who: Who,
    /// An audience, and the age in years that those who are meant have not reached.
    pub under: Vec<(Audience, u8)>,
}

enum WhoByAgeWord {
    Who(WhoWord),
    Under(Audience, u8),
}

impl Word for WhoByAgeWord {
    const WRITTEN: &'static str = "'everyone', an audience, a role, a group, or an audience under an age";
    const SEVERAL: &'static str = "audiences, roles, groups and audiences under an age";
    fn word(text: &str, roles: &Roles) -> Result<Self, (String, String)> {
        let Some((audience, age)) = text.split_once(":under-") else {
            return WhoWord::word(text, roles).map(WhoByAgeWord::Who);
        };
        let audience = Audience::word(audience, roles)?;
        let age = age.parse().ok().filter(|age| (1..=120).contains(age));
        age.map(|age| WhoByAgeWord::Under(audience, age))
            .ok_or_else(|| (format!("'{text}' gives no age in years"), "write it as in 'ex-pupil:under-18'".to_owned()))
    }
}

impl Value for WhoByAge {
    fn written() -> String {
        format!("{}, or an audience under an age (`\"ex-pupil:under-18\"`)", Who::written())
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let (mut named, mut under) = (Vec::new(), Vec::new());
        for word in Vec::<WhoByAgeWord>::read(item, reader)? {
            match word {
                WhoByAgeWord::Who(word) => named.push(word),
                WhoByAgeWord::Under(audience, age) => under.push((audience, age)),
            }
        }
        Some(WhoByAge { who: named.into_iter().collect(), under })
    }
}

/// Who decides: roles, and relative roles among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deciders(pub Vec<Role>);

impl Deref for Deciders {
    type Target = Vec<Role>;
    fn deref(&self) -> &Vec<Role> {
        &self.0
    }
}

struct DeciderWord(Role);

impl Word for DeciderWord {
    const WRITTEN: &'static str = "a role or a relative role";
    const SEVERAL: &'static str = "roles and relative roles";
    fn word(text: &str, roles: &Roles) -> Result<Self, (String, String)> {
        decider(text, roles).map(DeciderWord)
    }
}

impl Value for Deciders {
    fn written() -> String {
        "a list of roles and relative roles (`\"line-manager-of:asker\"`)".to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let words = Vec::<DeciderWord>::read(item, reader)?;
        Some(Deciders(words.into_iter().map(|DeciderWord(role)| role).collect()))
    }
}

/// Who decides a permission: any one of these roles; or nobody, and it opens on the asker's own word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermissionDeciders {
    pub roles: Vec<Role>,
    pub is_asker: bool,
}

impl Deref for PermissionDeciders {
    type Target = Vec<Role>;
    fn deref(&self) -> &Vec<Role> {
        &self.roles
    }
}

impl Value for PermissionDeciders {
    fn written() -> String {
        format!("{}, or `\"asker\"`", Deciders::written())
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        match item.get_ref() {
            DeValue::String(word) if word == "asker" => Some(PermissionDeciders { roles: Vec::new(), is_asker: true }),
            DeValue::String(_) => {
                reader.wrong_type(item, "a list of roles, such as [\"it-staff\"], or \"asker\"");
                None
            }
            _ => Deciders::read(item, reader).map(|roles| PermissionDeciders { roles: roles.0, is_asker: false }),
        }
    }
}

/// Several lists of deciders, of each of which one must agree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Panels(pub Vec<Vec<Role>>);

impl Value for Panels {
    fn written() -> String {
        "a list of two or more lists of roles and relative roles: `[[\"headteacher\"], [\"parent-of:pupil\"]]`"
            .to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let DeValue::Array(items) = item.get_ref() else {
            reader.wrong_type(item, "a list of lists of roles, such as [[\"headteacher\"], [\"parent-of:pupil\"]]");
            return None;
        };
        if items.len() < 2 {
            let mend = "name a second list, or write 'decides'";
            reader.wrong(item.span(), "'decides-all' needs two lists at least", mend);
            return None;
        }
        let read: Vec<Option<Deciders>> = items.iter().map(|item| Deciders::read(item, reader)).collect();
        Some(Panels(read.into_iter().map(|panel| panel.map(|panel| panel.0)).collect::<Option<_>>()?))
    }
}

/// A role of the catalogue, or a relative role. The error: what is wrong, and how to mend it.
pub(crate) fn decider(text: &str, roles: &Roles) -> Result<Role, (String, String)> {
    if text.contains(':') { relative(text).map(RelativeRole::role) } else { Role::word(text, roles) }
}

fn relative(text: &str) -> Result<RelativeRole, (String, String)> {
    text.parse().map_err(|error: domain::UnknownName| {
        mended(error, || format!("write one of {}", or_list(RelativeRole::ALL.iter().map(|known| known.name()))))
    })
}

/// For each role, the roles that stand in for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Routes(pub Vec<(Role, Vec<Role>)>);

impl Routes {
    pub fn instead_of(&self, role: Role) -> Option<&[Role]> {
        self.0.iter().find(|(about, _)| *about == role).map(|(_, instead)| instead.as_slice())
    }
}

impl Value for Routes {
    fn written() -> String {
        "a table of roles, each with a list of roles: `{ headteacher = [\"governors\"] }`".to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let DeValue::Table(table) = item.get_ref() else {
            reader.wrong_type(item, "a table of roles, such as { headteacher = [\"governors\"] }");
            return None;
        };
        let mut routes = Vec::new();
        for (key, item) in in_order(table) {
            let about = match Role::word(key.get_ref(), reader.roles) {
                Ok(role) => Some(role),
                Err((message, mend)) => {
                    reader.wrong(key.span(), message, mend);
                    None
                }
            };
            if let (Some(instead), Some(about)) = (Vec::<Role>::read(item, reader), about) {
                routes.push((about, instead));
            }
        }
        Some(Routes(routes))
    }
}

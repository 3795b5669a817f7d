//! People and roles as rules name them.

use domain::{Audience, Group, Role, Roles};
use toml::Spanned;
use toml::de::DeValue;

use super::{Reader, Value, Word, in_order, mended};

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

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let mut who = Who::default();
        for word in Vec::<WhoWord>::read(item, reader)? {
            match word {
                WhoWord::Everyone => who.everyone = true,
                WhoWord::Audience(audience) => who.audiences.push(audience),
                WhoWord::Role(role) => who.roles.push(role),
                WhoWord::Group(group) => who.groups.push(group),
            }
        }
        Some(who)
    }
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

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
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

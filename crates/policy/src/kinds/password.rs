//! What a password must be.

use domain::{Role, Roles, Span, Within};
use toml::Spanned;
use toml::de::DeValue;

use crate::kinds::watch::soon;
use crate::kinds::{Acts, Sentences, choices, kind, optional, refuse_unknown};
use crate::value::{FieldReader, Value, Who, join};
use crate::wording::{self, upper_first};

choices! {
    /// What a password must contain.
    PasswordNeed, "part of a password", "parts of a password" {
        Letters = "letters", "letters";
        Capitals = "capitals", "a capital letter";
        Digits = "digits", "a digit";
        Symbols = "symbols", "a symbol";
        ThreeWords = "three-words", "three words";
    }
}

choices! {
    /// Where a password must not be found.
    NotIn, "list of bad passwords", "lists of bad passwords" {
        Common = "common", "the passwords that are guessed first";
        Dictionary = "dictionary", "a dictionary";
        OwnDetails = "own-details", "the person's own details";
        WordsInside = "words-inside", "a word of the dictionary anywhere in it";
        Dates = "dates", "a date";
    }
}

/// What follows when somebody else may know a password.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnCompromise {
    /// How soon it is changed.
    pub change: Option<Within>,
    /// Who is told.
    pub tell: Option<Vec<Role>>,
    /// How soon they are told.
    pub within: Option<Within>,
}

impl Value for OnCompromise {
    fn written() -> String {
        "a table: `{ change = \"at once\", tell = [\"it-staff\"], within = \"at once\" }`".to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let DeValue::Table(table) = item.get_ref() else {
            reader.wrong(
                item.span(),
                "this is no table",
                "write it as in { change = \"at once\", tell = [\"it-staff\"] }",
            );
            return None;
        };
        refuse_unknown("'on-compromise'", &["change", "tell", "within"], table, reader);
        Some(OnCompromise {
            change: optional(table, "change", reader),
            tell: optional(table, "tell", reader),
            within: optional(table, "within", reader),
        })
    }
}

kind! {
    /// What a password must be.
    Password, "password": "What a password must be. Where several rules bind one person, all of them hold.", r#"for      = ["staff"]
shortest = 12
needs    = ["three-words"]
not-in   = ["common", "own-details"]
on-compromise = { change = "at once", tell = ["it-staff"], within = "at once" }"# {
        who "for": Who, or Who::everyone(), "everyone": "Whose passwords."
            => Acts::Enforced("rules::passwords");
        shortest "shortest": Option<u32>, optional: "The fewest characters that it may have."
            => Acts::Enforced("rules::passwords");
        needs "needs": Option<Vec<PasswordNeed>>, optional: "What it must contain."
            => Acts::Enforced("rules::passwords");
        not_in "not-in": Option<Vec<NotIn>>, optional: "Where it must not be found."
            => Acts::Enforced("rules::passwords");
        unique "unique": bool, or false, "false": "Whether it must differ from every other password of its person."
            => Acts::Nothing;
        expires "expires": Option<Span>, optional: "When it must be changed. Left out: only when others may know it."
            => Acts::Nothing;
        force "force": Option<Vec<Role>>, optional: "Who may have everybody change theirs."
            => Acts::Nothing;
        on_compromise "on-compromise": Option<OnCompromise>, optional: "What follows when others may know it."
            => Acts::Nothing;
    }
}

impl Sentences for Password {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let mut must = Vec::new();
        if let Some(shortest) = self.shortest {
            must.push(format!("has at least {shortest} characters"));
        }
        if let Some(needs) = &self.needs {
            let parts = needs.iter().map(|need| need.words().to_owned()).collect();
            must.push(format!("contains {}", join(parts, "and")));
        }
        if let Some(not_in) = &self.not_in {
            let (inside, lists): (Vec<NotIn>, Vec<NotIn>) =
                not_in.iter().partition(|list| matches!(list, NotIn::WordsInside | NotIn::Dates));
            let words = |lists: Vec<NotIn>| join(lists.iter().map(|list| list.words().to_owned()).collect(), "or");
            if !lists.is_empty() {
                must.push(format!("is not found in {}", words(lists)));
            }
            if !inside.is_empty() {
                must.push(format!("does not contain {}", words(inside)));
            }
        }
        if self.unique {
            must.push("is used nowhere else".to_owned());
        }
        let mut sentences = Vec::new();
        if !must.is_empty() {
            sentences.push(format!("A password of {} {}.", wording::who(catalogue, &self.who), join(must, "and")));
        }
        if let Some(expires) = self.expires {
            sentences.push(format!("It is changed after {expires}."));
        }
        if let Some(force) = &self.force {
            let roles = upper_first(&wording::roles(catalogue, force, "or"));
            sentences.push(format!("{roles} may have everybody change theirs."));
        }
        if let Some(after) = &self.on_compromise {
            let change = after.change.map(soon).unwrap_or_default();
            sentences.push(format!("A password that others may know is changed{change}."));
            if let Some(tell) = &after.tell {
                let within = after.within.map(soon).unwrap_or_default();
                sentences.push(format!("{} told{within}.", upper_first(&told(catalogue, tell))));
            }
        }
        sentences
    }
}

fn told(catalogue: &Roles, roles: &[Role]) -> String {
    let plural = wording::are_several(catalogue, roles);
    format!("{} {}", wording::roles(catalogue, roles, "and"), if plural { "are" } else { "is" })
}

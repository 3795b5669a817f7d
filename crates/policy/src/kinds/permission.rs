//! What may be asked for.

use domain::{Audience, CategorySet, FormField, Longest, Opens, Role, Roles, Within};

use crate::document::Document;
use crate::kinds::watch::soon;
use crate::kinds::{Acts, Sentences, kind};
use crate::rules::gate_sites;
use crate::state::State;
use crate::value::{
    Askers, Deciders, EntryAnswers, Fields, Id, Panels, PermissionDeciders, Routes, Word, form, join, mended, or_list,
    value_of_word,
};
use crate::wording::{self, upper_first};

impl Word for Opens {
    const WRITTEN: &'static str = "`\"site\"`, `\"category\"`, `\"personal-use\"`, `\"software\"`, `\"device\"`, \
        `\"account\"`, `\"room\"`, `\"publication\"`, `\"contact\"` or `\"other\"`";
    const SEVERAL: &'static str = "things that a permission opens";
    fn word(text: &str, _: &Roles) -> Result<Self, (String, String)> {
        text.parse().map_err(|error: domain::UnknownName| {
            mended(error, || format!("write one of {}", or_list(Opens::ALL.iter().map(|known| known.name()))))
        })
    }
}

value_of_word!(Opens);

/// Whom a grant may be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recipients {
    /// The asker alone.
    Own,
    Group,
    Person,
    /// Everybody of an audience.
    Audience(Audience),
    Everyone,
}

impl Recipients {
    const NAMED: [(&'static str, Recipients); 4] = [
        ("self", Recipients::Own),
        ("group", Recipients::Group),
        ("person", Recipients::Person),
        ("everyone", Recipients::Everyone),
    ];

    /// The words that an explanation uses.
    pub fn words(self) -> String {
        match self {
            Recipients::Own => "the asker alone".to_owned(),
            Recipients::Group => "a group".to_owned(),
            Recipients::Person => "one person".to_owned(),
            Recipients::Audience(audience) => wording::audience(audience),
            Recipients::Everyone => "everyone".to_owned(),
        }
    }
}

impl Word for Recipients {
    const WRITTEN: &'static str = "one of `\"self\"` `\"group\"` `\"person\"` `\"everyone\"`, or an audience";
    const SEVERAL: &'static str = "recipients";
    fn word(text: &str, _: &Roles) -> Result<Self, (String, String)> {
        let audiences = Audience::ALL.iter().map(|audience| (audience.name(), Recipients::Audience(*audience)));
        let known = || Recipients::NAMED.into_iter().chain(audiences.clone());
        known().find(|(name, _)| *name == text).map(|(_, recipients)| recipients).ok_or_else(|| {
            let error = domain::UnknownName::new("recipient", text, known().map(|(name, _)| name));
            let own = || or_list(Recipients::NAMED.iter().map(|(name, _)| *name));
            mended(error, || format!("write one of {}, or an audience", own()))
        })
    }
}

value_of_word!(Recipients);

kind! {
    /// What may be asked for, by whom, and who decides.
    Permission, "permission": "What may be asked for, by whom, and who decides.", r#"id         = "lesson-site"
title      = "Open a site for a class"
asks       = ["subject-teacher"]
decides    = ["it-staff"]
opens      = "site"
categories = ["social-networks", "video"]
to         = "group"
needs      = ["what-is-kept-there"]
fields     = { seen-by-staff = "yes-no" }
longest    = "end of term""# {
        id "id": Id, required: "Its name, unique in the policy. A block names it in `unless`, a channel in `except`."
            => Acts::Names;
        title "title": String, required: "What people read on the form."
            => Acts::Names;
        asks "asks": Askers, required: "Who may ask."
            => Acts::Enforced("rules::asking");
        decides "decides": PermissionDeciders, or PermissionDeciders::default(), "nobody": "Who decides: any one of these roles; or `\"asker\"`: it opens at once on the word of whoever may ask. It or `decides-all` is needed."
            => Acts::Enforced("rules::deciding");
        decides_all "decides-all": Option<Panels>, optional:
            "Who decides together: somebody of each of these lists must agree, each a person of their own, and one no is enough."
            => Acts::Enforced("rules::deciding");
        in_absence "in-absence": Option<Routes>, optional:
            "Who decides too while every holder of a deciding role is absent, by that role."
            => Acts::Enforced("rules::deciding");
        unasked "unasked": bool, or false, "false": "Whether those who decide may give it too when nobody has asked, but not to themselves."
            => Acts::Enforced("rules::deciding");
        within "within": Option<Within>, optional: "How soon it is to be decided."
            => Acts::Depends("the date by which it is due, and the reminders before and at it", |_, _| State::Recorded);
        escalate "escalate": Option<Deciders>, optional: "Who decides too where nobody has decided in the time that `within` says; \"at once\" and \"as soon as possible\" count as an hour, or as the school sets it."
            => Acts::Enforced("rules::deciding");
        opens "opens": Opens, required: "What a yes opens. With `\"publication\"`, whoever asks adds the pictures that are to be published to the request."
            => Acts::Depends("the gate's verdict, or the list of grants", Permission::weight_of_opens);
        categories "categories": Option<CategorySet>, optional:
            "Which categories it may open. Only where it opens a site, a category or personal use. Left out: any but sealed ones."
            => Acts::Enforced("rules::asking");
        to "to": Recipients, or Recipients::Own, "self": "For whom it is given."
            => Acts::Enforced("rules::asking");
        needs "needs": Option<Vec<String>>, optional:
            "Lines of text that the form asks for, beside what every form asks: what, for whom, why, from when and until when."
            => Acts::Enforced("rules::asking");
        fields "fields": Option<Fields>, optional: "Fields of other kinds that the form asks for, each checked as what it is."
            => Acts::Enforced("rules::asking");
        refuse "refuse": Option<EntryAnswers>, optional: "Answers with which it can't be asked for."
            => Acts::Enforced("rules::asking");
        consents "consents": Option<Vec<Id>>, optional: "Consents that must be given before a yes, by their ids: about each person for whom it is or whom its form names."
            => Acts::Depends("rules::consents, where the form names people", Permission::weight_of_consents);
        pictures "pictures": bool, or false, "false": "Whether nobody can say yes before a picture has been added. Only where it opens a `\"publication\"`."
            => Acts::Enforced("rules::pictures");
        pictures_when "pictures-when": Option<EntryAnswers>, optional: "With which answers, all of them, nobody can say yes before a picture has been added, where not every request has one. Only where it opens a `\"publication\"`."
            => Acts::Enforced("rules::pictures");
        pictures_show "pictures-show": Option<String>, optional: "The field of the kind `\"pupils\"` that says whom the pictures show: with the answers of `pictures-when` it has to name somebody, and with others nobody."
            => Acts::Enforced("rules::pictures");
        waive "waive": Option<Vec<Role>>, optional: "Who may say, with a reason, that a consent is not needed."
            => Acts::Depends("rules::consents, where the form names people", Permission::weight_of_consents);
        enforced_by "enforced-by": Option<Id>, optional: "The register in which a yes becomes an entry, by its id: the form asks for what it holds and refuses what it refuses, and the entry ends with what was given. Of the register's fields, the form need not ask for a person, who is then whoever it is for; for `what`, which is what was asked for; for `reason` or `purpose`, which is why; and for those that may come `later`."
            => Acts::Depends("rules::registers", |_, _| State::Recorded);
        longest "longest": Option<Longest>, optional: "The latest end of a grant. Left out: until it is revoked."
            => Acts::Enforced("rules::grant_times");
    }
}

impl Permission {
    /// The fields of the form, beside those that every form has.
    pub fn form(&self) -> Vec<FormField> {
        form(self.needs.as_deref(), self.fields.as_ref())
    }

    /// Whether every form of such a permission asks for this: what, for whom, why, from when and until when.
    pub(crate) fn asks_anyway(&self, field: &str) -> bool {
        match field {
            "reason" | "purpose" | "from" | "until" => true,
            "site" | "address" => self.opens == Opens::Site,
            "class" | "group" => self.to == Recipients::Group,
            _ => false,
        }
    }

    /// Whether the software can hold a yes back until the consents are given: the form names people.
    pub(crate) fn names_people(&self) -> bool {
        self.to == Recipients::Person || self.form().iter().any(FormField::names_people)
    }

    fn weight_of_consents(&self, _: &Document) -> State {
        if self.names_people() { State::Enforced } else { State::Word }
    }

    /// A grant opens what a block or a channel names it for; any other is given by those who decide, and listed until it ends.
    fn weight_of_opens(&self, document: &Document) -> State {
        let is_this = |opener: &Permission| opener.id == self.id;
        let opens = |rule| gate_sites::openers(document, rule).into_iter().any(is_this);
        let is_named = document.rules().any(|(_, rule)| opens(rule));
        if is_named { State::Enforced } else { State::Recorded }
    }
}

impl Sentences for Permission {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let mut sentences = vec![format!(
            "{} may ask for '{}' ({}). {}",
            upper_first(&wording::who(catalogue, &self.asks)),
            self.id,
            self.title,
            self.who_decides(catalogue),
        )];
        for (absent, instead) in self.in_absence.iter().flat_map(|routes| &routes.0) {
            sentences.push(format!(
                "While every holder of the role '{}' is absent, {} {} too.",
                catalogue.title(*absent),
                wording::roles(catalogue, instead, "or"),
                wording::decides(catalogue, instead),
            ));
        }
        if self.unasked {
            sentences.push("Whoever decides may give it without being asked, but not to themselves.".to_owned());
        }
        if let Some(within) = self.within {
            sentences.push(format!("It is to be decided{}.", soon(within)));
        }
        if let Some(escalate) = &self.escalate {
            sentences.push(format!(
                "If nobody has decided in time, {} {} too.",
                wording::roles(catalogue, escalate, "or"),
                wording::decides(catalogue, escalate),
            ));
        }
        let until = self.longest.map_or_else(|| "until it is revoked".to_owned(), longest);
        sentences.push(format!("It is given for {}, {until}.", self.to.words()));
        if let Some(categories) = self.categories {
            sentences.push(format!("It opens only {}.", join(wording::categories(categories), "and")));
        }
        sentences.extend(wording::form(&self.form()));
        if let Some(refuse) = &self.refuse {
            sentences.push(format!("It can't be asked for where {}.", refuse.words("or")));
        }
        if let Some(consents) = &self.consents {
            let names = consents.iter().map(|id| format!("'{id}'")).collect();
            let names = join(names, "and");
            sentences.push(if self.names_people() {
                format!("The consent {names} must be given first, about each person whom the request names.")
            } else {
                format!("The consent {names} must be held first. The request names nobody, so the school sees to it.")
            });
        }
        if self.pictures {
            sentences.push("A picture must be added before it can be given.".to_owned());
        }
        if let Some(when) = &self.pictures_when {
            sentences.push(format!("A picture must be added before it can be given where {}.", when.words("and")));
        }
        if let Some(field) = &self.pictures_show {
            sentences.push(format!("Then '{}' names somebody, and otherwise nobody.", field.replace('-', " ")));
        }
        if let Some(waive) = &self.waive {
            let roles = upper_first(&wording::roles(catalogue, waive, "or"));
            sentences.push(format!("{roles} may say that a consent is not needed."));
        }
        if let Some(register) = &self.enforced_by {
            sentences.push(format!("A yes is entered in the register '{register}'."));
        }
        sentences
    }
}

impl Permission {
    /// Every role that decides by this clause, alone or together with others.
    pub fn named_deciders(&self) -> impl Iterator<Item = Role> + '_ {
        self.decides.iter().chain(self.decides_all.iter().flat_map(|panels| &panels.0).flatten()).copied()
    }

    /// Every role that may come to decide by this clause, some of them only when nobody has in time.
    pub(crate) fn named_roles(&self) -> impl Iterator<Item = Role> + '_ {
        self.named_deciders().chain(self.escalate.iter().flat_map(|roles| roles.iter().copied()))
    }

    /// `The headteacher decides.`
    fn who_decides(&self, catalogue: &Roles) -> String {
        if self.decides.is_asker {
            return "It opens at once, on the word of whoever asks.".to_owned();
        }
        let Some(panels) = &self.decides_all else {
            let roles = upper_first(&wording::roles(catalogue, &self.decides, "or"));
            return format!("{roles} {}.", wording::decides(catalogue, &self.decides));
        };
        let panels = upper_first(&wording::panels(catalogue, &panels.0, "and"));
        format!("{panels} must each agree, and one no is enough.")
    }
}

fn longest(longest: Longest) -> String {
    match longest {
        Longest::Span(span) => format!("for {span} at the longest"),
        Longest::EndOfLesson => "to the end of the lesson at the latest".to_owned(),
        Longest::EndOfDay => "to the end of the day at the latest".to_owned(),
        Longest::EndOfNextSchoolDay => "to the end of the next school day at the latest".to_owned(),
        Longest::EndOfTerm => "to the end of the term at the latest".to_owned(),
        Longest::UntilRevoked => "until it is revoked".to_owned(),
    }
}

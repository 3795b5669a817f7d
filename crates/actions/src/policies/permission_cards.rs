//! A permission as pages show it.

use domain::{Assent, Category, FormField, Group, Longest, NoEnd, Opens, PersonId, PolicyId, Recipient, Role, Version};
use jiff::Timestamp;
use policy::Clause;
use policy::kinds::{Permission, Recipients};
use policy::rules::deciding::{self, SoFar};
use policy::rules::{grant_times, shown};

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::wording::{panel_words, role_words};
use crate::known::published_policies::Text;

/// A permission that somebody may ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct PermissionCard {
    pub policy: PolicyId,
    pub policy_title: String,
    pub version: Version,
    pub clause: String,
    pub number: String,
    pub clause_title: String,
    /// Safe HTML, the school's facts in its blanks.
    pub prose_html: String,
    pub permission: String,
    pub title: String,
    pub opens: Opens,
    /// What it may open; empty where the clause sets no limit.
    pub categories: Vec<Category>,
    pub to: Recipients,
    /// The groups for which the actor may ask, to choose from where it is for a group.
    pub groups: Vec<Group>,
    /// The fields that the clause's form has beside those of every form.
    pub form: Vec<FormField>,
    pub longest: Option<Longest>,
    /// The latest end of a grant for the actor that began now; or why the school's calendar does not tell it.
    pub latest_end: Result<Option<Timestamp>, NoEnd>,
    /// The classes whose lesson it may end with.
    pub lesson_classes: Vec<Group>,
    pub decides: Vec<Role>,
    /// Who decides, as it stands in a sentence: `IT staff or the headteacher`.
    pub who_decides: String,
    /// It opens at once, and nobody else decides.
    pub on_own_word: bool,
    /// The actor may give it to others when nobody has asked.
    pub gives_unasked: bool,
}

impl Desk {
    pub(crate) fn card(
        &self,
        actor: &Authorised,
        text: &Text,
        clause: &Clause,
        permission: &Permission,
    ) -> PermissionCard {
        let lesson_classes = self.lesson_classes(actor, actor.person, &Recipient::Person(actor.person));
        let shown = shown::permission(permission);
        PermissionCard {
            policy: text.record.policy.clone(),
            policy_title: text.document.title.clone(),
            version: text.version(),
            clause: clause.id.clone(),
            number: clause.number.clone(),
            clause_title: clause.title.clone(),
            prose_html: clause.prose_html_for(&self.facts().facts),
            permission: shown.id.to_owned(),
            title: shown.title.to_owned(),
            opens: shown.opens,
            categories: shown.categories.map(|set| set.iter().collect()).unwrap_or_default(),
            to: shown.to,
            groups: actor.asks_for_groups(),
            form: shown.form,
            longest: shown.longest,
            latest_end: grant_times::latest_end(permission, self.now(), self.timetable(), &lesson_classes),
            lesson_classes,
            decides: self.deciders_by(permission),
            on_own_word: deciding::opens_on_own_word(permission),
            gives_unasked: self.may_give_unasked(actor, permission),
            who_decides: self.who_decides(permission, &[], &self.deciders_by(permission)),
        }
    }

    /// The classes whose lesson a grant may end with: those of whom it is for, then those that the asker teaches.
    pub(crate) fn lesson_classes(&self, actor: &Authorised, asker: PersonId, recipient: &Recipient) -> Vec<Group> {
        let people_index = self.people_index(actor);
        grant_times::lesson_classes(recipient, asker, |person| people_index.here(person))
    }

    /// Who decides now, as it stands in a sentence: one of `deciders`, or somebody of each list that still has to agree.
    pub(crate) fn who_decides(&self, permission: &Permission, assents: &[Assent], deciders: &[Role]) -> String {
        if deciding::opens_on_own_word(permission) {
            return "whoever asks".to_owned();
        }
        let still = deciding::still_to_agree(permission, assents, &|role| self.is_absent(role));
        if still.is_empty() { role_words(&self.roles(), deciders) } else { panel_words(&self.roles(), &still) }
    }

    /// The roles that decide by a permission today.
    fn deciders_by(&self, permission: &Permission) -> Vec<Role> {
        deciding::deciders(Some(permission), SoFar::default(), &|role| self.is_absent(role))
    }
}

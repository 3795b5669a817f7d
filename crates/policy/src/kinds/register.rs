//! A register that is kept.

use domain::{FormField, Role, Roles};

use crate::kinds::{Acts, Sentences, choices, kind};
use crate::rules::registers::{self, devices};
use crate::state::State;
use crate::value::{AtMost, EntryAnswers, EntryFields, Every, Id, PERSON_CONCERNED, Who, join};
use crate::wording::{self, upper_first};

choices! {
    /// What is to be done about an entry when its person leaves.
    OnLeaving, "way of leaving", "ways of leaving" {
        Return = "return", "take back what is listed";
        Remove = "remove", "take them out of the list";
        HandOver = "hand over", "give what is listed to somebody else";
    }
}

choices! {
    /// Who makes an entry.
    DeclaredBy, "maker of entries", "makers of entries" {
        Own = "self", "the person whom it is about";
    }
}

kind! {
    /// A list that is kept.
    Register, "register": "A list that is kept.", r#"id          = "own-devices"
title       = "Own devices on the school network"
keeper      = ["it-staff"]
fields      = { person = "person", device = "text", since = "date", encrypted = "yes-no", lent-until = "date", given-back = "date" }
later       = ["lent-until", "given-back"]
due         = "lent-until"
done        = "given-back"
refuse      = { encrypted = ["no"] }
shown-to    = ["staff"]
shows       = ["device"]
shown-when  = { encrypted = ["yes"] }
check-every = "every term"
on-leaving  = "remove""# {
        id "id": Id, required: "Its name, unique in the policy."
            => Acts::Names;
        title "title": String, required: "What people read above the list."
            => Acts::Names;
        keeper "keeper": Vec<Role>, required: "Who keeps it."
            => Acts::Depends("rules::registers", |_, _| State::Recorded);
        fields "fields": EntryFields, or EntryFields::default(), "nobody writes in it": "What each entry says, each checked as what it is; every register has them but one that follows from a consent."
            => Acts::Depends("rules::registers", |_, _| State::Recorded);
        later "later": Option<Vec<String>>, optional: "Those of its fields that may be left empty until they are known."
            => Acts::Depends("rules::registers", |_, _| State::Recorded);
        due_field "due": Option<String>, optional: "The field with the day by which something is to be done about an entry."
            => Acts::Depends("rules::registers::upkeep", |_, _| State::Recorded);
        done_field "done": Option<String>, optional: "The field with the day on which that was done, or what is listed came back."
            => Acts::Depends("rules::registers::upkeep", |_, _| State::Recorded);
        searches "searches": bool, or false, "false": "Whether it lists searches of devices. Whoever writes in it may search one, with the `second-person` there or else another member of staff, and a search can be written down of a report instead."
            => Acts::Enforced("rules::searching");
        check_every "check-every": Option<Every>, optional: "How often it is checked."
            => Acts::Depends("rules::registers::upkeep", |_, _| State::Recorded);
        second_person "second-person": Option<Vec<Role>>, optional: "Of whom one, who neither writes nor corrects the entry, must be there when something is entered or corrected."
            => Acts::Enforced("rules::registers");
        refuse "refuse": Option<EntryAnswers>, optional: "Answers with which nothing is entered."
            => Acts::Enforced("rules::registers");
        at_most "at-most": Option<Box<AtMost>>, optional: "The number of what an entry lists that are in use, and the number of how many there are. An entry in which the first is above the second is refused."
            => Acts::Enforced("rules::registers::counting");
        may_leave_when "may-leave-when": Option<EntryAnswers>, optional: "With which answers, all of them, what is listed may leave the premises."
            => Acts::Depends("rules::registers", |_, _| State::Recorded);
        declared_by "declared-by": Option<DeclaredBy>, optional: "Who makes an entry, where it is not the keeper."
            => Acts::Enforced("rules::registers");
        who "for": Who, or Who::everyone(), "everyone": "Who writes about themselves, where entries are people's own."
            => Acts::Enforced("rules::registers");
        after_use_of "after-use-of": Option<String>, optional: "The exception after whose use an entry is made."
            => Acts::Shows("the register's page", |_| true);
        shown_to "shown-to": Option<Who>, optional: "Who is shown what is listed, beside those who keep it. `\"person-concerned\"`: people the entries that name them, until they are done."
            => Acts::Enforced("rules::registers");
        shows "shows": Option<Vec<String>>, optional: "The fields that they are shown; where `shown-to` is written."
            => Acts::Enforced("rules::registers");
        shown_when "shown-when": Option<EntryAnswers>, optional: "With which answers, all of them, an entry is shown to them. Left out: with any."
            => Acts::Enforced("rules::registers");
        official_accounts "official-accounts": bool, or false, "false": "Whether it lists the school's own accounts on the platforms of others. The page 'Get in touch' has what it shows, for those to whom it is shown or who keep it; where `shows` is written."
            => Acts::Shows("the page 'Get in touch'", |_| true);
        known_by "known-by": Option<String>, optional: "The field with the network address by which the gate knows what is listed. In the networks that the school's configuration names, it refuses every device that no entry lists."
            => Acts::Enforced("rules::registers::devices");
        lost_by "lost-by": Option<Vec<String>>, optional: "The reports, none of them in confidence, with which people say that something it lists is lost or stolen. Whoever has such a report can say so too, and whoever keeps the register. Until it is found the entry is not corrected, asks nothing of anybody, and lets no device in at the gate."
            => Acts::Depends("rules::registers::losses", |_, _| State::Recorded);
        labelled_with "labelled-with": Option<Vec<String>>, optional: "The fields that stand on the label of what it lists. Whoever reports one lost that does not name them, or has the report, types what one of these says. Written where `lost-by` is."
            => Acts::Depends("rules::registers::losses", |_, _| State::Recorded);
        signed_by "signed-by": Option<String>, optional: "The field with the person who signs for what they were given, or says why not; where `shown-to` has `\"person-concerned\"`."
            => Acts::Depends("rules::registers::issuing", |_, _| State::Recorded);
        checklist "checklist": Option<Id>, optional: "The register of the checklists that are written before what its entries tell of, by its id. An entry is marked for which none was written on the same day, before the moment that it names."
            => Acts::Depends("rules::registers::checklists", |_, _| State::Recorded);
        checklist_by "checklist-by": Option<Vec<String>>, optional: "The fields that both registers have, by which a checklist is known to belong to an entry: among them the one moment before which it is written. Written where `checklist` is."
            => Acts::Depends("rules::registers::checklists", |_, _| State::Recorded);
        on_leaving "on-leaving": Option<OnLeaving>, optional: "What is to be done about an entry when somebody leaves whom it names, or who wrote it about themselves. What is to be given back is also called in when the permission ends by which it was given out."
            => Acts::Depends("rules::registers::upkeep", |_, _| State::Recorded);
        without_consent "without-consent": Option<String>, optional: "The consent, asked once, from which it follows: it lists those for whom that is not given, and nobody writes in it."
            => Acts::Depends("rules::registers::consent_lists", |_, _| State::Recorded);
        shown_with "shown-with": Option<String>, optional: "The permission with which others are shown what is listed, for as long as they hold it."
            => Acts::Enforced("rules::registers");
    }
}

impl Register {
    /// The fields of an entry's form.
    pub fn form(&self) -> &[FormField] {
        &self.fields.0
    }

    fn sentence_of_losses(&self) -> Option<String> {
        let reports = self.lost_by.as_ref()?;
        let reports = join(reports.iter().map(|report| format!("'{report}'")).collect(), "or");
        let label = wording::fields(self.labelled_with.as_deref().unwrap_or_default());
        let gate = if devices::is_binding(self) { ", and the gate does not let it in" } else { "" };
        Some(format!(
            "Whoever makes or has the report {reports}, or keeps the register, can mark what it lists as lost or stolen. \
             Until it is found its entry is not corrected and asks nothing of anybody{gate}. On its label stands: {label}."
        ))
    }

    fn sentence_of_count(&self) -> Option<String> {
        let AtMost { counted, limit } = self.at_most.as_deref()?;
        let (counted, limit) = (counted.replace('-', " "), limit.replace('-', " "));
        Some(format!("It says how many are in use, and has no entry in which '{counted}' is above '{limit}'."))
    }

    fn sentence_of_gate(&self) -> Option<String> {
        let field = self.known_by.as_ref()?;
        Some(format!(
            "The gate knows a device by '{}': in the networks whose devices the school has on a register, it refuses one \
             that no entry lists.",
            field.replace('-', " ")
        ))
    }

    fn sentence_of_checklist(&self) -> Option<String> {
        let (checklist, by) = (self.checklist.as_ref()?, wording::fields(self.checklist_by.as_deref()?));
        Some(format!(
            "Before what an entry tells of, a checklist is written on the same day in the register '{checklist}', which says \
             the same of: {by}. An entry without one is marked."
        ))
    }

    /// What is said of a register that follows from a consent.
    fn sentences_of_list(&self, catalogue: &Roles, consent: &str, keeper: &str, are_several: bool) -> Vec<String> {
        let read = if are_several { "read" } else { "reads" };
        let mut sentences = vec![
            format!(
                "The register '{}' ({}) lists everybody about whom the consent '{consent}' is asked and for whom it is not \
                 given: refused, or not given, and since when.",
                self.id, self.title
            ),
            "Nobody writes in it: it follows from what is said to the consent, and does not say who said it."
                .to_owned(),
            format!("{keeper} {read} it."),
        ];
        if let Some(who) = &self.shown_to {
            sentences.push(format!("{} can read it.", upper_first(&wording::who(catalogue, who))));
        }
        if let Some(permission) = &self.shown_with {
            sentences
                .push(format!("Whoever holds the permission '{permission}' can read it, for as long as they hold it."));
        }
        sentences
    }
}

impl Sentences for Register {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let keeper = upper_first(&wording::roles(catalogue, &self.keeper, "and"));
        let are_several = wording::are_several(catalogue, &self.keeper);
        if let Some(consent) = &self.without_consent {
            return self.sentences_of_list(catalogue, consent, &keeper, are_several);
        }
        let verb = if are_several { "keep" } else { "keeps" };
        let mut sentences = vec![format!(
            "{keeper} {verb} the register '{}' ({}): {}.",
            self.id,
            self.title,
            wording::fields(&self.fields.0.iter().map(|field| field.name.clone()).collect::<Vec<_>>())
        )];
        if registers::names_people(self) {
            let but = if registers::is_own(self) { ", but what they wrote" } else { "" };
            let reads = if registers::is_shown_to_the_named(self) { "reads the whole of" } else { "reads" };
            sentences.push(format!("Nobody {reads} or changes an entry that names them{but}."));
        }
        if self.searches {
            sentences
                .push("A search can be written down of a report instead, by those who have the report.".to_owned());
        }
        if let Some(later) = &self.later {
            sentences.push(format!("It may be entered later: {}.", wording::fields(later)));
        }
        if let Some(every) = self.check_every {
            sentences.push(format!(
                "{keeper} {check} it {every}, and {are} told when it is time.",
                check = if are_several { "check" } else { "checks" },
                are = if are_several { "are" } else { "is" },
            ));
        }
        if let (Some(who), Some(shows)) = (&self.shown_to, &self.shows) {
            let mut others = who.clone();
            let when = self.shown_when.as_ref().map(|when| format!(", where {}", when.words("and")));
            let (fields, when) = (wording::fields(shows), when.unwrap_or_default());
            if registers::is_shown_to_the_named(self) {
                others.roles.retain(|role| role.name() != PERSON_CONCERNED);
                sentences.push(format!("Whoever an entry names can read of it, until it is done: {fields}{when}."));
            }
            if !others.is_nobody() {
                let who = upper_first(&wording::who(catalogue, &others));
                sentences.push(format!("{who} can read in it: {fields}{when}."));
            }
        }
        if self.official_accounts {
            sentences.push("The page 'Get in touch' shows it too.".to_owned());
        }
        if let Some(signer) = &self.signed_by {
            sentences.push(format!(
                "Whoever stands in '{}' signs for what they were given, or says why not.",
                signer.replace('-', " ")
            ));
        }
        if let (Some(permission), Some(shows)) = (&self.shown_with, &self.shows) {
            let when = self.shown_when.as_ref().map(|when| format!(", where {}", when.words("and")));
            let (fields, when) = (wording::fields(shows), when.unwrap_or_default());
            sentences.push(format!("Whoever holds the permission '{permission}' can read in it: {fields}{when}."));
        }
        sentences.extend(self.sentence_of_losses());
        sentences.extend(self.sentence_of_gate());
        sentences.extend(self.sentence_of_checklist());
        if let Some(second) = &self.second_person {
            let roles = wording::roles(catalogue, second, "or");
            sentences.push(format!(
                "A second person is there for each entry and again for each correction of it, who neither wrote nor \
                 corrects it: {roles}."
            ));
        }
        if let Some(refuse) = &self.refuse {
            sentences.push(format!("It has no entry in which {}.", refuse.words("or")));
        }
        sentences.extend(self.sentence_of_count());
        if let Some(when) = &self.may_leave_when {
            sentences.push(format!("What is listed may leave the premises only where {}.", when.words("and")));
        }
        if let Some(by) = self.declared_by {
            let who = wording::who(catalogue, &self.who);
            sentences.push(format!("An entry is made by {}: {who}.", by.words()));
        }
        if let Some(exception) = &self.after_use_of {
            sentences.push(format!("An entry is made after {exception}."));
        }
        let until_done = match &self.done_field {
            Some(done) => format!("until '{}' is filled in or the entry is closed", done.replace('-', " ")),
            None => "until the entry is closed".to_owned(),
        };
        if let Some(due) = &self.due_field {
            let due = due.replace('-', " ");
            let too = if registers::is_shown_to_the_named(self) { ", and so is whoever it names" } else { "" };
            sentences.push(format!(
                "Before the day in '{due}', whoever keeps the register is reminded of the entry{too}, {until_done}."
            ));
        }
        if let Some(on_leaving) = self.on_leaving {
            sentences.push(format!(
                "When somebody leaves, whoever keeps the register is told to {}, {until_done}.",
                on_leaving.words()
            ));
        }
        sentences
    }
}

//! Reading what is done with entries of registers, and how people reach each other.

use crate::example::reach::{read_reach, read_whom};
use crate::example::{read_entry_form, read_register, read_report};
use crate::lines::{Words, Wrong, read_actor};
use crate::parse::names::Name;
use crate::story::Action;

/// The verbs about entries, and about reaching somebody.
pub(super) const VERBS: [&str; 7] = ["enters", "checks", "finds", "corrects", "declines", "reaches", "marks"];

/// What follows a verb about entries, or about reaching somebody.
pub(super) fn read(verb: &str, words: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Action, Wrong> {
    Ok(match verb {
        "enters" => Action::Enters { form: read_entry_form(words, names)? },
        "checks" => Action::Checks { register: read_register(words, names) },
        "finds" if words.take("an") => {
            Action::FindsEntry { register: read_register_of(words, &["entry", "in"], names)? }
        }
        "finds" if words.take("no") => {
            let before = ["checklist", "for", "the", "entry", "in"];
            Action::FindsNoChecklist { register: read_register_of(words, &before, names)? }
        }
        "finds" => {
            let about = read_actor(words)?;
            for word in ["listed", "in"] {
                let mend = "write 'finds an entry in devices', or as in 'finds pupil Ada listed in no-photographs'";
                words.expect(word, mend)?;
            }
            Action::FindsListed { register: read_register(words, names), about }
        }
        "declines" => {
            Action::SignsForEntry { register: read_register_of(words, &["the", "entry", "in"], names)?, declines: true }
        }
        "marks" => {
            let register = read_register_of(words, &["the", "entry", "in"], names)?;
            let mend = "write it as in 'marks the entry in devices as lost' or 'marks the entry in devices as found'";
            words.expect("as", mend)?;
            let lost = words.take("lost");
            if !lost {
                words.expect("found", mend)?;
            }
            let by = (lost && words.take("by")).then(|| read_report(words, names));
            Action::MarksEntry { register, lost, by }
        }
        "reaches" => {
            let (whom, how) = read_reach(words)?;
            Action::Reaches { whom, how }
        }
        _ => {
            for word in ["the", "entry", "in"] {
                words.expect(word, "write it as in 'corrects the entry in devices, with device \"a tablet\"'")?;
            }
            Action::CorrectsEntry { form: read_entry_form(words, names)? }
        }
    })
}

/// `writes down reaching parent`.
pub(super) fn read_reaching(words: &mut Words<'_>) -> Result<Action, Wrong> {
    Ok(Action::WritesDown { whom: read_whom(words)? })
}

/// The register after `an entry in` and the like.
pub(super) fn read_register_of(words: &mut Words<'_>, before: &[&str], names: &mut Vec<Name>) -> Result<String, Wrong> {
    for word in before {
        words.expect(word, "write it as in 'finds an entry in devices' or 'closes the entry in devices'")?;
    }
    Ok(read_register(words, names))
}

/// `signs for the entry in devices`, after its verb.
pub(super) fn read_signs_for(words: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Action, Wrong> {
    for word in ["entry", "in"] {
        words.expect(word, "write it as in 'signs for the entry in devices' or 'declines the entry in devices'")?;
    }
    Ok(Action::SignsForEntry { register: read_register(words, names), declines: false })
}

/// `is to check devices`, `is to see to the entry in devices`, `is to sign for the entry in devices`.
pub(super) fn read_is_to(words: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Action, Wrong> {
    if words.take("check") {
        return Ok(Action::IsToCheck { register: read_register(words, names) });
    }
    let mend = "write 'is to check devices -> yes', 'is to sign for the entry in devices -> yes' or 'is to see to the entry in devices -> return'";
    if words.take("sign") {
        for word in ["for", "the", "entry", "in"] {
            words.expect(word, mend)?;
        }
        return Ok(Action::IsToSignForEntry { register: read_register(words, names) });
    }
    for word in ["see", "to", "the", "entry", "in"] {
        words.expect(word, mend)?;
    }
    Ok(Action::IsToSeeToEntry { register: read_register(words, names) })
}

//! By which channels people may be in touch.

use domain::Roles;

use crate::document::Document;
use crate::kinds::{Acts, Sentences, kind};
use crate::rules::channels;
use crate::state::State;
use crate::value::{Id, Who, WhoByAge, join};
use crate::wording;

kind! {
    /// By which channels people may be in touch.
    Channel, "channel": "By which channels people may be in touch.", r#"from   = ["staff"]
to     = ["pupil", "parent"]
by     = ["school mail", "school telephone"]
except = ["an emergency on a trip"]"# {
        from "from": Who, required: "Who writes or calls."
            => Acts::Depends("rules::channels", recorded);
        to "to": WhoByAge, required: "To whom."
            => Acts::Depends("rules::channels", |channel, document| {
                if channel.to.who.groups.is_empty() { recorded(channel, document) } else { State::Word }
            });
        by "by": Vec<String>, required: "By which ways, in the order in which they are tried."
            => Acts::Depends("rules::channels", recorded);
        except "except": Option<Vec<String>>, optional: "Permissions by their ids, or exceptions in plain words."
            => Acts::Depends("rules::channels", recorded);
        prefer "prefer": Option<Vec<String>>, optional: "What is tried before an exception is used."
            => Acts::Depends("rules::channels", recorded);
        log "log": Option<Id>, optional: "The register in which the use of an exception, and a contact in any other way, is written down, by its id. Without one the whole rule rests on each person's word."
            => Acts::Depends("rules::channels", recorded);
    }
}

/// People keep to it; what they did otherwise becomes an entry that somebody keeps.
fn recorded(channel: &Channel, document: &Document) -> State {
    if channels::log(document, channel).is_some() { State::Recorded } else { State::Word }
}

impl Sentences for Channel {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let mut sentences = vec![format!(
            "Between {} and {}: only by {}.",
            wording::who(catalogue, &self.from),
            wording::who_by_age(catalogue, &self.to),
            join(self.by.clone(), "or"),
        )];
        if let Some(except) = &self.except {
            sentences.push(format!("Except: {}.", except.join("; ")));
        }
        if let Some(prefer) = &self.prefer {
            sentences.push(format!("Before that, they try {}.", join(prefer.clone(), "or")));
        }
        if let Some(register) = &self.log {
            sentences.push(format!("What happened in any other way is written down in the register '{register}'."));
        }
        sentences
    }
}

//! By which channels people may be in touch.

use domain::Roles;

use crate::document::Document;
use crate::kinds::{Acts, Sentences, kind};
use crate::rules::channels::{self, WayAtTheGate};
use crate::state::State;
use crate::value::{Id, Sites, WaySites, Who, WhoByAge, join};
use crate::wording;

kind! {
    /// By which channels people may be in touch.
    Channel, "channel": "By which channels people may be in touch.", r#"from   = ["staff"]
to     = ["pupil", "parent"]
by     = ["school mail", "school telephone"]
sites  = { "school mail" = ["mail.example.org"], "private messages" = ["messages.example.com"] }
except = ["an emergency on a trip"]"# {
        from "from": Who, required: "Who writes or calls."
            => Acts::Depends("rules::channels", recorded);
        to "to": WhoByAge, required: "To whom."
            => Acts::Depends("rules::channels", |channel, document| {
                if channel.to.who.groups.is_empty() { recorded(channel, document) } else { State::Word }
            });
        by "by": Vec<String>, required: "By which ways, in the order in which they are tried."
            => Acts::Depends("rules::channels", recorded);
        sites "sites": Option<WaySites>, optional: "The ways that are sites, each with its sites. For those who write or call, the gate opens a way of `by` as an `[allow]` would, and closes one that the rule names nowhere else as a `[block]` would that those permissions of `except` open which are given to the asker alone. It does neither with one of `except` or `prefer`."
            => Acts::Enforced("the gate's verdict");
        except "except": Option<Vec<String>>, optional: "Permissions by their ids, or exceptions in plain words."
            => Acts::Depends("rules::channels", recorded);
        prefer "prefer": Option<Vec<String>>, optional: "What is tried before an exception is used."
            => Acts::Depends("rules::channels", recorded);
        log "log": Option<Id>, optional: "The register in which the use of an exception, and a contact in any other way, is written down, by its id. Without one all but `sites` rests on each person's word."
            => Acts::Depends("rules::channels", recorded);
    }
}

/// People keep to it; what they did otherwise becomes an entry that somebody keeps.
fn recorded(channel: &Channel, document: &Document) -> State {
    if channels::log(document, channel).is_some() { State::Recorded } else { State::Word }
}

impl Channel {
    fn sentences_of_gate(&self, catalogue: &Roles) -> Vec<String> {
        let from = wording::who(catalogue, &self.from);
        let sentence = |(way, sites, at_the_gate): (&str, &Sites, WayAtTheGate)| {
            let sites = wording::sites(sites, "and");
            match at_the_gate {
                WayAtTheGate::Open => format!("The gate opens {sites} for {from}: '{way}' is approved."),
                WayAtTheGate::Closed => format!("The gate closes {sites} for {from}: '{way}' is not approved."),
                WayAtTheGate::AsElsewhere => format!("For '{way}' the gate neither opens nor closes {sites}."),
            }
        };
        channels::ways_at_the_gate(self).map(sentence).collect()
    }
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
        sentences.extend(self.sentences_of_gate(catalogue));
        sentences
    }
}

//! By which channels people may be in touch.

use domain::Roles;

use crate::kinds::{Acts, Sentences, kind};
use crate::value::{Id, Who, WhoByAge, join};
use crate::wording;

kind! {
    /// By which channels people may be in touch.
    Channel, "channel": "By which channels people may be in touch.", r#"from   = ["staff"]
to     = ["pupil", "parent"]
by     = ["school mail", "school telephone"]
except = ["an emergency on a trip"]"# {
        from "from": Who, required: "Who writes or calls."
            => Acts::Nothing;
        to "to": WhoByAge, required: "To whom."
            => Acts::Nothing;
        by "by": Vec<String>, required: "By which channels."
            => Acts::Nothing;
        except "except": Option<Vec<String>>, optional: "Permissions by their ids, or exceptions in plain words."
            => Acts::Nothing;
        prefer "prefer": Option<Vec<String>>, optional: "What is tried before an exception is used."
            => Acts::Nothing;
        log "log": Option<Id>, optional: "The register in which the use of an exception is entered, by its id."
            => Acts::Nothing;
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
            sentences.push(format!("Each exception is entered in the register '{register}'."));
        }
        sentences
    }
}

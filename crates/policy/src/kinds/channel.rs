//! By which channels people may be in touch.

use domain::Roles;

use crate::kinds::{Acts, Sentences, kind};
use crate::value::{Who, join};
use crate::wording;

kind! {
    /// By which channels people may be in touch.
    Channel, "channel": "By which channels people may be in touch.", r#"from   = ["staff"]
to     = ["pupil", "parent"]
by     = ["school mail", "school telephone"]
except = ["an emergency on a trip"]"# {
        from "from": Who, required: "Who writes or calls."
            => Acts::Nothing;
        to "to": Who, required: "To whom."
            => Acts::Nothing;
        by "by": Vec<String>, required: "By which channels."
            => Acts::Nothing;
        except "except": Option<Vec<String>>, optional: "Permissions by their ids, or exceptions in plain words."
            => Acts::Nothing;
    }
}

impl Sentences for Channel {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let mut sentences = vec![format!(
            "Between {} and {}: only by {}.",
            wording::who(catalogue, &self.from),
            wording::who(catalogue, &self.to),
            join(self.by.clone(), "or"),
        )];
        if let Some(except) = &self.except {
            sentences.push(format!("Except: {}.", except.join("; ")));
        }
        sentences
    }
}

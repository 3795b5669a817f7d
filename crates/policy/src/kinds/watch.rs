//! What raises an alert.

use domain::{Role, Roles, Within};

use crate::kinds::{Acts, Sentences, choices, kind};
use crate::value::{Sites, Who, join};
use crate::wording;

choices! {
    /// Where the software looks.
    Stream, "place to watch", "places" {
        Search = "search", "searches";
        Address = "address", "addresses opened";
        Mail = "mail", "mail";
        Bypass = "bypass", "tries to get round the filter";
        Download = "download", "downloads";
        Upload = "upload", "uploads";
        SignIn = "sign-in", "sign-ins";
        Device = "device", "devices";
        Outside = "outside", "alerts from outside products";
    }
}

choices! {
    /// How serious an alert is.
    Severity, "severity", "severities" {
        Low = "low", "low";
        Medium = "medium", "medium";
        High = "high", "high";
        Critical = "critical", "critical";
    }
}

kind! {
    /// What raises an alert, and who is told.
    Watch, "watch": "What raises an alert, and who is told.", r#"for      = ["pupil"]
in       = ["search", "address"]
phrases  = ["self-harm"]
sites    = ["self-harm"]
severity = "high"
tell     = ["dsl", "deputy-dsl"]
within   = "at once""# {
        who "for": Who, or Who::everyone(), "everyone": "Whose use is watched."
            => Acts::Nothing;
        places "in": Vec<Stream>, required: "Where the software looks."
            => Acts::Nothing;
        phrases "phrases": Option<Vec<String>>, optional: "Named lists of phrases to look for."
            => Acts::Nothing;
        sites "sites": Option<Sites>, optional: "Sites whose use raises the alert."
            => Acts::Nothing;
        severity "severity": Severity, required: "How serious it is."
            => Acts::Nothing;
        tell "tell": Vec<Role>, required: "Who is told."
            => Acts::Nothing;
        within "within": Option<Within>, optional: "How soon they are told."
            => Acts::Nothing;
    }
}

impl Sentences for Watch {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let places = join(self.places.iter().map(|place| place.words().to_owned()).collect(), "and");
        let who = wording::who(catalogue, &self.who);
        // Nothing in the software watches: the sentences say what the policy asks for, and no more.
        let mut looks = format!("The policy asks for {places} of {who} to be watched");
        if let Some(phrases) = &self.phrases {
            looks.push_str(&format!(" for words of {}", wording::list(phrases)));
        }
        if let Some(sites) = &self.sites {
            looks.push_str(&format!(", on {}", wording::sites(sites, "and")));
        }
        let within = self.within.map(soon).unwrap_or_default();
        let tell = wording::roles(catalogue, &self.tell, "and");
        vec![
            format!("{looks}."),
            format!("It asks for {tell} to be told{within}, as of something of {} severity.", self.severity.words()),
        ]
    }
}

/// ` at once`, ` within 72 hours`.
pub(crate) fn soon(within: Within) -> String {
    match within {
        Within::Span(span) => format!(" within {span}"),
        other => format!(" {other}"),
    }
}

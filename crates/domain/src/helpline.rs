//! Somebody outside the school who listens.

use serde::{Deserialize, Serialize};

/// Somebody outside the school to whom people can turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Helpline {
    pub name: String,
    /// How to reach them, in words, as in `Call 0800 1111, free, day and night`.
    pub how: String,
    /// Their site, where they have one.
    #[serde(default)]
    pub site: Option<String>,
}

impl Helpline {
    /// Those whom every child in the United Kingdom can reach.
    pub fn national() -> Vec<Helpline> {
        let helpline = |name: &str, how: &str, site: &str| Helpline {
            name: name.to_owned(),
            how: how.to_owned(),
            site: Some(site.to_owned()),
        };
        vec![
            helpline("Childline", "Call 0800 1111, free, day and night", "https://www.childline.org.uk/"),
            helpline("Shout", "Text SHOUT to 85258, free, day and night", "https://giveusashout.org/"),
            helpline("Samaritans", "Call 116 123, free, day and night", "https://www.samaritans.org/"),
            helpline(
                "CEOP, the police’s online safety centre",
                "Tell them online if somebody online has made you feel unsafe",
                "https://www.ceop.police.uk/",
            ),
        ]
    }
}

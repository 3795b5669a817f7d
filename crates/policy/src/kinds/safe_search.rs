//! Search engines locked to safe results.

use domain::Roles;

use crate::kinds::{Acts, Sentences, choices, kind};
use crate::value::{Who, join};
use crate::wording::{self, upper_first};

choices! {
    /// A search engine that can be locked to safe results.
    Engine, "search engine", "search engines" {
        Google = "google", "Google";
        Bing = "bing", "Bing";
        Duckduckgo = "duckduckgo", "DuckDuckGo";
        Youtube = "youtube", "YouTube";
        Pixabay = "pixabay", "Pixabay";
    }
}

kind! {
    /// Locks search engines to safe results.
    SafeSearch, "safe-search": "Locks search engines to safe results.", r#"engines = ["google", "bing", "youtube"]"# {
        who "for": Who, or Who::everyone(), "everyone": "For whom."
            => Acts::Enforced("the gate's verdict");
        engines "engines": Vec<Engine>, or Engine::ALL.to_vec(), "all of them": "Which search engines."
            => Acts::Enforced("the gate's verdict");
    }
}

impl Sentences for SafeSearch {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let engines = join(self.engines.iter().map(|engine| engine.words().to_owned()).collect(), "and");
        let verb = if self.engines.len() == 1 { "shows" } else { "show" };
        vec![format!("{} {verb} {} safe results only.", upper_first(&engines), wording::who(catalogue, &self.who))]
    }
}

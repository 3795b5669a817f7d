//! What the gate closes.

use domain::{Audience, Period, PeriodSet, Roles};

use crate::document::Document;
use crate::kinds::{Acts, Sentences, choices, kind};
use crate::state::State;
use crate::value::{Ids, Sites, Who, join};
use crate::wording::{self, upper_first};

choices! {
    /// While what a site is open.
    OpenWhile, "state of a room", "states of a room" {
        Supervised = "supervised", "a member of staff supervises";
    }
}

kind! {
    /// Closes sites at the gate.
    Block, "block": "Closes sites at the gate.", r#"sites  = ["social-networks", "reddit.com"]
for    = ["pupil"]
during = ["lessons"]
unless = "lesson-site"
reason = "Social networks wait until after lessons.""# {
        sites "sites": Sites, required: "What is closed."
            => Acts::Depends("the gate's verdict", Block::weight);
        who "for": Who, or Who::everyone(), "everyone": "For whom it is closed."
            => Acts::Depends("the gate's verdict", Block::weight);
        except "except": Who, or Who::nobody(), "nobody": "Who is left out."
            => Acts::Depends("the gate's verdict", Block::weight);
        other_than "other-than": Option<Sites>, optional:
            "Sites that it leaves open among those: with `sites = [\"*\"]`, what may be visited at all. A site in several categories is left open only where all of them are named."
            => Acts::Depends("the gate's verdict", Block::weight);
        during "during": Option<PeriodSet>, optional: "When it is closed. Left out: always."
            => Acts::Depends("the gate's verdict", |block, document| at_the_gate(block.during).min(block.weight(document)));
        not_during "not-during": Option<PeriodSet>, optional: "When it is open all the same."
            => Acts::Depends("the gate's verdict", |block, document| at_the_gate(block.not_during).min(block.weight(document)));
        unless "unless": Option<Ids>, optional: "The permissions any of which opens it again, by their ids in this policy."
            => Acts::Depends("the gate's verdict", Block::weight);
        while_present "while-present": Option<Vec<Audience>>, optional: "Closed only while any of these people are present."
            => Acts::Nothing;
        open_while "open-while": Option<OpenWhile>, optional: "While what it is open all the same."
            => Acts::Nothing;
        reason "reason": Option<String>, optional: "One plain sentence for the page that a blocked person sees."
            => Acts::Shows("the page that says 'blocked'", |_| true);
    }
}

/// Whether the gate can tell these times: it sees nobody who is off site.
pub(crate) fn at_the_gate(times: Option<PeriodSet>) -> State {
    if times.is_some_and(|times| times.contains(Period::OffSite)) { State::Word } else { State::Enforced }
}

impl Block {
    /// Whether the gate can tell when it holds: it doesn't know who is present, nor who supervises.
    pub(crate) fn is_known_to_the_gate(&self) -> bool {
        self.while_present.is_none() && self.open_while.is_none()
    }

    fn weight(&self, _: &Document) -> State {
        if self.is_known_to_the_gate() { State::Enforced } else { State::Word }
    }

    /// When and but for which sites: ` during lessons, but not during breaks`.
    pub(crate) fn condition(&self) -> String {
        let but_for = self.other_than.as_ref().map(|sites| format!(" other than {}", wording::sites(sites, "and")));
        let (during, not_during) = (wording::during(self.during), wording::not_during(self.not_during));
        let present = self.while_present.as_ref().map(|present| {
            let names = present.iter().map(|known| wording::audience(*known)).collect();
            format!(" while {} are present", join(names, "or"))
        });
        let open_while = self.open_while.map(|open| format!(", but not while {}", open.words()));
        [but_for.unwrap_or_default(), during, not_during, present.unwrap_or_default(), open_while.unwrap_or_default()]
            .concat()
    }
}

impl Sentences for Block {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let when = self.condition();
        let sites = wording::sites(&self.sites, "or");
        let who = if self.who.everyone && self.except.is_nobody() {
            "Nobody may open".to_owned()
        } else if self.who.everyone {
            format!("Nobody except {} may open", wording::who(catalogue, &self.except))
        } else {
            format!("{} may not open", upper_first(&wording::who_except(catalogue, &self.who, &self.except)))
        };
        let mut sentences = vec![format!("{who} {sites}{when}.")];
        if let Some(unless) = &self.unless {
            sentences.push(format!("The permission {} opens it again for those who hold it.", unless.or_words()));
        }
        sentences
    }
}

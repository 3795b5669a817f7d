//! The latest verdicts, for the live page: what the gate does, without whom it does it to.

use std::collections::VecDeque;

use domain::{Activity, ActivityId, Audience, CategorySet, Outcome};
use jiff::Timestamp;

/// One verdict without person, client, device, path or search.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Glimpse {
    pub at: Timestamp,
    pub host: String,
    pub outcome: Outcome,
    pub reason: String,
    pub policy: Option<String>,
    pub clause: Option<String>,
    pub version: Option<u32>,
    pub categories: CategorySet,
    pub audience: Audience,
}

impl Glimpse {
    fn of(activity: &Activity) -> Glimpse {
        Glimpse {
            at: activity.at,
            host: activity.host.clone(),
            outcome: activity.outcome,
            reason: activity.reason.clone(),
            policy: activity.policy.clone(),
            clause: activity.clause.clone(),
            version: activity.version,
            categories: activity.categories,
            audience: activity.audience,
        }
    }

    /// Takes another activity's place without giving the old strings' memory back.
    fn become_of(&mut self, activity: &Activity) {
        self.at = activity.at;
        self.host.clone_from(&activity.host);
        self.outcome = activity.outcome;
        self.reason.clone_from(&activity.reason);
        self.policy.clone_from(&activity.policy);
        self.clause.clone_from(&activity.clause);
        self.version = activity.version;
        self.categories = activity.categories;
        self.audience = activity.audience;
    }
}

/// The last so many glimpses, oldest first.
pub struct Ring {
    kept: VecDeque<(ActivityId, Glimpse)>,
    most: usize,
}

impl Ring {
    pub fn new(most: usize) -> Ring {
        Ring { kept: VecDeque::with_capacity(most), most }
    }

    /// A tunnel that closes takes the place of its opening, where that is still among the kept.
    pub fn show(&mut self, activity: &Activity) {
        if self.most == 0 {
            return;
        }
        if let Some((_, glimpse)) = self.kept.iter_mut().rev().find(|(id, _)| *id == activity.id) {
            return glimpse.become_of(activity);
        }
        let slot = if self.kept.len() < self.most {
            (activity.id, Glimpse::of(activity))
        } else {
            let (_, mut glimpse) = self.kept.pop_front().expect("the ring is full and not of length 0");
            glimpse.become_of(activity);
            (activity.id, glimpse)
        };
        self.kept.push_back(slot);
    }

    /// The newest first.
    pub fn latest(&self, count: usize) -> Vec<Glimpse> {
        self.kept.iter().rev().take(count).map(|(_, glimpse)| glimpse.clone()).collect()
    }
}

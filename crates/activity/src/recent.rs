//! The latest verdicts, for the live page and for references: what the gate does, without whom it does it to.

use std::collections::VecDeque;

use domain::{Activity, ActivityId, Audience, CategorySet, Outcome};
use jiff::Timestamp;

/// One verdict without person, client, device, path or search.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RecentVerdict {
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

impl RecentVerdict {
    fn of(activity: &Activity) -> RecentVerdict {
        RecentVerdict {
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

/// The last so many verdicts, oldest first.
pub struct RecentVerdicts {
    kept: VecDeque<(ActivityId, RecentVerdict)>,
    most: usize,
}

impl RecentVerdicts {
    pub fn new(most: usize) -> RecentVerdicts {
        RecentVerdicts { kept: VecDeque::with_capacity(most), most }
    }

    /// A tunnel that closes takes the place of its opening, where that is still among the kept.
    pub fn show(&mut self, activity: &Activity) {
        if self.most == 0 {
            return;
        }
        if let Some((_, verdict)) = self.kept.iter_mut().rev().find(|(id, _)| *id == activity.id) {
            return verdict.become_of(activity);
        }
        let slot = if self.kept.len() < self.most {
            (activity.id, RecentVerdict::of(activity))
        } else {
            let (_, mut verdict) = self.kept.pop_front().expect("it is full, and not of length 0");
            verdict.become_of(activity);
            (activity.id, verdict)
        };
        self.kept.push_back(slot);
    }

    /// Those whose identifier ends in these hexadecimal digits, the newest first.
    pub fn ending_in(&self, digits: &str) -> Vec<RecentVerdict> {
        let found = self.kept.iter().rev().filter(|(id, _)| id.to_string().ends_with(digits));
        found.map(|(_, verdict)| verdict.clone()).collect()
    }

    /// The newest first.
    pub fn latest(&self, count: usize) -> Vec<RecentVerdict> {
        self.kept.iter().rev().take(count).map(|(_, verdict)| verdict.clone()).collect()
    }
}

//! The school's periods at a moment, looked up once a second.

use std::sync::Arc;

use domain::PeriodSet;
use jiff::Timestamp;
use parking_lot::Mutex;
use policy::{Moment, Rules};

/// Remembers which periods are on. Each thread that decides has one of its own, so that none waits for another.
#[derive(Default)]
pub struct Moments(Mutex<Option<KeptMoment>>);

#[derive(Clone, Copy)]
struct KeptMoment {
    /// Where the rules stand in memory: new rules may have other periods.
    rules: usize,
    second: i64,
    periods: PeriodSet,
}

impl Moments {
    pub(crate) fn at(&self, rules: &Arc<Rules>, at: Timestamp) -> Moment {
        let (these, second) = (Arc::as_ptr(rules) as usize, at.as_second());
        let mut kept = self.0.lock();
        if let Some(kept) = *kept
            && (kept.rules, kept.second) == (these, second)
        {
            return Moment { at, periods: kept.periods };
        }
        let moment = rules.moment(at);
        *kept = Some(KeptMoment { rules: these, second, periods: moment.periods });
        moment
    }
}

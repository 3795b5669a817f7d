//! Why sites are not reached, in the program's own log: each cause at once and then once a minute at the most, with its
//! chain of sources, and nothing personal. A cause never holds the site's name, nor who asked.

use std::collections::HashMap;
use std::error::Error;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// How long a cause that has been logged is only counted.
const QUIET: Duration = Duration::from_mins(1);

/// The most causes that are told apart.
const MOST_CAUSES: usize = 100;

#[derive(Default)]
pub(crate) struct FailureLog {
    seen: Mutex<HashMap<String, Seen>>,
}

struct Seen {
    logged: Instant,
    times: u64,
}

impl FailureLog {
    /// Something failed because of `cause`.
    pub fn note(&self, what: &'static str, cause: &(dyn Error + 'static)) {
        let cause = chain(cause);
        if let Some(times) = self.times_to_log(&format!("{what}: {cause}"), Instant::now()) {
            tracing::warn!(%cause, times, "{what}");
        }
    }

    /// How often it has happened since it was last logged, this time included. `None`: it is only counted.
    fn times_to_log(&self, key: &str, now: Instant) -> Option<u64> {
        let mut seen = self.seen.lock();
        if seen.len() >= MOST_CAUSES {
            seen.retain(|_, seen| now.duration_since(seen.logged) < QUIET);
        }
        let full = seen.len() >= MOST_CAUSES;
        match seen.get_mut(key) {
            Some(seen) if now.duration_since(seen.logged) < QUIET => {
                seen.times += 1;
                None
            }
            Some(seen) => {
                let times = seen.times + 1;
                *seen = Seen { logged: now, times: 0 };
                Some(times)
            }
            None if full => None,
            None => {
                seen.insert(key.to_owned(), Seen { logged: now, times: 0 });
                Some(1)
            }
        }
    }
}

/// An error and all that lies beneath it, each said once.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !said.ends_with(&text) {
            said = format!("{said}: {text}");
        }
        source = error.source();
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_logged_at_once_and_then_once_a_minute_with_how_often() {
        let (log, now) = (FailureLog::default(), Instant::now());
        assert_eq!(log.times_to_log("refused", now), Some(1));
        assert_eq!([log.times_to_log("refused", now), log.times_to_log("refused", now)], [None, None]);
        assert_eq!(log.times_to_log("too late", now), Some(1), "another cause");
        assert_eq!(log.times_to_log("refused", now + QUIET), Some(3));
    }

    #[test]
    fn the_chain_of_sources_is_said_whole() {
        #[derive(Debug, thiserror::Error)]
        #[error("the site was not reached")]
        struct Outer(#[source] std::io::Error);
        let error = Outer(std::io::Error::other("no route"));
        assert_eq!(chain(&error), "the site was not reached: no route");
    }
}

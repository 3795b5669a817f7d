//! What a school may set about its activity log.

use std::time::Duration;

use domain::{Span, Unit};
use serde::{Deserialize, Serialize};

/// Settings of the activity log. A key that is not known here is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ActivitySettings {
    /// Milliseconds between two syncs to the disk (`fdatasync`); 0 syncs at each append. A killed process loses nothing
    /// either way: this bounds what a power cut can take.
    pub sync_every: u64,
    /// How many of the latest verdicts the live page can show, held in memory.
    pub live_lines: usize,
    /// How many of the latest blocked verdicts can be looked up by the reference on their page, held in memory.
    pub referred_verdicts: usize,
    /// The most rows that one page of a search answers.
    pub page_rows: usize,
    /// Threads that search and seal. They are the log's own, so that a long search never holds the gate up.
    pub search_threads: usize,
    /// How long a day's activity is kept after the day has ended; `None` keeps it until a person deletes it.
    #[serde(deserialize_with = "Span::deserialize_maybe_fixed")]
    pub keep_for: Option<Span>,
    pub sweep: SweepSettings,
}

/// How carefully days past keeping are removed. A clock that has jumped ahead must not empty the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct SweepSettings {
    /// The most days that one sweep removes; the program sweeps once an hour.
    pub most_days: usize,
    /// The longest time without any activity that a school has. After a longer one the clock is doubted and nothing is
    /// removed.
    #[serde(deserialize_with = "Span::deserialize_fixed")]
    pub longest_quiet: Span,
    /// How far the clock may move from the machine's steady one between two looks before it is doubted.
    #[serde(deserialize_with = "Span::deserialize_fixed")]
    pub clock_jump: Span,
    /// How long a doubted clock must go on without another doubt before it is believed.
    #[serde(deserialize_with = "Span::deserialize_fixed")]
    pub trusted_after: Span,
}

impl Default for SweepSettings {
    fn default() -> Self {
        let days = |count| Span { count, unit: Unit::Day };
        SweepSettings { most_days: 2, longest_quiet: days(14), clock_jump: days(1), trusted_after: days(7) }
    }
}

impl Default for ActivitySettings {
    fn default() -> Self {
        ActivitySettings {
            sync_every: 200,
            live_lines: 500,
            referred_verdicts: 20_000,
            page_rows: 1_000,
            search_threads: 2,
            keep_for: None,
            sweep: SweepSettings::default(),
        }
    }
}

impl ActivitySettings {
    /// `None` where each append syncs by itself.
    pub(crate) fn sync_interval(&self) -> Option<Duration> {
        (self.sync_every > 0).then(|| Duration::from_millis(self.sync_every))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_that_only_a_calendar_tells_is_refused() {
        for span in ["1 term", "15 school days"] {
            let error =
                serde_json::from_value::<ActivitySettings>(serde_json::json!({ "keep-for": span })).unwrap_err();
            assert!(error.to_string().contains(&format!("'{span}' depends on the school's calendar")), "{error}");
        }
    }

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let error = serde_json::from_str::<ActivitySettings>(r#"{"sync-evry": 5}"#).unwrap_err();
        assert!(error.to_string().contains("sync-evry"), "{error}");
    }

    #[test]
    fn a_setting_left_out_has_its_default() {
        let settings: ActivitySettings = serde_json::from_str(r#"{"keep-for": "12 months"}"#).unwrap();
        assert_eq!(
            settings,
            ActivitySettings { keep_for: Some("12 months".parse().unwrap()), ..ActivitySettings::default() }
        );
    }
}

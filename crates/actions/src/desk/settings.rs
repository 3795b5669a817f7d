//! What a school may set about its desk.

use std::num::NonZeroU32;

use credentials::{HashCost, ThrottleSettings};
use domain::{MailHours, Span, TextLimits, Unit};
use policy::rules::{deadlines, sessions, viewing};
use records::RetentionPeriod;
use serde::{Deserialize, Serialize};

/// Settings of what people do at the desk. A key that is not known here is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PeopleSettings {
    /// The school's name, as receipts and pages show it.
    #[serde(skip)]
    pub school_name: String,
    /// Where the records are: `sqlite:` and a file of the data folder, or `postgres://user@host/database`. It stands
    /// at the head of the configuration.
    #[serde(skip)]
    pub records: String,
    /// How much is kept of files with a report. It stands in the configuration's own section `[evidence]`.
    #[serde(skip)]
    pub evidence: EvidenceLimits,
    pub password_hash: HashCost,
    pub throttle: ThrottleSettings,
    /// Hours after which a sign-in at the desk ends whatever the policy's session clause says.
    pub session_longest_hours: u32,
    /// Days for which an invitation to set a password holds.
    pub invitation_days: u32,
    /// Days between the first notice that a signature is owed and the first reminder; the second and third follow
    /// after twice and three times as many.
    pub reminder_days: NonZeroU32,
    /// The most days that somebody may be left untold that their activity was looked at.
    pub longest_untold_days: u32,
    /// How many people one import may mark as leavers before whoever imports must type their number.
    pub leavers_at_once: u32,
    /// How many entries one list may bring into a register.
    pub entries_at_once: u32,
    /// The most characters that may be typed into a line of a form that a clause asks for.
    pub longest_line: usize,
    /// The most characters of a reason, a note or another longer text.
    pub longest_text: usize,
    pub reports: ReportSettings,
    pub retention: RetentionSettings,
    pub notices: NoticeSettings,
}

/// The section `[people.notices]`: when people are told by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct NoticeSettings {
    /// When mail that is not urgent goes, on school days.
    pub mail_hours: MailHours,
    /// Minutes for which a notice that is not urgent waits for others to the same person: they go in one mail.
    pub gathered_minutes: u32,
    /// Minutes after which a report that is to be taken up at once is overdue.
    pub at_once_minutes: u32,
    /// Days after which whoever exported a report is reminded of a receipt that nobody has written down.
    pub receipt_days: u32,
    /// How often one mail is tried.
    pub tries: u32,
}

impl Default for NoticeSettings {
    fn default() -> NoticeSettings {
        NoticeSettings {
            mail_hours: MailHours::default(),
            gathered_minutes: 5,
            at_once_minutes: deadlines::AT_ONCE_MINUTES,
            receipt_days: 14,
            tries: 10,
        }
    }
}

/// How much is kept of files with a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvidenceLimits {
    /// The largest file, in bytes.
    pub file_bytes: u64,
    /// How many files one report has at the most.
    pub files_per_case: u32,
    /// How many bytes of files are handed out at once, inside one exported file.
    pub export_bytes: u64,
}

impl Default for EvidenceLimits {
    fn default() -> EvidenceLimits {
        EvidenceLimits { file_bytes: 50 * 1024 * 1024, files_per_case: 50, export_bytes: 20 * 1024 * 1024 }
    }
}

/// The section `[people.reports]`: what is taken of reports in an hour, so that nobody can bury those who receive them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReportSettings {
    /// Reports in an hour from one person who is signed in.
    pub per_person_an_hour: u32,
    /// Reports in an hour from one address by people who are not signed in.
    pub unidentified_per_address_an_hour: u32,
    /// Reports in an hour by people who are not signed in, over all addresses.
    pub unidentified_an_hour: u32,
    /// In an hour by one person: names and numbers of what is lost that fit nothing, or several things, on the school's lists.
    pub wrong_labels_an_hour: u32,
}

impl Default for ReportSettings {
    fn default() -> ReportSettings {
        ReportSettings {
            per_person_an_hour: 20,
            unidentified_per_address_an_hour: 10,
            unidentified_an_hour: 60,
            wrong_labels_an_hour: 10,
        }
    }
}

/// The section `[people.retention]`: how long what has come to its end is kept in the records, in days, weeks, months or
/// years. What has no time is kept until the school sets one. From when each counts, `docs/RETENTION.md` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RetentionSettings {
    #[serde(deserialize_with = "Span::deserialize_maybe_fixed")]
    pub sign_ins: Option<Span>,
    #[serde(deserialize_with = "Span::deserialize_maybe_fixed")]
    pub invitations: Option<Span>,
    #[serde(deserialize_with = "Span::deserialize_maybe_fixed")]
    pub reminders: Option<Span>,
    #[serde(deserialize_with = "Span::deserialize_maybe_fixed")]
    pub declines: Option<Span>,
    #[serde(deserialize_with = "Span::deserialize_maybe_fixed")]
    pub requests: Option<Span>,
    #[serde(deserialize_with = "Span::deserialize_maybe_fixed")]
    pub sanctions: Option<Span>,
    #[serde(deserialize_with = "Span::deserialize_maybe_fixed")]
    pub viewings: Option<Span>,
    #[serde(deserialize_with = "Span::deserialize_maybe_fixed")]
    pub reports: Option<Span>,
    #[serde(deserialize_with = "Span::deserialize_maybe_fixed")]
    pub agreements: Option<Span>,
    #[serde(deserialize_with = "Span::deserialize_maybe_fixed")]
    pub notices: Option<Span>,
    #[serde(deserialize_with = "Span::deserialize_maybe_fixed")]
    pub register_entries: Option<Span>,
    /// The most rows of one table that one sweep removes; the program sweeps once an hour.
    pub rows_at_once: NonZeroU32,
}

impl RetentionSettings {
    /// How long something is kept; `None` where the school has set no time.
    pub fn time(&self, period: RetentionPeriod) -> Option<Span> {
        match period {
            RetentionPeriod::SignIns => self.sign_ins,
            RetentionPeriod::Invitations => self.invitations,
            RetentionPeriod::Reminders => self.reminders,
            RetentionPeriod::Declines => self.declines,
            RetentionPeriod::Requests => self.requests,
            RetentionPeriod::Sanctions => self.sanctions,
            RetentionPeriod::Viewings => self.viewings,
            RetentionPeriod::Reports => self.reports,
            RetentionPeriod::Agreements => self.agreements,
            RetentionPeriod::Notices => self.notices,
            RetentionPeriod::RegisterEntries => self.register_entries,
        }
    }
}

impl Default for RetentionSettings {
    fn default() -> RetentionSettings {
        let months = |count| Some(Span { count, unit: Unit::Month });
        RetentionSettings {
            sign_ins: months(12),
            invitations: months(1),
            reminders: months(12),
            declines: months(24),
            requests: months(24),
            sanctions: months(24),
            viewings: months(24),
            reports: None,
            agreements: None,
            notices: months(3),
            register_entries: None,
            rows_at_once: NonZeroU32::MIN.saturating_add(999),
        }
    }
}

impl PeopleSettings {
    /// Where the records are unless the configuration names another place.
    pub const RECORDS: &str = "sqlite:records.sqlite";
}

impl Default for PeopleSettings {
    fn default() -> PeopleSettings {
        PeopleSettings {
            school_name: "The school".to_owned(),
            records: PeopleSettings::RECORDS.to_owned(),
            evidence: EvidenceLimits::default(),
            password_hash: HashCost::default(),
            throttle: ThrottleSettings::default(),
            session_longest_hours: sessions::LONGEST_HOURS,
            invitation_days: 14,
            reminder_days: NonZeroU32::MIN.saturating_add(6),
            longest_untold_days: viewing::LONGEST_UNTOLD_DAYS,
            leavers_at_once: 25,
            entries_at_once: 500,
            longest_line: TextLimits::default().line,
            longest_text: TextLimits::default().long_text,
            reports: ReportSettings::default(),
            retention: RetentionSettings::default(),
            notices: NoticeSettings::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let error = serde_json::from_str::<PeopleSettings>(r#"{"reminder-dais": 5}"#).unwrap_err();
        assert!(error.to_string().contains("reminder-dais"), "{error}");
    }

    #[test]
    fn a_time_of_keeping_that_only_a_calendar_tells_is_refused() {
        let error = serde_json::from_str::<PeopleSettings>(r#"{"retention": {"sign-ins": "2 terms"}}"#).unwrap_err();
        assert!(error.to_string().contains("'2 terms' depends on the school's calendar"), "{error}");
    }

    #[test]
    fn reminders_without_a_day_between_them_are_refused() {
        let error = serde_json::from_str::<PeopleSettings>(r#"{"reminder-days": 0}"#).unwrap_err();
        assert!(error.to_string().contains("nonzero"), "{error}");
    }
}

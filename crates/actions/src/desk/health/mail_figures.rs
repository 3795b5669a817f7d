//! How mail fares, as the program keeps it in mind while it runs.

use jiff::Timestamp;

/// How the mail server was when it was last needed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MailServer {
    /// The configuration names none: people are told on the desk alone.
    #[default]
    None,
    Answers,
    /// It has not been of use since.
    Away {
        since: Timestamp,
    },
}

/// How mail fares since the program started: counts, which are nobody's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MailFigures {
    pub server: MailServer,
    pub sent: u64,
    /// Mails that the mail server did not take; each is tried again.
    pub refused: u64,
    /// Notices that no mail could tell of in all the tries that the configuration allows, and that nobody has read.
    pub given_up: u64,
}

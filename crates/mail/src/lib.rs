//! Tells people by mail that there is something for them at the desk. A mail is read by more people than the one it is
//! for (whoever keeps the mail server, whoever looks at a telephone), so it never says what there is: its words are made
//! here from the school's name and the desk's address, and from whether it is urgent, and from nothing else.
//!
//! This crate knows SMTP and the words of a mail. It knows no person, no policy and no records: it is handed an address.

mod sender;
mod settings;
mod words;

pub use sender::{NotSent, OutgoingMail, Sender};
pub use settings::{MailSettings, MailSettingsError, Tls};
pub use words::{body, subject};

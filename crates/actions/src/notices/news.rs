//! What somebody has been told and has not read, beyond what there is for them to do.

use std::collections::HashSet;

use domain::Told;
use jiff::Timestamp;

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;

/// One thing that there is to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    pub told: Told,
    pub at: Timestamp,
}

impl Desk {
    /// The newest first, each case, request or entry once. What there is to do stands among the tasks.
    pub(crate) async fn news(&self, by: &Authorised) -> Result<Vec<News>, records::Error> {
        let unread = self.stores().read(by).await?.unread_notices(by.person).await?;
        let mut seen = HashSet::new();
        let is_news = |told: Told| {
            let of_report = matches!(told, Told::ReportAnswered(_) | Told::ReportClosed(_) | Told::ReportHandedOver(_));
            let of_end = matches!(told, Told::RequestEnded(_) | Told::RequestShortened(_));
            let of_entry = matches!(told, Told::EntryLost(_));
            of_report || of_end || of_entry || matches!(told, Told::RequestDecided(_) | Told::RequestUndecided(_))
        };
        Ok(unread
            .into_iter()
            .filter(|notice| is_news(notice.told) && seen.insert(notice.told.about()))
            .map(|notice| News { told: notice.told, at: notice.made_at })
            .collect())
    }
}

//! How long everything is kept, as `docs/RETENTION.md` prints it.

use records::{KeptFor, RETENTION, RetentionPeriod};

use crate::desk::settings::RetentionSettings;

/// Each table of the records, what it holds, how long its rows are kept and why; and the activity log beside them.
pub fn retention_page() -> String {
    let mut page = String::from(
        "# How long things are kept\n\nMade from `crates/records/src/retention.rs`; a test fails when it is not current. \
         Once an hour the program removes what has been kept for long enough, and the ledger says how \
         many rows of each table went. Nothing goes while the clock has jumped, or after a gap in the ledger that no school \
         has (`[activity.sweep]`). No hold reaches this list yet: a school that has to keep something longer sets a longer \
         time. A school sets the times in the section `[people.retention]` of \
         its configuration.\n\n| table | holds | kept | why |\n|---|---|---|---|\n",
    );
    for table in RETENTION {
        let kept = kept_words(table.kept_for);
        page.push_str(&format!("| `{}` | {} | {kept} | {} |\n", table.table, table.holds, table.why));
    }
    page.push_str(
        "\n## The activity log\n\nUse of the web is not in the records. `activity.keep-for` says how long each day of it is \
         kept after the day has ended, and `[activity.sweep]` how carefully it is removed.\n",
    );
    page
}

fn kept_words(kept_for: KeptFor) -> String {
    match kept_for {
        KeptFor::Always => "as long as there are records".to_owned(),
        KeptFor::Parent { table, .. } => format!("as long as its row of `{table}`"),
        KeptFor::Period { period, from, .. } => {
            let setting = setting(period);
            match RetentionSettings::default().time(period) {
                Some(time) => format!("{time} after {from}, unless `{setting}` says otherwise"),
                None => format!("until the school sets `{setting}`; then that long after {from}"),
            }
        }
    }
}

/// The key of the configuration: `sign-ins`.
fn setting(period: RetentionPeriod) -> String {
    let name = serde_json::to_value(period).expect("a name is JSON");
    name.as_str().unwrap_or_default().to_owned()
}

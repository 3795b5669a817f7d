use std::io::Write;
use std::sync::{Arc, Mutex};

use testkit::SmallDisk;

use crate::sample::{activity, all, open};

/// What the program's log says, by a subscriber of this thread.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Said {
    fn during(work: impl FnOnce()) -> Vec<String> {
        let said = Said::default();
        let to = said.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || to.clone()).finish();
        tracing::subscriber::with_default(subscriber, work);
        let text = String::from_utf8(said.0.lock().unwrap().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

#[test]
fn on_a_full_disk_activity_is_counted_as_dropped_and_the_log_says_why_once_and_when_it_ends() {
    SmallDisk::with(
        "full_disk::on_a_full_disk_activity_is_counted_as_dropped_and_the_log_says_why_once_and_when_it_ends",
        1,
        |disk| {
            let log = open(&disk.path().join("activity"));
            log.append(&activity(0)).unwrap();
            disk.fill();
            let begun = Said::during(|| (1..200).for_each(|number| _ = log.append(&activity(number))));
            let health = log.health();
            let kept = 200 - health.dropped;
            assert!(health.dropped > 150, "{health:?}");
            assert!(health.outage.as_ref().is_some_and(|cause| cause.contains("No space left")), "{health:?}");
            assert_eq!(begun.len(), 1, "{begun:#?}");
            assert!(begun[0].contains("ERROR") && begun[0].contains("No space left"), "{begun:#?}");

            disk.empty();
            let ended = Said::during(|| (200..300).for_each(|number| log.append(&activity(number)).unwrap()));
            assert_eq!(ended.len(), 1, "{ended:#?}");
            assert!(ended[0].contains(&format!("dropped={}", health.dropped)), "{ended:#?}");
            assert_eq!((log.health().outage, log.health().dropped), (None, health.dropped));
            assert_eq!(all(&log).len() as u64, kept + 100, "what was kept before, and all that came after");
        },
    );
}

#[test]
fn a_log_opens_on_a_disk_that_is_full_and_goes_on_when_there_is_room() {
    SmallDisk::with("full_disk::a_log_opens_on_a_disk_that_is_full_and_goes_on_when_there_is_room", 1, |disk| {
        let folder = disk.path().join("activity");
        let log = open(&folder);
        log.append(&activity(0)).unwrap();
        drop(log);
        disk.fill();
        let log = open(&folder);
        assert!(log.append(&activity(1)).is_err());
        assert_eq!(all(&log), [activity(0)]);
        disk.empty();
        log.append(&activity(2)).unwrap();
        assert_eq!(all(&log), [activity(0), activity(2)]);
    });
}

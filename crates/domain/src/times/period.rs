//! Named times: lessons, breaks, out of hours. The school's timetable says when they are.

crate::names::vocabulary! {
    /// A time that a policy may name.
    Period, "period" {
        Lessons = "lessons", "lessons";
        Breaks = "breaks", "breaks";
        SchoolDay = "school day", "the school day";
        OutOfHours = "out of hours", "out of hours";
        Term = "term", "term";
        Holidays = "holidays", "holidays";
        OnSite = "on site", "on the school site";
        OffSite = "off site", "off the school site";
        OwnWorkingHours = "own working hours", "their own working hours";
    }
}

/// A set of periods, one bit each: those that hold at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PeriodSet(pub u16);

impl PeriodSet {
    pub const fn contains(self, period: Period) -> bool {
        self.0 & (1 << period as u8) != 0
    }

    pub const fn meets(self, other: PeriodSet) -> bool {
        self.0 & other.0 != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn insert(&mut self, period: Period) {
        self.0 |= 1 << period as u8;
    }

    pub fn iter(self) -> impl Iterator<Item = Period> {
        Period::ALL.iter().copied().filter(move |period| self.contains(*period))
    }
}

impl FromIterator<Period> for PeriodSet {
    fn from_iter<I: IntoIterator<Item = Period>>(periods: I) -> Self {
        let mut set = PeriodSet::default();
        periods.into_iter().for_each(|period| set.insert(period));
        set
    }
}

//! A class's lesson.

use serde::{Deserialize, Serialize};

use crate::{Group, WeeklyTimes};

/// When and where a class is taught, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lesson {
    pub class: Group,
    /// `mon 08:50-09:50; thu 11:10-12:20`
    pub when: WeeklyTimes,
    #[serde(default)]
    pub room: Option<String>,
    /// The username of whoever teaches it.
    #[serde(default)]
    pub teacher: Option<String>,
    /// The week of a two-week timetable that it is in. Left out: it is in every week.
    #[serde(default)]
    pub week: Option<Week>,
}

/// One of the two weeks of a timetable that repeats every fortnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Week {
    A,
    B,
}

impl Lesson {
    pub fn is_in(&self, week: Week) -> bool {
        self.week.is_none_or(|own| own == week)
    }

    /// Whether it is in a room, however its name is written.
    pub fn is_in_room(&self, room: &str) -> bool {
        self.room.as_ref().is_some_and(|own| own.trim().to_lowercase() == room.trim().to_lowercase())
    }

    /// Whether there is a week in which both are.
    pub(crate) fn shares_a_week_with(&self, other: &Lesson) -> bool {
        other.week.is_none_or(|week| self.is_in(week))
    }

    /// `the lesson of 9B in S4`
    pub fn words(&self) -> String {
        match &self.room {
            Some(room) => format!("the lesson of {} in {room}", self.class),
            None => format!("the lesson of {}", self.class),
        }
    }
}

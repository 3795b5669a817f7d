//! What stands around every page: the school's name, the navigation, who is signed in, the way back.

use actions::MenuEntry;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::forms::posted::Form;
use crate::moment;
use crate::visitor::Anyone;

/// The most entries that the navigation shows in its line, 'More' among them.
const MOST_IN_LINE: usize = 7;

/// Every page's template has one, named `frame`, and extends `layout.html`.
#[derive(Debug, Clone)]
pub struct Frame {
    pub title: String,
    pub school: String,
    pub navigation: Vec<NavigationEntry>,
    /// The rest of the navigation, grouped under 'More' where it is too long for one line.
    pub more: Vec<NavigationEntry>,
    /// The name of whoever is signed in.
    pub person: Option<String>,
    pub csrf: String,
    /// The stylesheet's address, which changes with its content.
    pub styles: &'static str,
    /// From home to here; the page itself is not among them.
    pub crumbs: Vec<Crumb>,
    pub back: Option<String>,
    /// Whether the device is in the hands of somebody else than whoever is signed in: no menu leads to what is theirs.
    pub handed_over: bool,
    /// Whether what was looked for under this address is kept no longer.
    pub search_ended: bool,
    failed: bool,
    now: Timestamp,
    zone: TimeZone,
}

#[derive(Debug, Clone)]
pub struct NavigationEntry {
    pub text: &'static str,
    pub href: &'static str,
    pub current: bool,
}

#[derive(Debug, Clone)]
pub struct Crumb {
    pub text: String,
    pub href: String,
}

impl Frame {
    pub(crate) fn new(title: String, anyone: &Anyone) -> Frame {
        let path = anyone.here.split('?').next().unwrap_or("/");
        let entries = anyone.actor.as_ref().map(|actor| navigation(&anyone.desk.navigation(actor), path));
        let mut navigation = entries.unwrap_or_default();
        let more = if navigation.len() > MOST_IN_LINE { navigation.split_off(MOST_IN_LINE - 1) } else { Vec::new() };
        Frame {
            title,
            school: anyone.desk.settings().school_name.clone(),
            navigation,
            more,
            person: anyone.actor.as_ref().map(|actor| actor.name().to_owned()),
            csrf: anyone.csrf.clone(),
            styles: crate::pages::assets::styles_address(),
            crumbs: Vec::new(),
            back: None,
            handed_over: false,
            search_ended: anyone.search_ended(),
            failed: false,
            now: anyone.desk.now(),
            zone: anyone.desk.time_zone().clone(),
        }
    }

    /// Whether this page is one of those under 'More'.
    pub fn is_under_more(&self) -> bool {
        self.more.iter().any(|entry| entry.current)
    }

    /// A link back to the page that this one hangs on.
    pub fn back(mut self, href: impl Into<String>) -> Frame {
        self.back = Some(href.into());
        self
    }

    /// The page for somebody else, on the device of whoever is signed in: without their menu and their name.
    pub fn handed_over(self) -> Frame {
        Frame { handed_over: true, navigation: Vec::new(), more: Vec::new(), person: None, ..self }
    }

    /// One more step on the way here: `frame.crumb("People", "/people")`.
    pub fn crumb(mut self, text: impl Into<String>, href: impl Into<String>) -> Frame {
        self.crumbs.push(Crumb { text: text.into(), href: href.into() });
        self
    }

    /// As [`Frame::crumb`], where the visitor's own navigation leads there.
    pub fn crumb_if_reachable(self, text: &'static str, href: &'static str) -> Frame {
        if self.leads_to(href) { self.crumb(text, href) } else { self }
    }

    /// Whether the visitor's own navigation leads to a page.
    pub fn leads_to(&self, href: &str) -> bool {
        self.navigation.iter().chain(&self.more).any(|entry| entry.href == href)
    }

    /// Puts 'Error:' before the title where the form has problems, so that it is heard first.
    pub fn form(mut self, form: &Form) -> Frame {
        self.failed = form.has_problems();
        self
    }

    /// `Page – Desk`, for the browser's tab.
    pub fn full_title(&self) -> String {
        format!("{}{} – {}", if self.failed { "Error: " } else { "" }, self.title, self.school)
    }

    /// `14 May 2026, 10:42`, in the school's time zone.
    pub fn when(&self, at: &Timestamp) -> String {
        moment::when(at, &self.zone)
    }

    /// `14 May 2026`
    pub fn day(&self, at: &Timestamp) -> String {
        domain::day_words(at.to_zoned(self.zone.clone()).date())
    }

    /// `14 May 2026, 10:42 (in 2 hours)`
    pub fn when_and_how_far(&self, at: &Timestamp) -> String {
        format!("{} ({})", moment::when(at, &self.zone), moment::relative(at, &self.now))
    }

    /// The end of something that may have none.
    pub fn until(&self, at: &Option<Timestamp>) -> String {
        at.as_ref().map_or_else(|| "until it is revoked".to_owned(), |at| format!("until {}", self.when(at)))
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    pub fn now(&self) -> &Timestamp {
        &self.now
    }
}

fn navigation(entries: &[MenuEntry], path: &str) -> Vec<NavigationEntry> {
    entries
        .iter()
        .map(|entry| {
            let (text, href) = words(entry);
            let current = if href == "/" { path == "/" } else { path == href || path.starts_with(&format!("{href}/")) };
            NavigationEntry { text, href, current }
        })
        .collect()
}

fn words(entry: &MenuEntry) -> (&'static str, &'static str) {
    match entry {
        MenuEntry::Home => ("Home", "/"),
        MenuEntry::MyAgreements => ("My agreements", "/agreements"),
        MenuEntry::WhatIsWatched => ("What is watched", "/watched"),
        MenuEntry::Ask => ("Ask", "/ask"),
        MenuEntry::Decide => ("Decide", "/decide"),
        MenuEntry::Concerns => ("Concerns", "/concerns"),
        MenuEntry::Registers => ("Registers", "/registers"),
        MenuEntry::Gate => ("Gate", "/gate"),
        MenuEntry::People => ("People", "/people"),
        MenuEntry::Policies => ("Policies", "/policies"),
        MenuEntry::Reports => ("Reports", "/reports"),
    }
}

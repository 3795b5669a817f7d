//! Which rule wins. In this order:
//!
//! 1. sealed categories are blocked, whatever else says;
//! 2. the always-open list is allowed;
//! 3. nobody is known to be there and no policy is in force: blocked;
//! 4. a signature that is owed before access: blocked;
//! 5. a sanction that withdraws access: blocked;
//! 6. a device that has to be on a register, and that none of those lists which bind the person: blocked;
//! 7. each policy is asked. In one policy a host speaks before a category and a category before `"*"`; among hosts the
//!    longer wins, and of equals, and of categories, the allow. A block whose own permission is held through a live
//!    grant steps aside. A block that stands in any policy blocks. A site that was closed by a report is a block by its
//!    host in the report's policy, for everybody whom that binds: it speaks before a clause that names the same host, and
//!    no grant opens it;
//! 8. otherwise allowed.
//!
//! A way of reaching people that is a site is an allow where its clause approves it, and a block where it does not. Whom
//! somebody is about to reach the gate doesn't see: of two clauses, the one that approves a site opens it.
//!
//! A policy binds the audiences of its head: its "everyone" is every one of those. Whoever is named by no policy's
//! head, and whoever could not be identified, is bound by all. For the unidentified every block holds, whomever it is
//! for.

use domain::{Audience, Category, CategorySet, ClosedSite, GrantId, GrantScope, Period, Standing};
use smallvec::SmallVec;

use super::Rules;
use super::compile::{
    ALWAYS_OPEN, DeviceRegister, NOT_IDENTIFIED, Opener, SEALED, SiteRule, SiteTable, SiteTableEntry, WITHDRAWN,
    whole_host,
};
use crate::rules::audience_match::audience_bit;
use crate::rules::{path, registers::devices};
use crate::safe_search;
use crate::value::Sites;
use crate::verdict::{Because, Evidence, Moment, Reason, RuleIndex, Says, Verdict, Visit, VisitFrom};

/// What one policy says, by the strength of its words: hosts, categories, everything.
#[derive(Default, Clone, Copy)]
struct SaidByPolicy {
    /// That a report closed the site.
    closed: Option<Spoken>,
    host: Level,
    category: Level,
    everything: Level,
}

/// The strongest allow, block and opened block of one strength.
#[derive(Default, Clone, Copy)]
struct Level {
    allow: Option<Spoken>,
    block: Option<Spoken>,
    opened: Option<Spoken>,
}

/// Something said: how closely it fits, and its place among the evidence.
#[derive(Clone, Copy)]
struct Spoken {
    fit: u32,
    evidence: usize,
}

impl Rules {
    /// What the gate does. Total: there is a verdict for every person, site and moment.
    pub fn decide(&self, standing: &Standing, visit: Visit<'_>, moment: Moment) -> Verdict {
        let sealed = visit.categories.intersection(Category::SEALED);
        if let Some(category) = sealed.first() {
            return verdict(Reason::Sealed, one(SEALED, Some(category), Because::Everyone, Says::Blocks));
        }
        if let Some(category) = self.always_open(visit) {
            let evidence = one(ALWAYS_OPEN, category, Because::Everyone, Says::Allows);
            return self.searching_safely(standing, visit, verdict(Reason::AlwaysOpen, evidence));
        }
        if standing.audience == Audience::Unidentified && self.policies.is_empty() {
            return verdict(Reason::NotIdentified, one(NOT_IDENTIFIED, None, Because::NotIdentified, Says::MustSign));
        }
        let barred = self.owed(standing).or_else(|| self.withdrawn(standing, moment));
        barred.or_else(|| self.not_listed(standing, visit, moment)).unwrap_or_else(|| {
            self.searching_safely(standing, visit, self.ask_each(standing, visit, self.own(standing, moment)))
        })
    }

    /// The moment as it is for one person, who may be in their own working hours.
    fn own(&self, standing: &Standing, moment: Moment) -> Moment {
        let here = || moment.at.to_zoned(self.timetable.time_zone.clone()).datetime();
        let mut periods = moment.periods;
        if !standing.hours.is_empty() && standing.hours.cover(here()) {
            periods.insert(Period::OwnWorkingHours);
        }
        Moment { periods, ..moment }
    }

    /// `Some` where the visit goes to what is always open; the category where that is why.
    #[expect(clippy::option_option, reason = "open or not; and if so, whether by a category")]
    fn always_open(&self, visit: Visit<'_>) -> Option<Option<Category>> {
        let category = visit.categories.intersection(self.gate.always_open_categories).first();
        if category.is_some() {
            return Some(category);
        }
        let mut found = false;
        matching(&self.gate.always_open, visit, |_| found = true);
        found.then_some(None)
    }

    fn owed(&self, standing: &Standing) -> Option<Verdict> {
        let evidence: SmallVec<[Evidence; 4]> = standing
            .unsigned
            .iter()
            .filter_map(|owed| {
                let places = self.clauses.get(&owed.policy.0)?;
                let rule = places.clauses.get(&owed.clause).copied().unwrap_or(places.whole);
                Some(Evidence { rule, category: None, because: Because::Person, says: Says::MustSign })
            })
            .collect();
        (!evidence.is_empty()).then(|| verdict(Reason::NotSigned, evidence))
    }

    fn withdrawn(&self, standing: &Standing, moment: Moment) -> Option<Verdict> {
        let withdrawal = standing.withdrawn.as_ref()?;
        if withdrawal.until.is_some_and(|until| until <= moment.at) {
            return None;
        }
        let places = self.clauses.get(&withdrawal.policy.0);
        let rule =
            places.map_or(WITHDRAWN, |places| places.clauses.get(&withdrawal.clause).copied().unwrap_or(places.whole));
        Some(verdict(Reason::Withdrawn, one(rule, None, Because::Person, Says::Withdraws)))
    }

    /// One register that lists the device is enough; where none binds the person, any device is let in.
    fn not_listed(&self, standing: &Standing, visit: Visit<'_>, moment: Moment) -> Option<Verdict> {
        let VisitFrom::DeviceAt { listed, .. } = visit.from else { return None };
        let binds = |register: &&DeviceRegister| self.binds(register.policy as usize, standing.audience);
        let binding: SmallVec<[&DeviceRegister; 4]> = self.gate.device_registers.iter().filter(binds).collect();
        if binding.iter().any(|register| devices::lists((&register.of, &register.register), listed, moment.at)) {
            return None;
        }
        let because =
            if standing.audience == Audience::Unidentified { Because::NotIdentified } else { Because::Everyone };
        let spoke = |register: &&DeviceRegister| Evidence {
            rule: register.index,
            category: None,
            because,
            says: Says::MustBeListed,
        };
        let evidence: SmallVec<[Evidence; 4]> = binding.iter().map(spoke).collect();
        (!evidence.is_empty()).then(|| verdict(Reason::DeviceNotListed, evidence))
    }

    fn ask_each(&self, standing: &Standing, visit: Visit<'_>, moment: Moment) -> Verdict {
        let mut asked: SmallVec<[SaidByPolicy; 4]> = SmallVec::new();
        asked.resize(self.policies.len(), SaidByPolicy::default());
        let mut evidence: SmallVec<[Evidence; 4]> = SmallVec::new();
        for closed in visit.closed {
            let Some((policy, spoke)) = self.closes(closed, standing.audience) else { continue };
            evidence.push(spoke);
            let spoken = Spoken { fit: whole_host(&closed.host), evidence: evidence.len() - 1 };
            keep(&mut asked[policy].closed, spoken);
        }
        let mut note = |rule: &SiteRule, because: Because, strength: Strength, category: Option<Category>| {
            let says = if rule.blocks { Says::Blocks } else { Says::Allows };
            let policy = &mut asked[rule.policy as usize];
            let (level, fit) = match strength {
                Strength::Host(length) => (&mut policy.host, length),
                Strength::Category(_) => (&mut policy.category, 0),
                Strength::Everything => (&mut policy.everything, 0),
            };
            let place = match evidence.iter().position(|known| (known.rule, known.says) == (rule.index, says)) {
                Some(place) => place,
                None => {
                    evidence.push(Evidence { rule: rule.index, category, because, says });
                    evidence.len() - 1
                }
            };
            let spoken = Spoken { fit, evidence: place };
            if !rule.blocks {
                keep(&mut level.allow, spoken);
                return;
            }
            let held =
                rule.unless.iter().find_map(|opener| Some((opener, held(opener, strength, standing, visit, moment)?)));
            match held {
                Some((opener, grant)) => {
                    let says = Says::Grants(grant);
                    let known = evidence.iter().position(|known| (known.rule, known.says) == (opener.index, says));
                    let place = known.unwrap_or_else(|| {
                        evidence.push(Evidence { rule: opener.index, category, because: Because::Person, says });
                        evidence.len() - 1
                    });
                    keep(&mut level.opened, Spoken { fit, evidence: place });
                }
                // Of two blocks alike, the one that nothing opens is the one to tell people of.
                None if rule.unless.is_empty() && level.block.is_some_and(|known| known.fit == fit) => {
                    let known = level.block.map(|known| evidence[known.evidence].rule);
                    let opens = known.is_some_and(|rule| !self.citation(rule).unless.is_empty());
                    if opens {
                        level.block = Some(spoken);
                    }
                }
                None => keep(&mut level.block, spoken),
            }
        };
        matching(&self.gate.entries, visit, |entry| {
            let rule = &self.gate.rules[entry.rule as usize];
            if let Some(because) = self.speaks(rule, standing, visit, moment) {
                note(rule, because, Strength::Host(entry.length), None);
            }
        });
        for rule in &self.gate.rules {
            let matched = visit.categories.intersection(rule.categories);
            let in_none = rule.uncategorised && visit.categories.is_empty();
            if matched.is_empty() && !in_none && !rule.everything {
                continue;
            }
            let Some(because) = self.speaks(rule, standing, visit, moment) else { continue };
            if !matched.is_empty() || in_none {
                note(rule, because, Strength::Category(matched), matched.first());
            }
            if rule.everything {
                note(rule, because, Strength::Everything, None);
            }
        }
        conclude(&asked, evidence)
    }

    /// The policy by which a site was closed, by its number, and the report that says so, whatever else its clause says; `None`
    /// where the policy is not in force or does not bind such people. Where the clause is gone or reports nothing any more, the
    /// policy itself speaks.
    fn closes(&self, closed: &ClosedSite, audience: Audience) -> Option<(usize, Evidence)> {
        let policy = self.policies.iter().position(|published| published.document.id == closed.policy)?;
        let because = match audience {
            Audience::Unidentified => Because::NotIdentified,
            _ if self.binds(policy, audience) => Because::Everyone,
            _ => return None,
        };
        let places = self.clauses.get(&closed.policy.0)?;
        let rule = places.reports.get(&closed.clause).copied().unwrap_or(places.whole);
        Some((policy, Evidence { rule, category: None, because, says: Says::Blocks }))
    }

    /// Whether a rule speaks to this person now of such a site, and why.
    fn speaks(&self, rule: &SiteRule, standing: &Standing, visit: Visit<'_>, moment: Moment) -> Option<Because> {
        if rule.during.is_some_and(|periods| !periods.meets(moment.periods))
            || rule.not_during.is_some_and(|periods| periods.meets(moment.periods))
            || rule.other_than.as_ref().is_some_and(|sites| is_among(sites, visit))
        {
            return None;
        }
        let unidentified = standing.audience == Audience::Unidentified;
        if unidentified && rule.blocks {
            return Some(Because::NotIdentified);
        }
        if rule.except.as_ref().is_some_and(|except| except.includes(standing.into())) {
            return None;
        }
        let bound = self.binds(rule.policy as usize, standing.audience);
        rule.who.reaches(standing.into(), bound)
    }

    /// [`crate::Document::binds`], made ready for asking often.
    pub(super) fn binds(&self, policy: usize, audience: Audience) -> bool {
        self.gate.binds[policy] & audience_bit(audience) != 0
    }

    fn searching_safely(&self, standing: &Standing, visit: Visit<'_>, mut verdict: Verdict) -> Verdict {
        if self.gate.safe_search.is_empty() || !verdict.is_allowed() {
            return verdict;
        }
        let Some((engine, safe)) = safe_search::safe_host(visit.host) else { return verdict };
        for rule in self.gate.safe_search.iter().filter(|rule| rule.engines.contains(&engine)) {
            let bound = self.binds(rule.policy as usize, standing.audience);
            let because = match standing.audience {
                Audience::Unidentified => Some(Because::NotIdentified),
                _ => rule.who.reaches(standing.into(), bound),
            };
            if let Some(because) = because {
                verdict.safe_search = Some(safe);
                verdict.evidence.push(Evidence { rule: rule.index, category: None, because, says: Says::SafeSearch });
            }
        }
        verdict
    }
}

/// Whether a visit goes to one of these sites, which are named without paths. A site in several categories is one only
/// where all of them are named: mail on a search engine's host is still mail.
fn is_among(sites: &Sites, visit: Visit<'_>) -> bool {
    let categories = visit.categories;
    let by_category = if categories.is_empty() { sites.uncategorised } else { categories.0 & !sites.categories.0 == 0 };
    by_category || sites.entries.iter().any(|entry| visit.host.is_within(&entry.host))
}

/// Through what a rule speaks.
#[derive(Clone, Copy)]
enum Strength {
    Host(u32),
    Category(CategorySet),
    Everything,
}

fn keep(slot: &mut Option<Spoken>, spoken: Spoken) {
    if slot.is_none_or(|known| known.fit < spoken.fit) {
        *slot = Some(spoken);
    }
}

/// Calls `found` for each entry of the table that fits the visit.
fn matching(table: &SiteTable, visit: Visit<'_>, mut found: impl FnMut(&SiteTableEntry)) {
    if table.is_empty() {
        return;
    }
    let mut segments = None;
    for name in visit.host.and_parents() {
        for entry in table.get(name).unwrap_or_default() {
            let fits = entry.path.is_empty()
                || visit.path.is_some_and(|path| {
                    path::is_under(segments.get_or_insert_with(|| path::segments(path)), &entry.path)
                });
            if fits {
                found(entry);
            }
        }
    }
}

/// The live grant of the permission that opens what a rule blocks here.
fn held(opener: &Opener, strength: Strength, standing: &Standing, visit: Visit<'_>, moment: Moment) -> Option<GrantId> {
    let mut left = match (strength, opener.categories) {
        (Strength::Category(matched), Some(openable)) if matched.0 & !openable.0 != 0 => return None,
        (Strength::Everything, Some(openable)) if visit.categories.intersection(openable).is_empty() => return None,
        (Strength::Category(matched), _) => matched,
        _ => visit.categories,
    };
    let grants = standing.grants.iter().filter(|grant| {
        grant.permission == opener.permission && grant.policy == opener.policy && grant.is_live(moment.at)
    });
    for grant in grants {
        match &grant.scope {
            GrantScope::Site(site) if visit.host.is_within(site) => return Some(grant.id),
            GrantScope::Words(_) if !opener.scoped => return Some(grant.id),
            GrantScope::Category(category) if left.contains(*category) => {
                left.0 &= !(1 << *category as u8);
                // A site in several blocked categories opens when each of them is granted.
                if left.is_empty() || !matches!(strength, Strength::Category(_)) {
                    return Some(grant.id);
                }
            }
            _ => {}
        }
    }
    None
}

/// What one policy comes to, and the evidence that decides.
fn answer(asked: &SaidByPolicy) -> (Reason, Option<usize>) {
    let is_nearer = |closed: &Spoken| {
        let mut named = asked.host.allow.into_iter().chain(asked.host.block);
        named.all(|clause| closed.fit >= clause.fit)
    };
    if let Some(closed) = asked.closed.filter(is_nearer) {
        return (Reason::ClosedByReport, Some(closed.evidence));
    }
    let mut opened: Option<Spoken> = None;
    let levels = [
        (&asked.host, Reason::AllowedByHost, Reason::BlockedByHost),
        (&asked.category, Reason::AllowedByCategory, Reason::BlockedByCategory),
        (&asked.everything, Reason::AllowedByCategory, Reason::BlockedByCategory),
    ];
    for (level, allowed, blocked) in levels {
        let allow = level.allow.filter(|allow| level.block.is_none_or(|block| allow.fit >= block.fit));
        if let Some(allow) = allow {
            let stronger = opened.or(level.opened.filter(|opened| opened.fit > allow.fit));
            return match stronger {
                Some(opened) => (Reason::Granted, Some(opened.evidence)),
                None => (allowed, Some(allow.evidence)),
            };
        }
        if let Some(block) = level.block {
            return (blocked, Some(block.evidence));
        }
        opened = opened.or(level.opened);
    }
    match opened {
        Some(opened) => (Reason::Granted, Some(opened.evidence)),
        None => (Reason::NothingForbids, None),
    }
}

/// A block in any policy blocks; else the strongest word for opening is the reason.
fn conclude(asked: &[SaidByPolicy], mut evidence: SmallVec<[Evidence; 4]>) -> Verdict {
    let rank = |reason: Reason| match reason {
        Reason::ClosedByReport | Reason::BlockedByHost => 0,
        Reason::BlockedByCategory => 1,
        Reason::Granted => 2,
        Reason::AllowedByHost => 3,
        Reason::AllowedByCategory => 4,
        _ => 5,
    };
    let answers = asked.iter().map(answer);
    let (reason, deciding) = answers.min_by_key(|(reason, _)| rank(*reason)).unwrap_or((Reason::NothingForbids, None));
    if let Some(place) = deciding {
        evidence[..=place].rotate_right(1);
    }
    verdict(reason, evidence)
}

fn verdict(reason: Reason, evidence: SmallVec<[Evidence; 4]>) -> Verdict {
    Verdict { outcome: reason.outcome(), reason, evidence, safe_search: None }
}

fn one(rule: RuleIndex, category: Option<Category>, because: Because, says: Says) -> SmallVec<[Evidence; 4]> {
    SmallVec::from_iter([Evidence { rule, category, because, says }])
}

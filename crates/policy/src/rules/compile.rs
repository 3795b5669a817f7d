//! From documents to what the gate asks.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Audience, CategorySet, Host, Opens, PeriodSet, PolicyId, Version};

use super::{Origin, PolicyPlaces, Published, Rules};
use crate::document::Document;
use crate::html::fill_str;
use crate::kinds::{Engine, Permission, Rule};
use crate::rules::audience_match::{AudienceMatch, audience_bit};
use crate::rules::{
    channels::{self, WayAtTheGate},
    gate_sites, path,
    registers::{self, devices},
};
use crate::school::SchoolFacts;
use crate::value::{SiteEntry, Sites, Who};
use crate::verdict::{Citation, RuleIndex};

/// What every verdict looks at.
#[derive(Debug, Clone, Default)]
pub(super) struct GateRules {
    pub(super) always_open: SiteTable,
    pub(super) always_open_categories: CategorySet,
    /// For each policy, the audiences that it binds.
    pub(super) binds: Vec<u32>,
    pub(super) rules: Vec<SiteRule>,
    /// Which rules name a host, and under which path.
    pub(super) entries: SiteTable,
    pub(super) safe_search: Vec<SafeRule>,
    /// The registers that let in the devices alone that they list.
    pub(super) device_registers: Vec<DeviceRegister>,
}

/// A block or an allow, or a way of reaching people that is one of these.
#[derive(Debug, Clone)]
pub(super) struct SiteRule {
    pub(super) index: RuleIndex,
    pub(super) policy: u32,
    pub(super) blocks: bool,
    pub(super) who: AudienceMatch,
    pub(super) except: Option<AudienceMatch>,
    /// Sites that a block leaves open.
    pub(super) other_than: Option<Box<Sites>>,
    pub(super) during: Option<PeriodSet>,
    /// Periods in which it does not speak.
    pub(super) not_during: Option<PeriodSet>,
    pub(super) everything: bool,
    /// Whether it speaks of sites in no category.
    pub(super) uncategorised: bool,
    pub(super) categories: CategorySet,
    /// Any one of them opens it.
    pub(super) unless: Box<[Opener]>,
}

/// The permission that opens what a rule blocks.
#[derive(Debug, Clone)]
pub(super) struct Opener {
    pub(super) policy: PolicyId,
    pub(super) permission: String,
    pub(super) index: RuleIndex,
    /// The categories that it may open; `None`: any.
    pub(super) categories: Option<CategorySet>,
    /// Whether its grants name a site or a category. Others open whatever the rule blocks.
    pub(super) scoped: bool,
}

#[derive(Debug, Clone)]
pub(super) struct SafeRule {
    pub(super) index: RuleIndex,
    pub(super) policy: u32,
    pub(super) who: AudienceMatch,
    pub(super) engines: Vec<Engine>,
}

/// A register by which the gate knows devices.
#[derive(Debug, Clone)]
pub(super) struct DeviceRegister {
    pub(super) index: RuleIndex,
    pub(super) policy: u32,
    pub(super) of: PolicyId,
    pub(super) register: String,
}

/// Hosts, with what each has to say.
#[derive(Debug, Clone, Default)]
pub(super) struct SiteTable(HashMap<Box<str>, Vec<SiteTableEntry>>);

#[derive(Debug, Clone)]
pub(super) struct SiteTableEntry {
    pub(super) path: Box<[Box<str>]>,
    /// How close the entry fits: the longer host, then the longer path.
    pub(super) length: u32,
    /// Among [`GateRules::rules`].
    pub(super) rule: u32,
}

impl SiteTable {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, host: &str) -> Option<&[SiteTableEntry]> {
        self.0.get(host).map(Vec::as_slice)
    }

    fn insert(&mut self, site: &SiteEntry, rule: usize) {
        let segments = path::segments(site.path.as_deref().unwrap_or(""));
        let path: Box<[Box<str>]> = segments.iter().map(|part| Box::from(part.as_ref())).collect();
        let length = whole_host(&site.host) | numbered(path.len().min(0xffff));
        let entry = SiteTableEntry { path, length, rule: numbered(rule) };
        self.0.entry(Box::from(site.host.as_str())).or_default().push(entry);
    }
}

/// How close an entry fits that names a host without a path.
pub(super) fn whole_host(host: &Host) -> u32 {
    numbered(host.as_str().len() << 16)
}

pub(super) const SEALED: RuleIndex = RuleIndex(0);
pub(super) const ALWAYS_OPEN: RuleIndex = RuleIndex(1);
pub(super) const NOT_IDENTIFIED: RuleIndex = RuleIndex(2);
pub(super) const WITHDRAWN: RuleIndex = RuleIndex(3);

/// What holds at every school, and no clause can change.
const WITHOUT_A_POLICY: [(&str, &str, &str); 4] = [
    ("sealed", "Illegal content", "<p>Illegal content is closed to everybody, and nobody can open it.</p>\n"),
    (
        "always-open",
        "What is always open",
        "<p>Helplines, the school’s own pages and the pages for signing in and signing are open to everybody.</p>\n",
    ),
    ("not-identified", "Signing in", "<p>Until a policy says otherwise, the web opens when you sign in.</p>\n"),
    ("withdrawn", "Access withdrawn", "<p>Your access to the web has been withdrawn. Ask at the school office.</p>\n"),
];

impl Rules {
    /// Compiles policies that were parsed and checked without a problem. An `unless` that names no permission of its
    /// policy opens nothing.
    pub fn compile(policies: &[Published], school: &SchoolFacts) -> Rules {
        let mut policies = policies.to_vec();
        let unnamed = Document::unnamed(policies.iter().map(|published| &*published.document));
        for published in &mut policies {
            if published.document.unnamed != unnamed {
                Arc::make_mut(&mut published.document).unnamed.clone_from(&unnamed);
            }
        }
        let mut rules = Rules {
            policies: policies.clone(),
            timetable: school.timetable.clone(),
            facts: school.facts.clone(),
            citations: Vec::new(),
            origins: Vec::new(),
            clauses: HashMap::new(),
            gate: GateRules { always_open_categories: school.always_open_categories, ..GateRules::default() },
        };
        for (clause, title, prose) in WITHOUT_A_POLICY {
            rules.cite(without_a_policy(clause, title, prose), None);
        }
        school.always_open.iter().for_each(|site| rules.gate.always_open.insert(site, 0));
        for (number, published) in policies.iter().enumerate() {
            rules.add_citations(number, published);
            rules.add_policy(number, published);
        }
        rules
    }

    fn cite(&mut self, citation: Citation, origin: Option<Origin>) -> RuleIndex {
        let index = RuleIndex(u32::try_from(self.citations.len()).expect("fewer rules than a 32-bit number counts"));
        self.citations.push(citation);
        self.origins.push(origin);
        index
    }

    fn add_citations(&mut self, policy: usize, published: &Published) {
        let document = &published.document;
        let whole = Citation {
            policy: document.id.clone(),
            policy_title: fill_str(&document.title, &self.facts),
            version: published.version,
            clause: String::new(),
            number: String::new(),
            title: fill_str(&document.title, &self.facts),
            prose_html: String::new(),
            reason: None,
            unless: Vec::new(),
            kind: None,
        };
        let whole_index = self.cite(whole.clone(), None);
        let mut places = PolicyPlaces { whole: whole_index, clauses: HashMap::new(), reports: HashMap::new() };
        for (number, clause) in document.clauses.iter().enumerate() {
            let citation = Citation {
                clause: clause.id.clone(),
                number: clause.number.clone(),
                title: fill_str(&clause.title, &self.facts),
                prose_html: clause.prose_html_for(&self.facts),
                ..whole.clone()
            };
            let mut first = None;
            for (place, rule) in clause.rules.iter().enumerate() {
                let unless = gate_sites::openers(document, rule).iter().map(|opener| opener.id.0.clone()).collect();
                let citation = Citation { kind: Some(rule.kind()), unless, ..citation.clone() };
                let citation = match rule {
                    Rule::Block(block) => Citation { reason: block.reason.clone(), ..citation },
                    Rule::Register(register) if devices::is_binding(register) => {
                        Citation { unless: devices::permissions(document, register), ..citation }
                    }
                    _ => citation,
                };
                let index = self.cite(citation, Some(Origin { policy, clause: number, rule: Some(place) }));
                first.get_or_insert(index);
                if matches!(rule, Rule::Report(_)) {
                    places.reports.entry(clause.id.clone()).or_insert(index);
                }
            }
            let first =
                first.unwrap_or_else(|| self.cite(citation, Some(Origin { policy, clause: number, rule: None })));
            places.clauses.entry(clause.id.clone()).or_insert(first);
        }
        self.clauses.insert(document.id.0.clone(), places);
    }

    fn add_policy(&mut self, number: usize, published: &Published) {
        let document = &published.document;
        let bound = Audience::ALL.iter().filter(|audience| document.binds(**audience));
        self.gate.binds.push(bound.fold(0, |mask, audience| mask | audience_bit(*audience)));
        let mut added = Vec::new();
        for (index, _, _, rule) in self.each().filter(|(index, ..)| self.is_of(*index, number)) {
            match rule {
                // What the gate can't know holds on people's word alone.
                Rule::Block(block) if block.is_known_to_the_gate() => {
                    let unless = self.openers_of(document, rule);
                    let compiled = site_rule(index, number, &block.who, &block.except, block.during, &block.sites);
                    let (other_than, not_during) = (block.other_than.clone().map(Box::new), block.not_during);
                    let compiled = SiteRule { blocks: true, other_than, not_during, unless, ..compiled };
                    added.push(Added::Site(Box::new(compiled), block.sites.clone()));
                }
                Rule::Allow(allow) => {
                    let compiled = site_rule(index, number, &allow.who, &allow.except, allow.during, &allow.sites);
                    added.push(Added::Site(Box::new(compiled), allow.sites.clone()));
                }
                Rule::Channel(channel) => {
                    for (_, sites, at_the_gate) in channels::ways_at_the_gate(channel) {
                        let compiled = site_rule(index, number, &channel.from, &Who::nobody(), None, sites);
                        let compiled = match at_the_gate {
                            WayAtTheGate::Open => compiled,
                            WayAtTheGate::Closed => {
                                SiteRule { blocks: true, unless: self.openers_of(document, rule), ..compiled }
                            }
                            WayAtTheGate::AsElsewhere => continue,
                        };
                        added.push(Added::Site(Box::new(compiled), sites.clone()));
                    }
                }
                Rule::Register(register) if devices::is_binding(register) => {
                    let (of, register) = (document.id.clone(), registers::id(register).to_owned());
                    added.push(Added::Device(DeviceRegister { index, policy: numbered(number), of, register }));
                }
                Rule::SafeSearch(safe) => added.push(Added::Safe(SafeRule {
                    index,
                    policy: numbered(number),
                    who: AudienceMatch::of(&safe.who),
                    engines: safe.engines.clone(),
                })),
                _ => {}
            }
        }
        for rule in added {
            match rule {
                Added::Device(register) => self.gate.device_registers.push(register),
                Added::Safe(rule) => self.gate.safe_search.push(rule),
                Added::Site(rule, sites) => {
                    let place = self.gate.rules.len();
                    sites.entries.iter().for_each(|site| self.gate.entries.insert(site, place));
                    self.gate.rules.push(*rule);
                }
            }
        }
    }

    fn is_of(&self, index: RuleIndex, policy: usize) -> bool {
        self.origins[index.0 as usize].is_some_and(|origin| origin.policy == policy)
    }

    /// What opens again what a rule closes.
    fn openers_of(&self, document: &Document, rule: &Rule) -> Box<[Opener]> {
        let openers = gate_sites::openers(document, rule).into_iter();
        openers.filter_map(|permission| self.opener(&document.id, &permission.id)).collect()
    }

    fn opener(&self, policy: &PolicyId, id: &str) -> Option<Opener> {
        let (index, permission) = self.each().find_map(|(index, published, _, rule)| match rule {
            Rule::Permission(permission) if published.document.id == *policy && &*permission.id == id => {
                Some((index, permission))
            }
            _ => None,
        })?;
        Some(Opener {
            policy: policy.clone(),
            permission: id.to_owned(),
            index,
            categories: permission.categories,
            scoped: is_scoped(permission),
        })
    }
}

enum Added {
    Site(Box<SiteRule>, Sites),
    Safe(SafeRule),
    Device(DeviceRegister),
}

fn is_scoped(permission: &Permission) -> bool {
    matches!(permission.opens, Opens::Site | Opens::Category)
}

fn site_rule(
    index: RuleIndex,
    policy: usize,
    who: &Who,
    except: &Who,
    during: Option<PeriodSet>,
    sites: &Sites,
) -> SiteRule {
    SiteRule {
        index,
        policy: numbered(policy),
        blocks: false,
        who: AudienceMatch::of(who),
        except: (!except.is_nobody()).then(|| AudienceMatch::of(except)),
        other_than: None,
        during,
        not_during: None,
        everything: sites.everything,
        uncategorised: sites.uncategorised,
        categories: sites.categories,
        unless: Box::default(),
    }
}

fn without_a_policy(clause: &str, title: &str, prose_html: &str) -> Citation {
    Citation {
        policy: PolicyId("schoolgate".to_owned()),
        policy_title: "Schoolgate".to_owned(),
        version: Version(0),
        clause: clause.to_owned(),
        number: String::new(),
        title: title.to_owned(),
        prose_html: prose_html.to_owned(),
        reason: None,
        unless: Vec::new(),
        kind: None,
    }
}

/// Policies and rules are counted in 32 bits, which keeps what the gate walks through small.
fn numbered(place: usize) -> u32 {
    u32::try_from(place).expect("a school has fewer than four thousand million rules")
}

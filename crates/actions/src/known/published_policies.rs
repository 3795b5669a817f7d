//! The school's published policies, every version of each, read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{PolicyId, RoleSet, Roles, Version};
use jiff::Timestamp;
use policy::kinds::{Permission, Register, Report};
use policy::rules::signing::InForce;
use policy::rules::{registers, reporting, shown};
use policy::{Clause, Document, Published, Source};
use records::VersionRecord;

/// One published version.
#[derive(Debug)]
pub(crate) struct Text {
    pub record: VersionRecord,
    pub document: Arc<Document>,
}

impl Text {
    pub(crate) fn version(&self) -> Version {
        self.record.number
    }

    pub(crate) fn published_at(&self) -> Timestamp {
        self.record.published_at.unwrap_or(self.record.uploaded_at)
    }
}

/// A register, with the clause that it stands in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownRegister<'p> {
    /// The version in force, or the last one that had the register.
    pub text: &'p Text,
    pub clause: &'p Clause,
    pub register: &'p Register,
    pub in_force: bool,
}

impl<'p> KnownRegister<'p> {
    /// Its policy, and its id in it.
    pub(crate) fn id(&self) -> (&'p PolicyId, &'p str) {
        (&self.text.record.policy, registers::id(self.register))
    }
}

/// A published policy that this program can't read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("version {version} of the policy '{policy}' was published and can't be read: {problem}")]
pub struct UnreadablePolicy {
    pub policy: PolicyId,
    pub version: Version,
    pub problem: String,
}

#[derive(Debug, Default)]
pub(crate) struct PublishedPolicies {
    /// Each policy's versions, in the order of their numbers.
    policies: BTreeMap<PolicyId, Vec<Text>>,
    /// The registers that a version had and the one in force has no more, by their ids.
    gone_registers: BTreeSet<(PolicyId, String)>,
    /// As much of permissions.
    gone_permissions: BTreeSet<(PolicyId, String)>,
    /// The roles to whose holders a report may have come, by whichever version.
    receiving: RoleSet,
}

impl PublishedPolicies {
    /// Whether these are the versions that the records hold: a published text never changes.
    pub(crate) fn are(&self, versions: &[VersionRecord]) -> bool {
        let mine: BTreeSet<_> = self.policies.values().flatten().map(|text| text.record.id).collect();
        mine.len() == versions.len() && versions.iter().all(|version| mine.contains(&version.id))
    }

    pub(crate) fn new(versions: Vec<VersionRecord>, roles: &Arc<Roles>) -> Result<PublishedPolicies, UnreadablePolicy> {
        let mut published_policies = PublishedPolicies::default();
        for record in versions {
            let source = Source::new(record.file_name.clone(), record.text.clone());
            let (document, problems) = policy::parse(&source, roles);
            let Some(document) = document else {
                return Err(UnreadablePolicy {
                    policy: record.policy,
                    version: record.number,
                    problem: problems.first().map(|problem| problem.message.clone()).unwrap_or_default(),
                });
            };
            published_policies
                .policies
                .entry(record.policy.clone())
                .or_default()
                .push(Text { record, document: Arc::new(document) });
        }
        published_policies.name_unnamed();
        published_policies.gone_registers = published_policies.gone(|document| {
            registers::registers(document).map(|(_, register)| registers::id(register).to_owned()).collect()
        });
        published_policies.gone_permissions = published_policies.gone(|document| {
            document.permissions().map(|(_, permission)| shown::permission(permission).id.to_owned()).collect()
        });
        let reports = published_policies.every_version().flat_map(|text| reporting::reports(&text.document));
        published_policies.receiving = reports.flat_map(|(_, report)| report.named_roles()).collect();
        Ok(published_policies)
    }

    /// Tells every version which audiences no policy in force names, as the gate's rules are told.
    fn name_unnamed(&mut self) {
        let unnamed = Document::unnamed(self.currents().map(|text| &*text.document).collect::<Vec<_>>().into_iter());
        for text in self.policies.values_mut().flatten() {
            Arc::make_mut(&mut text.document).unnamed.clone_from(&unnamed);
        }
    }

    /// Every published version of every policy.
    pub(crate) fn every_version(&self) -> impl Iterator<Item = &Text> {
        self.policies.values().flatten()
    }

    /// The version of each policy that holds now.
    pub(crate) fn currents(&self) -> impl Iterator<Item = &Text> {
        self.policies.values().filter_map(|versions| versions.last())
    }

    pub(crate) fn current(&self, policy: &PolicyId) -> Option<&Text> {
        self.policies.get(policy)?.last()
    }

    pub(crate) fn versions(&self, policy: &PolicyId) -> &[Text] {
        self.policies.get(policy).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn version(&self, policy: &PolicyId, version: Version) -> Option<&Text> {
        self.versions(policy).iter().find(|text| text.version() == version)
    }

    /// The oldest version whose signatures still count: the last one that was no minor correction.
    pub(crate) fn base(&self, policy: &PolicyId) -> Option<&Text> {
        let versions = self.versions(policy);
        versions.iter().rev().find(|text| !text.record.minor).or(versions.first())
    }

    /// A policy's current version, as signatures are counted against it.
    pub(crate) fn in_force<'b>(&self, text: &'b Text) -> InForce<'b> {
        let base = self.base(&text.record.policy).unwrap_or(text);
        InForce { document: &text.document, counts_from: base.version(), since: base.published_at() }
    }

    pub(crate) fn published(&self) -> Vec<Published> {
        self.currents().map(|text| Published { document: text.document.clone(), version: text.version() }).collect()
    }

    /// The policies' titles as cited: the current one where there is one.
    pub(crate) fn title(&self, policy: &PolicyId) -> String {
        self.current(policy).map_or_else(|| policy.0.clone(), |text| text.document.title.clone())
    }

    pub(crate) fn permission(&self, policy: &PolicyId, id: &str) -> Option<(&Text, &Clause, &Permission)> {
        let text = self.current(policy)?;
        let (clause, permission) = text.document.permission(id)?;
        Some((text, clause, permission))
    }

    pub(crate) fn permissions(&self) -> impl Iterator<Item = (&Text, &Clause, &Permission)> {
        self.currents()
            .flat_map(|text| text.document.permissions().map(move |(clause, permission)| (text, clause, permission)))
    }

    /// A permission as the version in force has it, or else the last version that had it.
    pub(crate) fn permission_ever(&self, policy: &PolicyId, id: &str) -> Option<(&Text, &Clause, &Permission)> {
        self.versions(policy).iter().rev().find_map(|text| {
            let (clause, permission) = text.document.permission(id)?;
            Some((text, clause, permission))
        })
    }

    /// The permissions that no version in force has any more, as the last version of each had it.
    pub(crate) fn gone_permissions(&self) -> impl Iterator<Item = (&Text, &Clause, &Permission)> {
        self.gone_permissions.iter().filter_map(|(policy, id)| self.permission_ever(policy, id))
    }

    /// Whether whoever holds one of these roles may have to do with a report, made under whichever version.
    pub(crate) fn may_receive(&self, roles: &RoleSet) -> bool {
        roles.iter().any(|role| self.receiving.contains(role))
    }

    /// A report as the version in force has it, or else the last version that had it.
    pub(crate) fn report_ever(&self, policy: &PolicyId, id: &str) -> Option<&Report> {
        let mut newest_first = self.versions(policy).iter().rev();
        newest_first.find_map(|text| reporting::report(&text.document, id).map(|(_, report)| report))
    }

    /// The ids of the reports, of whichever policy and version, that are dealt with as data breaches.
    pub(crate) fn reports_of_breaches(&self) -> Vec<String> {
        let reports = self.every_version().flat_map(|text| reporting::reports(&text.document));
        let of_breaches = reports.filter(|(_, report)| reporting::is_of_breach(Some(report)));
        let ids: BTreeSet<String> = of_breaches.map(|(_, report)| shown::report(report).id.to_owned()).collect();
        ids.into_iter().collect()
    }

    /// The version in force, or else the last version, that has a clause.
    pub(crate) fn with_clause(&self, policy: &PolicyId, clause: &str) -> Option<&Text> {
        let has_it = |text: &&Text| text.document.clauses.iter().any(|found| found.id == clause);
        self.versions(policy).iter().rev().find(has_it)
    }

    /// A register as the version in force has it, or else the last version that had it.
    pub(crate) fn register(&self, policy: &PolicyId, id: &str) -> Option<KnownRegister<'_>> {
        let versions = self.versions(policy);
        let in_force = versions.last()?.version();
        versions.iter().rev().find_map(|text| {
            let (clause, register) = registers::register(&text.document, id)?;
            Some(KnownRegister { text, clause, register, in_force: text.version() == in_force })
        })
    }

    /// Since when the school keeps a register: since the first version that had it.
    pub(crate) fn kept_since(&self, (policy, id): (&PolicyId, &str)) -> Option<Timestamp> {
        let first = self.versions(policy).iter().find(|text| registers::register(&text.document, id).is_some());
        first.map(Text::published_at)
    }

    /// The registers that the versions in force have.
    pub(crate) fn registers(&self) -> impl Iterator<Item = KnownRegister<'_>> {
        self.currents().flat_map(|text| {
            let all = registers::registers(&text.document);
            all.map(move |(clause, register)| KnownRegister { text, clause, register, in_force: true })
        })
    }

    /// The registers that no version in force has any more, as the last version of each had it.
    pub(crate) fn gone_registers(&self) -> impl Iterator<Item = KnownRegister<'_>> {
        self.gone_registers.iter().filter_map(|(policy, id)| self.register(policy, id))
    }

    /// The ids that a version had and the one in force has no more.
    fn gone(&self, ids: impl Fn(&Document) -> Vec<String>) -> BTreeSet<(PolicyId, String)> {
        let names = |text: &Text| -> Vec<(PolicyId, String)> {
            ids(&text.document).into_iter().map(|id| (text.record.policy.clone(), id)).collect()
        };
        let ever: BTreeSet<_> = self.every_version().flat_map(&names).collect();
        let now: BTreeSet<_> = self.currents().flat_map(&names).collect();
        &ever - &now
    }
}

//! Drafts: a text that was uploaded, everything that is wrong with it, what it would change, who has approved it.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Duty, PolicyId, Role, Version, VersionId};
use jiff::Timestamp;
use policy::rules::signing::{self, InForce};
use policy::{ClauseExplanation, Document, ExampleOutcome, PolicyChange, Problem, WidenedView};
use records::{VersionRecord, VersionState};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::desk::task::TaskKind;
use crate::known::people_index::PersonLine;
use crate::known::published_policies::Text;
use crate::known::signing_tasks::bound;
use crate::policies::draft_asks::{OnItsWay, asked_by_draft};

/// Where a text stands on its way into force.
pub type DraftState = VersionState;

#[derive(Debug, Clone)]
pub struct DraftPage {
    pub id: VersionId,
    pub policy: PolicyId,
    pub title: String,
    pub file_name: String,
    /// As it was uploaded; the problems name its lines.
    pub text: String,
    pub text_hash: String,
    pub problems: Vec<Problem>,
    pub examples: Vec<ExampleOutcome>,
    /// Examples that come out otherwise by the school's own list of sites alone.
    pub differ_by_list: Vec<ExampleOutcome>,
    /// `None` where it can't be read: it has problems.
    pub document: Option<Arc<Document>>,
    pub explanation: Vec<ClauseExplanation>,
    /// What it would change of the version that holds now.
    pub current: Option<Version>,
    pub changes: Vec<PolicyChange>,
    /// Whom it would let look at people's data further than the version that holds now.
    pub widens_view: Vec<WidenedView>,
    pub state: DraftState,
    pub minor: bool,
    pub summary: String,
    pub uploaded_by: PersonLine,
    pub uploaded_at: Timestamp,
    pub approvals: Vec<ApprovalLine>,
    /// Roles in which this actor may approve it now.
    pub may_approve: Vec<Role>,
    pub may_publish: bool,
    /// What stands in the way of publishing it.
    pub why_not_publish: Vec<String>,
    /// What it asks of this actor.
    pub asks: Option<TaskKind>,
}

/// A role that must approve, and who did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalLine {
    pub role: Role,
    pub by: Option<PersonLine>,
    pub at: Option<Timestamp>,
}

impl Desk {
    /// One text, for those who may see it.
    pub async fn draft(&self, actor: &Actor, id: VersionId) -> Result<DraftPage, ReadError> {
        let actor = self.authorise(actor, Verb::ReadPolicies)?;
        let record = found(self.stores().read(&actor).await?.version(id).await?, "draft")?;
        if !self.may_see_draft(&actor, &record).await {
            return Err(ReadError::NotFound { what: "draft" });
        }
        self.note_read_of(&actor, |told| asked_by_draft(id).contains(&told)).await?;
        Ok(self.draft_page(&actor, record).await?)
    }

    pub(crate) async fn draft_page(
        &self,
        actor: &Authorised,
        record: VersionRecord,
    ) -> Result<DraftPage, records::Error> {
        let (published_policies, people_index) = (self.published_policies(), self.people_index(actor));
        let examined = self.examined(&record).await;
        let mut reading = self.stores().read(actor).await?;
        let approvals = reading.approvals(record.id).await?;
        drop(reading);
        let readable = examined.document.as_deref().filter(|_| examined.is_readable());
        let mut needed = readable.map(|document| self.must_approve(document)).unwrap_or_default();
        // Whoever approved as the second person did so in a role that the head need not name.
        needed.extend(
            approvals.iter().map(|approval| approval.role).filter(|role| !needed.contains(role)).collect::<Vec<_>>(),
        );
        let lines: Vec<ApprovalLine> = needed
            .iter()
            .map(|role| {
                let given = approvals.iter().find(|approval| approval.role == *role);
                let by = given.map(|approval| people_index.line(approval.person));
                ApprovalLine { role: *role, by, at: given.map(|approval| approval.at) }
            })
            .collect();
        let lacking = readable.map(|document| self.lacking(document, &record, &approvals));
        let lacking = lacking.unwrap_or_default();
        let current = published_policies.current(&record.policy).filter(|text| text.record.id != record.id);
        let changes = self.changes_by(&record, &examined);
        let on_its_way = OnItsWay {
            record: &record,
            examined: &examined,
            lacking: &lacking,
            why_not_publish: &self.why_not_publish(&record, &examined, &lacking, &changes),
        };
        let (may_approve, may_publish) =
            (self.may_approve_now(actor, &on_its_way), self.may_publish_now(actor, &on_its_way));
        let (asks, why_not_publish) = (self.asked_of(actor, &on_its_way), on_its_way.why_not_publish.to_vec());
        let widens_view = match readable {
            Some(document) => policy::widened_views(current.map(|text| &*text.document), document),
            None => Vec::new(),
        };
        Ok(DraftPage {
            id: record.id,
            policy: record.policy,
            title: examined
                .document
                .as_ref()
                .map_or_else(|| record.file_name.clone(), |document| document.title.clone()),
            file_name: record.file_name,
            text: record.text,
            text_hash: record.text_hash,
            explanation: examined.explanation.clone(),
            document: examined.document.clone().filter(|_| examined.is_readable()),
            problems: examined.problems.clone(),
            examples: examined.examples.clone(),
            differ_by_list: examined.differ_by_list.clone(),
            current: current.map(Text::version),
            changes,
            widens_view,
            state: record.state,
            minor: record.minor,
            summary: record.summary,
            uploaded_by: people_index.line(record.uploaded_by),
            uploaded_at: record.uploaded_at,
            approvals: lines,
            may_approve,
            may_publish,
            why_not_publish,
            asks,
        })
    }

    /// How many people a draft would ask to sign, were it published now. After a minor correction what was signed before
    /// still counts; for any other version nothing does that was.
    pub fn asked_to_sign(&self, actor: &Actor, draft: &DraftPage) -> Result<u64, ReadError> {
        let actor = self.authorise(actor, Verb::ReadPolicies)?;
        let asks = !draft.minor && draft.state != VersionState::Published;
        let Some(document) = draft.document.as_ref().filter(|_| asks) else { return Ok(0) };
        let (now, people_index) = (self.now(), self.people_index(&actor));
        let counts_from = Version(draft.current.map_or(1, |current| current.0 + 1));
        let policy = InForce { document, counts_from, since: now };
        let asked = people_index
            .all_here()
            .filter(|record| signing::owed(policy, bound(record), &[], now, self.timetable()).is_some());
        Ok(asked.count() as u64)
    }

    pub(crate) async fn may_see_draft(&self, actor: &Actor, draft: &VersionRecord) -> bool {
        // Whoever approves policies may have to be the second person.
        if actor.is_operator()
            || self.carries(actor, Duty::ApprovePolicies)
            || draft.uploaded_by == actor.person
            || self.may_upload(actor, &draft.policy)
        {
            return true;
        }
        let examined = self.examined(draft).await;
        let document = examined.document.as_ref();
        document.is_some_and(|document| actor.holds(document.owner) || actor.holds_any(&document.approved_by))
    }

    /// Whether the actor owns or approves the policy as it holds now; a new one is for the policy owner and the head.
    pub(crate) fn may_upload(&self, actor: &Actor, policy: &PolicyId) -> bool {
        let general = actor.is_operator() || self.carries(actor, Duty::WritePolicies);
        general
            || self
                .published_policies()
                .current(policy)
                .is_some_and(|text| actor.holds(text.document.owner) || actor.holds_any(&text.document.approved_by))
    }

    /// Whether the actor may put a text into force: the owner or an approver of the version in force, of the text itself
    /// where it is the policy's first, or those who do so for every policy.
    pub(crate) fn may_publish(&self, actor: &Actor, document: &Document) -> bool {
        let published_policies = self.published_policies();
        let in_force = published_policies.current(&document.id).map_or(document, |text| &text.document);
        actor.holds(in_force.owner)
            || actor.holds_any(&in_force.approved_by)
            || self.carries(actor, Duty::WritePolicies)
    }
}

pub(crate) const NOT_MINOR: &str =
    "It was uploaded as a minor correction, but it changes what the software does. Upload it again as a new version.";

/// Whether a change is more than another wording.
pub(crate) fn changes_what_runs(change: &PolicyChange) -> bool {
    !matches!(change.what, policy::What::Reworded)
}

/// The id that a text's head gives it, where that can be read though the rest can't.
pub fn id_in_head(text: &str) -> Option<PolicyId> {
    let head: BTreeMap<&str, &str> = text
        .lines()
        .skip_while(|line| line.trim() != "+++")
        .skip(1)
        .take_while(|line| line.trim() != "+++")
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim(), value.trim().trim_matches('"')))
        .collect();
    let id = head.get("id")?;
    let kebab =
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    kebab.then(|| PolicyId((*id).to_owned()))
}

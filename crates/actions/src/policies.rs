//! Policies from draft to publication.

pub(crate) mod approvals;
pub(crate) mod approve_policy;
pub(crate) mod draft_asks;
pub(crate) mod drafts;
pub(crate) mod examine_draft;
pub(crate) mod open_draft;
pub(crate) mod permission_cards;
pub(crate) mod policy_pages;
pub(crate) mod publish_policy;
pub(crate) mod reviews;
pub(crate) mod upload_draft;

pub use approve_policy::{ApproveError, ApprovePolicy};
pub use drafts::{ApprovalLine, DraftPage, DraftState, id_in_head};
pub use permission_cards::PermissionCard;
pub use policy_pages::{PolicyDiff, PolicyLine, PolicyPage, VersionLine};
pub use publish_policy::{InstallPolicy, PublishError, PublishPolicy, PublishedPolicy};
pub use upload_draft::{UploadDraft, UploadError};

//! What holds from a day until a day: grants and sanctions.

pub(crate) mod grants;
pub(crate) mod sanctions;

pub use grants::{GrantQuery, Revoke, RevokeError};
pub use sanctions::{RestoreAccess, SanctionClause, SanctionError, SanctionLine, WithdrawAccess};

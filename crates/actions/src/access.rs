//! How people get in: sign-in, sessions, passwords, invitations.

pub(crate) mod act_as;
pub(crate) mod invite;
pub(crate) mod sessions;
pub(crate) mod set_password;
pub(crate) mod sign_in;

pub use act_as::ActorError;
pub use invite::{Invitation, InvitationFor, Invite, InviteError, PasswordRule};
pub use sessions::SignOutError;
pub use set_password::{PasswordFault, PasswordProof, PasswordSet, SetPassword, SetPasswordError};
pub use sign_in::{SignIn, SignInError, SignedIn};

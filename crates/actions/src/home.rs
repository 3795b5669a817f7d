//! Where somebody begins: what there is for them to do, and where they may go.

pub(crate) mod navigation;
pub(crate) mod read_home;
pub(crate) mod tasks;

pub use navigation::MenuEntry;
pub use read_home::Home;

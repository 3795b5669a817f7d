//! How a verb says no. Each verb has an error of its own; all of them can be sorted by what a page does with them.

/// What a page does with an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// This person may not do that.
    Forbidden,
    NotFound,
    /// What was typed can be put right: shown at [`VerbError::field`].
    Invalid,
    /// Somebody was quicker, or the page is out of date.
    Conflict,
    /// Too many tries: wait.
    Throttled,
    /// The fault is ours; the sentence says nothing of its cause.
    Unavailable,
}

/// What every verb's error can say of itself. Its `Display` is the sentence for the person who sees it.
pub trait VerbError: std::error::Error + Send + Sync + 'static {
    fn kind(&self) -> ErrorKind;

    /// The field of the verb's input that the sentence belongs to.
    fn field(&self) -> Option<&'static str>;
}

/// This person may not do that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("You can't do this: {who}.")]
pub struct Forbidden {
    /// Who may, in words.
    pub who: String,
}

impl Forbidden {
    pub(crate) fn because(who: impl Into<String>) -> Forbidden {
        Forbidden { who: who.into() }
    }
}

/// The records could not be reached. The cause is for the program's log; it holds no personal data.
#[derive(Debug, thiserror::Error)]
#[error("The school's records can't be reached just now. Nothing was changed. Try again in a minute.")]
pub struct Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>);

impl Unavailable {
    /// Whoever is at the page learns nothing of the cause, so it goes to the program's log here, where every outage
    /// passes, with the place in the source that met it.
    #[track_caller]
    pub(crate) fn new(cause: impl std::error::Error + Send + Sync + 'static) -> Unavailable {
        tracing::error!(cause = chain(&cause), at = %std::panic::Location::caller(), "records or activity failed");
        Unavailable(Box::new(cause))
    }
}

impl From<records::Error> for Unavailable {
    #[track_caller]
    fn from(cause: records::Error) -> Unavailable {
        Unavailable::new(cause)
    }
}

/// An error and all that it came of: `the records can't be written: disk I/O error: no space left`.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let mut words = error.to_string();
    for cause in causes {
        let cause = cause.to_string();
        // Some errors repeat their source's words in their own.
        if !words.contains(&cause) {
            words.push_str(": ");
            words.push_str(&cause);
        }
    }
    words
}

/// Defines a verb's error: each way it can fail, its sentence, what kind it is, and the field it belongs to, or which of the
/// error's own fields names that.
macro_rules! verb_error {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$attribute:meta])* $variant:ident $({ $($field:ident: $type:ty),* $(,)? })? => $kind:ident $(($place:literal))? $(in $at:ident)?;)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, thiserror::Error)]
        pub enum $name {
            $($(#[$attribute])* $variant $({ $($field: $type),* })?,)*
            #[error(transparent)]
            Forbidden(#[from] $crate::desk::error::Forbidden),
            #[error(transparent)]
            Unavailable(#[from] $crate::desk::error::Unavailable),
        }

        impl $crate::desk::error::VerbError for $name {
            fn kind(&self) -> $crate::desk::error::ErrorKind {
                match self {
                    $($name::$variant { .. } => $crate::desk::error::ErrorKind::$kind,)*
                    $name::Forbidden(_) => $crate::desk::error::ErrorKind::Forbidden,
                    $name::Unavailable(_) => $crate::desk::error::ErrorKind::Unavailable,
                }
            }

            fn field(&self) -> Option<&'static str> {
                match self {
                    $($name::$variant { $($at,)? .. } => $crate::desk::error::verb_error!(@place $($place)? $($at)?),)*
                    $name::Forbidden(_) | $name::Unavailable(_) => None,
                }
            }
        }

        impl From<records::Error> for $name {
            #[track_caller]
            fn from(cause: records::Error) -> Self {
                $name::Unavailable(cause.into())
            }
        }

        impl From<$crate::desk::turn::NotBegun> for $name {
            fn from(cause: $crate::desk::turn::NotBegun) -> Self {
                match cause {
                    $crate::desk::turn::NotBegun::Forbidden(forbidden) => $name::Forbidden(forbidden),
                    $crate::desk::turn::NotBegun::Unavailable(unavailable) => $name::Unavailable(unavailable),
                }
            }
        }
    };
    (@place) => { None };
    (@place $place:literal) => { Some($place) };
    (@place $at:ident) => { Some($at) };
}
pub(crate) use verb_error;

verb_error! {
    /// Why something could not be shown.
    ReadError {
        #[error("There is no {what} here with this address. It may have been typed wrongly.")]
        NotFound { what: &'static str } => NotFound;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the file can't be written")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn an_outage_is_told_with_every_cause_below_it() {
        let full = Outer(std::io::Error::other("no space left"));
        assert_eq!(chain(&full), "the file can't be written: no space left");
        assert_eq!(chain(&std::io::Error::other(full)), "the file can't be written: no space left");
    }
}

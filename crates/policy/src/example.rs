//! Worked examples.

/// One worked example, as it stands in the policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    pub line: u32,
    pub text: String,
}

//! Reasons and notes as they were typed: trimmed, and no longer than the school lets them be.

use domain::TextLimits;

use crate::desk::desk_state::Desk;

/// A text that is longer than the school lets it be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This has {characters} characters, and may have {most}. Make it shorter.")]
pub struct TooLong {
    pub characters: usize,
    pub most: usize,
}

impl Desk {
    /// How much may be typed into the fields of a form.
    pub(crate) fn text_limits(&self) -> TextLimits {
        TextLimits { line: self.settings().longest_line, long_text: self.settings().longest_text }
    }

    /// A reason or a note without the spaces around it.
    pub(crate) fn text(&self, typed: &str) -> Result<String, TooLong> {
        fits(typed, self.settings().longest_text)
    }
}

/// What was typed without the spaces around it, where it has no more characters than it may have.
pub(crate) fn fits(typed: &str, most: usize) -> Result<String, TooLong> {
    let text = typed.trim();
    match text.chars().count() {
        characters if characters > most => Err(TooLong { characters, most }),
        _ => Ok(text.to_owned()),
    }
}

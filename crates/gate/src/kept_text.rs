//! How much of a client's words an activity keeps: the log's size is not for clients to choose.

/// `text`, where it has no more than `most` bytes. Otherwise its beginning, and how many bytes were cut off.
pub(crate) fn kept_text(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(most);
    format!("{}… ({} bytes cut off)", &text[..end], text.len() - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_between_letters_and_says_so() {
        assert_eq!(kept_text("/short", 6), "/short");
        assert_eq!(kept_text("/längst", 3), "/l… (6 bytes cut off)");
        assert_eq!(kept_text("", 0), "");
    }
}

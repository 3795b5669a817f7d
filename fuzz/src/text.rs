//! What targets that read text share.

/// Text of bytes: those that are no UTF-8 become replacement characters, so that no input goes to waste.
pub(crate) fn of(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Texts as seeds.
pub(crate) fn seeds(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

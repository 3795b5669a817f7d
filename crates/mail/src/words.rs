//! What a mail says.

/// The subject: it stands on locked telephones and in lists of mails.
pub fn subject(urgent: bool) -> &'static str {
    if urgent { "Urgent: something on Schoolgate needs you" } else { "Something on Schoolgate needs you" }
}

/// The mail itself.
pub fn body(school: &str, desk: &str, urgent: bool) -> String {
    let pressing = if urgent { "It is urgent: please look now.\n\n" } else { "" };
    format!(
        "There is something for you to read or to do on Schoolgate, where {school} keeps its policies:\n\n{desk}/\n\n\
         {pressing}This mail does not say what it is, because other people may see your mail. Sign in to read it.\n\n\
         Nobody reads replies to this mail.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_leads_to_the_desk_and_says_whether_it_is_urgent() {
        let calm = body("Larkfield School", "https://desk.larkfield.example", false);
        assert!(calm.contains("https://desk.larkfield.example/\n") && !calm.contains("urgent"), "{calm}");
        assert!(body("Larkfield School", "https://desk.larkfield.example", true).contains("urgent"));
        assert_ne!(subject(false), subject(true));
    }
}

//! Reading the steps in which somebody says yes or no to a consent, or has to do with the pictures that need it.

use domain::{Said, StandingSaid};

use crate::example::ExampleActor;
use crate::lines::{Words, Wrong, read_actor, read_permission};
use crate::parse::names::{Name, Use};
use crate::story::Action;

/// A step of consents; `None` where the verb is of another kind.
pub(super) fn read(verb: &str, words: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Option<Action>, Wrong> {
    Ok(Some(match verb {
        "consents" => read_consents(words, names, Said::Yes, &["to"])?,
        "objects" => read_consents(words, names, Said::No, &["to"])?,
        "waives" => {
            let said = Said::NotNeeded { reason: "as the story says".to_owned() };
            read_consents(words, names, said, &["the", "consents", "to"])?
        }
        "adds" => {
            words.expect("a", "write it as in 'adds a picture to share-picture'")?;
            words.expect("picture", "write it as in 'adds a picture to share-picture'")?;
            words.expect("to", "write it as in 'adds a picture to share-picture'")?;
            Action::AddsPicture { permission: read_permission(words, names) }
        }
        "sees" => {
            words.expect("the", "write it as in 'sees the pictures of share-picture'")?;
            words.expect("pictures", "write it as in 'sees the pictures of share-picture'")?;
            words.expect("of", "write it as in 'sees the pictures of share-picture'")?;
            Action::SeesPictures { permission: read_permission(words, names) }
        }
        "is" if words.take("asked") => {
            words.expect("for", "write it as in 'is asked for photographs about pupil Ada -> yes'")?;
            let (consent, about) = read_consent_about(words, names)?;
            Action::IsAskedForConsent { consent, about }
        }
        "says" if words.take("yes") => read_answers_consent(words, names, StandingSaid::Yes)?,
        "says" if words.take("no") => read_answers_consent(words, names, StandingSaid::No)?,
        "takes" if words.rest.trim_start().starts_with("back the answer") => {
            words.expect("back", "write it as in 'takes back the answer to photographs about pupil Ada'")?;
            words.expect("the", "write it as in 'takes back the answer to photographs about pupil Ada'")?;
            words.expect("answer", "write it as in 'takes back the answer to photographs about pupil Ada'")?;
            read_answers_consent(words, names, StandingSaid::TakenBack)?
        }
        "takes" if words.rest.trim_start().starts_with("a picture") => {
            for word in ["a", "picture", "out", "of"] {
                words.expect(word, "write it as in 'takes a picture out of share-picture'")?;
            }
            Action::TakesOutPicture { permission: read_permission(words, names) }
        }
        _ => return Ok(None),
    }))
}

/// The permission after `consents to`, `objects to` or `waives the consents to`.
fn read_consents(words: &mut Words<'_>, names: &mut Vec<Name>, said: Said, before: &[&str]) -> Result<Action, Wrong> {
    for word in before {
        words.expect(word, "write it as in 'consents to share-picture' or 'waives the consents to share-picture'")?;
    }
    Ok(Action::SaysToConsents { permission: read_permission(words, names), said })
}

/// The consent after `says yes` or `says no`, and whom it is about.
fn read_answers_consent(words: &mut Words<'_>, names: &mut Vec<Name>, said: StandingSaid) -> Result<Action, Wrong> {
    words.expect("to", "write it as in 'says yes to photographs about pupil Ada'")?;
    let (consent, about) = read_consent_about(words, names)?;
    Ok(Action::AnswersConsent { consent, about, said })
}

/// `photographs about pupil Ada`.
fn read_consent_about(words: &mut Words<'_>, names: &mut Vec<Name>) -> Result<(String, ExampleActor), Wrong> {
    let consent = words.next();
    names.push(Name { how: Use::OfConsent, text: consent.to_owned(), span: words.place(consent) });
    words.expect("about", "write it as in 'says yes to photographs about pupil Ada'")?;
    Ok((consent.to_owned(), read_actor(words)?))
}

//! Whom somebody reaches and how, as an example or a story writes it.

use domain::PersonId;
use uuid::Uuid;

use super::ExampleActor;
use crate::document::Document;
use crate::lines::{Words, Wrong, read_actor};
use crate::rules::channels::{self, Reached, SaidOfReaching, WayStanding};
use crate::somebody::Somebody;

/// Whoever is reached in an example.
const REACHED: PersonId = PersonId(Uuid::from_u128(3));

/// Whom somebody wants to reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Whom {
    pub actor: ExampleActor,
    pub age: Option<u8>,
}

/// A way of reaching somebody, or an exception, in the words of the clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrittenWay {
    By(String),
    Under(String),
}

/// What comes of it.
pub(crate) const STANDINGS: [&str; 6] =
    ["approved", "tried first", "not approved", "not limited", "excepted", "not excepted"];

const MEND: &str = "write it as in 'staff reaches pupil by school mail', 'staff reaches ex-pupil aged 17 by a text message' \
                    or 'staff reaches parent under an emergency'";

/// `parent by school mail`, `ex-pupil aged 17 under social-contact`.
pub(crate) fn read_reach(words: &mut Words<'_>) -> Result<(Whom, WrittenWay), Wrong> {
    let whom = read_whom(words)?;
    let is_by = words.take("by");
    if !is_by {
        words.expect("under", MEND)?;
    }
    let how = std::mem::take(&mut words.rest).trim().trim_matches('"').to_owned();
    if how.is_empty() {
        return Err(("it is not said in what way".to_owned(), MEND.to_owned()));
    }
    Ok((whom, if is_by { WrittenWay::By(how) } else { WrittenWay::Under(how) }))
}

/// `parent`, `ex-pupil aged 17`.
pub(crate) fn read_whom(words: &mut Words<'_>) -> Result<Whom, Wrong> {
    let actor = read_actor(words)?;
    if !words.take("aged") {
        return Ok(Whom { actor, age: None });
    }
    let written = words.next();
    let age = written.parse().map_err(|_| (format!("'{written}' is not an age in years"), MEND.to_owned()))?;
    Ok(Whom { actor, age: Some(age) })
}

/// How it stands, in the words of an example, and the clauses that say so.
pub(crate) fn standing(
    document: &Document,
    from: Somebody<'_>,
    whom: &Whom,
    how: &WrittenWay,
) -> (&'static str, Vec<String>) {
    let said = said(document, from, whom);
    let ids = |said: &[SaidOfReaching<'_>]| said.iter().map(|(clause, _)| clause.id.clone()).collect();
    match how {
        WrittenWay::By(way) => {
            let words = match channels::way_standing(&said, way) {
                WayStanding::Approved => "approved",
                WayStanding::TriedFirst => "tried first",
                WayStanding::NotApproved => "not approved",
                WayStanding::NotLimited => "not limited",
            };
            (words, ids(&said))
        }
        WrittenWay::Under(exception) => {
            let excepting = channels::excepting(document, &said, exception);
            if excepting.is_empty() { ("not excepted", ids(&said)) } else { ("excepted", ids(&excepting)) }
        }
    }
}

/// What the clauses say of whoever is reached, where somebody may choose them at the desk.
pub(crate) fn said<'a>(document: &'a Document, from: Somebody<'_>, whom: &Whom) -> Vec<SaidOfReaching<'a>> {
    let person = whom.actor.person(REACHED);
    let reached = Reached { somebody: (&person).into(), age: whom.age };
    let choice = channels::choices(document, from).into_iter().find(|choice| choice.includes(reached));
    choice.map(|choice| choice.said(document, from)).unwrap_or_default()
}

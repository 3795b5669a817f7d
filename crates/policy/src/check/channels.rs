//! A channel that speaks of an exception which it does not have, and one whose register those who reach others can't
//! write in.

use std::sync::Arc;

use domain::{Audience, RoleSet};

use super::line;
use crate::document::Document;
use crate::kinds::{Channel, Register, Rule};
use crate::problem::Problem;
use crate::rules::{channels, registers};
use crate::somebody::Somebody;

pub(super) fn check(document: &Document, text: &Arc<str>, problems: &mut Vec<Problem>) {
    for (clause, rule) in document.rules() {
        let Rule::Channel(channel) = rule else { continue };
        let mut problem = |(message, mend): (String, String)| {
            problems.push(Problem::new(&document.file, text, line(text, clause.line), message, mend));
        };
        if channel.prefer.is_some() && channel.except.is_none() {
            problem((
                format!("'prefer' of the channel in '{}' speaks of an exception, and there is none", clause.id),
                "say in 'except' what the exception is, or take 'prefer' out".to_owned(),
            ));
        }
        if let Some((_, register)) = channels::log(document, channel)
            && !all_write(document, channel, register)
        {
            problem((
                format!(
                    "'log' of the channel in '{}' is '{}', in which not all of 'from' may write",
                    clause.id, register.id
                ),
                format!("give '{}' declared-by = \"self\" and all of 'from' in its 'for'", register.id),
            ));
        }
    }
}

/// Whether everybody whom 'from' names may write in a register.
fn all_write(document: &Document, channel: &Channel, register: &Register) -> bool {
    let writes = |somebody: Somebody<'_>| registers::may_enter(document, register, somebody);
    let nobody = Somebody::unidentified();
    let from = &channel.from;
    let audiences = Audience::ALL.iter().filter(|audience| from.everyone || from.audiences.contains(audience));
    let by_audience = audiences.into_iter().all(|audience| writes(Somebody { audience: *audience, ..nobody }));
    let by_role = from.roles.iter().all(|role| writes(Somebody { roles: &RoleSet::from_iter([*role]), ..nobody }));
    let by_group = from.groups.iter().all(|group| writes(Somebody { groups: std::slice::from_ref(group), ..nobody }));
    by_audience && by_role && by_group
}

//! What a person's password must be: all rules that concern them together, and whether a candidate meets them.

mod password_strength;

use domain::Span;

use super::Rules;
use super::sessions::minutes;
use crate::kinds::{NotIn, OnCompromise, Password, PasswordNeed, Rule};
use crate::rules::audience_match::AudienceMatch;
use crate::somebody::Somebody;
use crate::verdict::RuleIndex;

/// All that a person's password must be, each demand with the rule that makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PasswordRequirements {
    /// The fewest characters.
    pub shortest: Option<(u32, RuleIndex)>,
    pub needs: Vec<(PasswordNeed, RuleIndex)>,
    pub not_in: Vec<(NotIn, RuleIndex)>,
    /// Whether it must differ from the person's other passwords; only whoever stores passwords can tell.
    pub unique: Option<RuleIndex>,
    /// The shortest of the times after which it must be changed.
    pub expires: Option<(Span, RuleIndex)>,
    /// What follows when others may know it; every rule's.
    pub on_compromise: Vec<(OnCompromise, RuleIndex)>,
}

/// Something that a candidate for a password lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordProblem {
    /// What is wrong and what would mend it, for the person who chose it.
    pub message: String,
    /// The rule that asks for it; `None` where none does and it is the least of all.
    pub citation: Option<RuleIndex>,
}

impl Rules {
    /// All that this person's password must be.
    pub fn password_for(&self, who: Somebody<'_>) -> PasswordRequirements {
        let mut all = PasswordRequirements::default();
        for (index, _, _, rule) in self.each() {
            if let Rule::Password(password) = rule
                && self.concerns(index, &AudienceMatch::of(&password.who), who)
            {
                all.tighten(password, index);
            }
        }
        all
    }

    /// What a candidate lacks; nothing where it may be used. `own_details` are the person's names, user name, date of
    /// birth, the names of their family and the like; they and the candidate are read and kept nowhere.
    pub fn check_password(&self, who: Somebody<'_>, candidate: &str, own_details: &[&str]) -> Vec<PasswordProblem> {
        self.password_for(who).check(candidate, own_details)
    }
}

impl PasswordRequirements {
    /// The fewest characters where no clause asks for more: the least that the National Cyber Security Centre's guidance
    /// for service owners and NIST SP 800-63B accept.
    pub const LEAST: u32 = 8;

    /// The fewest characters, and the rule that asks for them.
    pub fn fewest(&self) -> (u32, Option<RuleIndex>) {
        match self.shortest {
            Some((shortest, rule)) if shortest >= Self::LEAST => (shortest, Some(rule)),
            _ => (Self::LEAST, None),
        }
    }

    fn tighten(&mut self, rule: &Password, index: RuleIndex) {
        if let Some(shortest) = rule.shortest
            && self.shortest.is_none_or(|(known, _)| shortest > known)
        {
            self.shortest = Some((shortest, index));
        }
        for need in rule.needs.iter().flatten() {
            if !self.needs.iter().any(|(known, _)| known == need) {
                self.needs.push((*need, index));
            }
        }
        for list in rule.not_in.iter().flatten() {
            if !self.not_in.iter().any(|(known, _)| known == list) {
                self.not_in.push((*list, index));
            }
        }
        if rule.unique {
            self.unique.get_or_insert(index);
        }
        if let Some(expires) = rule.expires
            && self.expires.is_none_or(|(known, _)| minutes(expires) < minutes(known))
        {
            self.expires = Some((expires, index));
        }
        if let Some(after) = &rule.on_compromise {
            self.on_compromise.push((after.clone(), index));
        }
    }

    /// What a candidate lacks; nothing where it may be used.
    pub fn check(&self, candidate: &str, own_details: &[&str]) -> Vec<PasswordProblem> {
        let mut problems = Vec::new();
        for (list, citation) in &self.not_in {
            let message = match list {
                NotIn::Common if password_strength::is_common(candidate) => {
                    "This password is among the first that anybody would guess. Choose another."
                }
                NotIn::Dictionary if password_strength::is_one_word(candidate) => {
                    "This password is a single word from the dictionary. Put several words together."
                }
                NotIn::OwnDetails if password_strength::has_own_details(candidate, own_details) => {
                    "This password holds your name or another fact about you. Leave it out."
                }
                NotIn::WordsInside if password_strength::has_a_word(candidate) => {
                    "This password contains a word from the dictionary. Use letters that spell no word."
                }
                NotIn::Dates if password_strength::dates::has_a_date(candidate) => {
                    "This password contains a date, and birthdays are easily guessed. Leave it out."
                }
                _ => continue,
            };
            problems.push(PasswordProblem { message: message.to_owned(), citation: Some(*citation) });
        }
        let (fewest, citation) = self.fewest();
        let count = candidate.chars().count();
        if count < fewest as usize {
            let message = format!("This password has {count} characters; it needs at least {fewest}.");
            problems.push(PasswordProblem { message, citation });
        }
        for (need, citation) in &self.needs {
            if !password_strength::meets(candidate, *need) {
                let message = format!("This password needs {}.", need.words());
                problems.push(PasswordProblem { message, citation: Some(*citation) });
            }
        }
        problems
    }
}

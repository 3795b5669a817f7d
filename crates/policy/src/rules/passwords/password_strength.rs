//! How easily a password is guessed, as far as that can be told without outside data: a small list of passwords
//! (`common-passwords.txt`), a list of English words (`words.txt`) and the usual disguises.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::kinds::PasswordNeed;

pub(crate) mod dates;

static COMMON: &str = include_str!("password_strength/common-passwords.txt");
static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| lines(include_str!("password_strength/words.txt")).collect());

/// The letters of the shortest word that is looked for: shorter ones come about by chance.
const SHORTEST_WORD: usize = 4;
/// The letters of the longest word in the list; a test holds it.
const LONGEST_WORD: usize = 18;

/// Rows of the keyboard and other runs that fingers find by themselves.
const RUNS: [&str; 6] = [
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
];

/// Whether a password is on the list, or is a word of the list in a usual disguise: capitals, `0` for `o`, digits or
/// signs at its ends, one character again and again, a run along the keyboard.
pub(crate) fn is_common(candidate: &str) -> bool {
    let lower = candidate.to_lowercase();
    let listed = |text: &str| !text.is_empty() && lines(COMMON).any(|common| common == text);
    forms(&lower).iter().any(|form| listed(form)) || is_monotonous(&lower)
}

/// Whether a password is one word of the list, with nothing but digits and signs around it.
pub(crate) fn is_one_word(candidate: &str) -> bool {
    let listed = |text: &str| WORDS.contains(text) || lines(COMMON).any(|word| word == text);
    forms(&candidate.to_lowercase()).iter().any(|form| !form.is_empty() && listed(form))
}

/// Whether a word of four letters or more stands anywhere in a password, plain or in a usual disguise.
pub(crate) fn has_a_word(candidate: &str) -> bool {
    let lower = candidate.to_lowercase();
    let plain = undisguise(&lower);
    [lower, plain].iter().any(|form| {
        // Words of the list have the letters a to z alone, a byte each.
        let stretches = form.split(|letter: char| !letter.is_ascii_lowercase());
        stretches.filter(|stretch| stretch.len() >= SHORTEST_WORD).any(|stretch| {
            (0..=stretch.len() - SHORTEST_WORD).any(|start| {
                let longest = stretch.len().min(start + LONGEST_WORD);
                (start + SHORTEST_WORD..=longest).any(|end| WORDS.contains(&stretch[start..end]))
            })
        })
    })
}

/// A password as it is and without its disguises.
fn forms(lower: &str) -> [String; 4] {
    let core = core(lower);
    [lower.to_owned(), undisguise(lower), core.to_owned(), undisguise(core)]
}

/// Whether a password holds a word or number of three characters or more from the person's own details.
pub(crate) fn has_own_details(candidate: &str, own_details: &[&str]) -> bool {
    let lower = candidate.to_lowercase();
    let plain = undisguise(&lower);
    own_details
        .iter()
        .flat_map(|detail| detail.split(|letter: char| !letter.is_alphanumeric()))
        .filter(|part| part.chars().count() >= 3)
        .map(str::to_lowercase)
        .any(|part| lower.contains(&part) || plain.contains(&part))
}

/// Whether a password has what is needed.
pub(crate) fn meets(candidate: &str, need: PasswordNeed) -> bool {
    match need {
        PasswordNeed::Letters => candidate.chars().any(char::is_alphabetic),
        PasswordNeed::Capitals => candidate.chars().any(char::is_uppercase),
        PasswordNeed::Digits => candidate.chars().any(|letter| letter.is_ascii_digit()),
        PasswordNeed::Symbols => candidate.chars().any(|letter| !letter.is_alphanumeric() && !letter.is_whitespace()),
        PasswordNeed::ThreeWords => has_three_words(candidate),
    }
}

/// Three words of three letters or more, parted by anything that is no letter or by capitals. Written without a gap
/// they can't be told apart: twelve letters are then taken for three words.
fn has_three_words(candidate: &str) -> bool {
    let mut words = 0;
    let mut length = 0;
    for letter in candidate.chars().chain([' ']) {
        if !letter.is_alphabetic() || letter.is_uppercase() {
            words += usize::from(length >= 3);
            length = 0;
        }
        length += usize::from(letter.is_alphabetic());
    }
    words >= 3 || candidate.chars().filter(|letter| letter.is_alphabetic()).count() >= 12
}

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn undisguise(lower: &str) -> String {
    lower
        .chars()
        .map(|letter| match letter {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .collect()
}

/// Without the digits and signs at its ends.
fn core(text: &str) -> &str {
    text.trim_matches(|letter: char| !letter.is_alphabetic())
}

fn is_monotonous(lower: &str) -> bool {
    let mut letters = lower.chars();
    let Some(first) = letters.next() else { return true };
    letters.all(|letter| letter == first) || (lower.len() >= 4 && RUNS.iter().any(|run| run.contains(lower)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_anybody_would_guess_is_common_in_every_disguise() {
        for guess in ["password", "Password1", "P@ssw0rd!", "123456", "qwerty", "aaaaaaaa", "letmein2024", "Qwertyuiop"]
        {
            assert!(is_common(guess), "{guess}");
        }
        for other in ["otter lamp gravel nine", "turquoise-Ladder-58-moss", "vK9#tLq2zR"] {
            assert!(!is_common(other), "{other}");
        }
    }

    #[test]
    fn one_word_is_told_from_several() {
        assert!(is_one_word("Elephant7!"));
        assert!(!is_one_word("elephant river"));
    }

    #[test]
    fn a_word_is_found_anywhere_in_a_password() {
        for bad in
            ["river7Stone!", "mountain8!zq", "Harbour-47-Thunder!", "xxB0ttle99", "zq7lamp", "xqzvxqzvriver", "otter"]
        {
            assert!(has_a_word(bad), "{bad}");
        }
        for good in ["xk7#vRq2!wz", "b4$Zq9-xT", "836259174038", ""] {
            assert!(!has_a_word(good), "{good}");
        }
    }

    #[test]
    fn the_list_has_words_of_the_lengths_that_are_looked_for() {
        assert!(WORDS.len() > 30_000);
        for word in WORDS.iter() {
            assert!((SHORTEST_WORD..=LONGEST_WORD).contains(&word.len()), "{word}");
            assert!(word.bytes().all(|letter| letter.is_ascii_lowercase()), "{word}");
        }
    }

    #[test]
    fn own_details_are_found_inside_a_password() {
        assert!(has_own_details("xxAmara2011", &["Amara Lindqvist", "2011-03-04"]));
        assert!(has_own_details("xx4mar4qq", &["Amara Lindqvist"]), "in a disguise too");
        assert!(!has_own_details("gravel-otter-nine", &["Amara Lindqvist", "2011-03-04"]));
    }

    #[test]
    fn a_symbol_is_neither_a_letter_nor_a_digit_nor_a_gap() {
        assert!(meets("a!7", PasswordNeed::Symbols));
        assert!(!meets("otter 47", PasswordNeed::Symbols));
    }

    #[test]
    fn three_words_are_counted_with_and_without_gaps() {
        for good in ["otter lamp gravel", "OtterLampGravel", "otterlampgravel", "red7fox9hen"] {
            assert!(meets(good, PasswordNeed::ThreeWords), "{good}");
        }
        for bad in ["otter", "otter lamp", "a b c d"] {
            assert!(!meets(bad, PasswordNeed::ThreeWords), "{bad}");
        }
    }
}

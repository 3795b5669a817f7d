//! How old a child has to be to read the part of a policy that they sign alone.
//!
//! By Flesch and Kincaid's grade level, which counts words a sentence and syllables a word: the grade is the school year
//! in the United States, and five years more is the age. Vowels that stand together are counted as a syllable, a mute
//! e at the end as none. The measure says how hard sentences and words are, not whether a child understands them.

use domain::Audience;
use policy::Rule;
use policy::kinds::Agreement;
use policy::rules::{shown, signing};
use pulldown_cmark::{Event, Parser, TagEnd};

use crate::five_policies::{POLICIES, read};

/// The ages that the parts of children must not ask for more than.
const KEY_STAGE_1: f64 = 6.0;
const KEY_STAGE_2: f64 = 9.0;

fn age(text: &str) -> f64 {
    let sentences = text.split(['.', '!', '?', ':']).filter(|part| part.chars().any(char::is_alphabetic)).count();
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphabetic() && letter != '\'').filter(|word| !word.is_empty()).collect();
    let syllables: usize = words.iter().map(|word| syllables_of(word)).sum();
    let (sentences, syllables) = (f64_of(sentences), f64_of(syllables));
    let words = f64_of(words.len());
    0.39 * words / sentences + 11.8 * syllables / words - 15.59 + 5.0
}

fn f64_of(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("a short text"))
}

fn syllables_of(word: &str) -> usize {
    let lower = word.to_lowercase();
    let is_vowel = |letter: char| "aeiouy".contains(letter);
    let letters: Vec<char> = lower.chars().collect();
    let starts = |place: usize| is_vowel(letters[place]) && (place == 0 || !is_vowel(letters[place - 1]));
    let count = (0..letters.len()).filter(|place| starts(*place)).count();
    let mute = lower.ends_with('e') && !lower.ends_with("le") && count > 1;
    (count - usize::from(mute)).max(1)
}

/// A part as plain text, a sentence to each heading and each item of a list.
fn text_of(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_)) => text.push_str(". "),
            _ => {}
        }
    }
    text
}

/// What is said to pupils alone, in each policy: whose part it is, and the age it asks for.
fn parts(name: &str) -> Vec<(String, f64)> {
    let document = read(name);
    let of_children = |agreement: &Agreement| {
        let shown = shown::agreement(agreement);
        let who = shown.who?;
        let groups: Vec<String> = who.groups.iter().map(ToString::to_string).collect();
        let is_pupils = who.audiences == [Audience::Pupil] || !groups.is_empty();
        (shown.part.is_some() && is_pupils)
            .then(|| if groups.is_empty() { "pupils".to_owned() } else { groups.join(", ") })
    };
    document
        .rules()
        .filter_map(|(_, rule)| match rule {
            Rule::Agreement(agreement) => Some((of_children(agreement)?, agreement)),
            _ => None,
        })
        .map(|(whose, agreement)| {
            let read = signing::read_by(&document, agreement);
            let said = |outline| format!("# {}\n\n{}\n\n", read.heading(outline).1, read.prose_of(outline));
            let markdown: String = read.outline.iter().map(said).collect();
            (whose, age(&text_of(&markdown)))
        })
        .collect()
}

#[test]
fn children_can_read_the_part_that_they_sign() {
    let mut too_hard = Vec::new();
    let mut measured = 0;
    for name in POLICIES {
        for (place, (whose, age)) in parts(name).into_iter().enumerate() {
            // The youngest have a part of their own in the primary school's policy, before that of the others.
            let is_youngest = name == "primary-whole-school" && place == 0;
            let limit = if is_youngest { KEY_STAGE_1 } else { KEY_STAGE_2 };
            println!("{name}: the part of {whose} asks for a reading age of {age:.1}, and may ask for {limit}");
            if age > limit {
                too_hard.push(format!("{name}: the part of {whose} asks for a reading age of {age:.1}, not {limit}"));
            }
            measured += 1;
        }
    }
    assert_eq!(measured, 3, "one part for each key stage of the primary school, and one for the trust's pupils");
    assert!(too_hard.is_empty(), "{too_hard:#?}");
}

#[test]
fn short_words_in_short_sentences_ask_for_less() {
    let easy = age("I tell a grown-up. I am kind. I do not take my phone to school.");
    let hard = age("Unauthorised photography of identifiable individuals constitutes a contravention of safeguarding.");
    assert!(easy < 6.0 && hard > 15.0, "{easy} {hard}");
    assert_eq!(["computer", "phone", "table", "kind", "idea"].map(syllables_of), [3, 1, 2, 1, 2]);
}

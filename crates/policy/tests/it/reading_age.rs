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

/// The ages that the parts of children must not ask for more than, by the last school year of those who read them: of Key
/// Stage 1 (to Year 2), of Key Stage 2 (to Year 6), and of those who are older and have left the primary school.
const KEY_STAGE_1: f64 = 6.0;
const KEY_STAGE_2: f64 = 9.0;
const OLDER: f64 = 11.0;
const END_OF_KEY_STAGE_1: u8 = 2;
const END_OF_KEY_STAGE_2: u8 = 6;

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

/// A part that pupils read alone.
struct PartOfPupils {
    whose: String,
    /// The school years whose groups are named; none where it is for all pupils who have no part of their own.
    years: Vec<u8>,
    age: f64,
}

/// The school year that a group stands for: 4 for `year-4`, 0 for `year-r`.
fn year(group: &str) -> Option<u8> {
    let year = group.strip_prefix("year-")?;
    if year == "r" { Some(0) } else { year.parse().ok() }
}

/// What is said to pupils alone, in each policy: whose part it is, and the age it asks for.
fn parts(name: &str) -> Vec<PartOfPupils> {
    let document = read(name);
    let of_children = |agreement: &Agreement| {
        let shown = shown::agreement(agreement);
        let who = shown.who?;
        let groups: Vec<String> = who.groups.iter().map(ToString::to_string).collect();
        let is_pupils = who.audiences == [Audience::Pupil] || !groups.is_empty();
        (shown.part.is_some() && is_pupils).then_some(groups)
    };
    document
        .rules()
        .filter_map(|(_, rule)| match rule {
            Rule::Agreement(agreement) => Some((of_children(agreement)?, agreement)),
            _ => None,
        })
        .map(|(groups, agreement)| {
            let read = signing::read_by(&document, agreement);
            let said = |outline| format!("# {}\n\n{}\n\n", read.heading(outline).1, read.prose_of(outline));
            let markdown: String = read.outline.iter().map(said).collect();
            let years: Vec<u8> = groups.iter().filter_map(|group| year(group)).collect();
            assert_eq!(years.len(), groups.len(), "{name}: a part for groups that are no school years: {groups:?}");
            let whose = if groups.is_empty() { "pupils".to_owned() } else { groups.join(", ") };
            PartOfPupils { whose, years, age: age(&text_of(&markdown)) }
        })
        .collect()
}

/// The age that a part may ask for: that of the key stage in which the last of its school years lies. A part for all pupils
/// is for older ones where those to Year 6 have parts of their own, and for Key Stage 2 elsewhere.
fn limit(part: &PartOfPupils, parts: &[PartOfPupils]) -> f64 {
    let own: Vec<u8> = parts.iter().flat_map(|part| &part.years).copied().collect();
    match part.years.iter().max() {
        Some(&last) if last <= END_OF_KEY_STAGE_1 => KEY_STAGE_1,
        Some(&last) if last <= END_OF_KEY_STAGE_2 => KEY_STAGE_2,
        None if !(0..=END_OF_KEY_STAGE_2).all(|year| own.contains(&year)) => KEY_STAGE_2,
        _ => OLDER,
    }
}

#[test]
fn children_can_read_the_part_that_they_sign() {
    let mut too_hard = Vec::new();
    let mut limits = Vec::new();
    for name in POLICIES {
        let parts = parts(name);
        for part in &parts {
            let (PartOfPupils { whose, age, .. }, limit) = (part, limit(part, &parts));
            println!("{name}: the part of {whose} asks for a reading age of {age:.1}, and may ask for {limit}");
            if *age > limit {
                too_hard.push(format!("{name}: the part of {whose} asks for a reading age of {age:.1}, not {limit}"));
            }
            limits.push((name, limit));
        }
    }
    let each_policy = [
        ("academy-trust", KEY_STAGE_2),
        ("all-through-school", KEY_STAGE_1),
        ("all-through-school", KEY_STAGE_2),
        ("all-through-school", OLDER),
        ("primary-whole-school", KEY_STAGE_1),
        ("primary-whole-school", KEY_STAGE_2),
    ];
    assert_eq!(limits, each_policy, "one part for each stage that a school has");
    assert!(too_hard.is_empty(), "{too_hard:#?}");
}

#[test]
fn short_words_in_short_sentences_ask_for_less() {
    let easy = age("I tell a grown-up. I am kind. I do not take my phone to school.");
    let hard = age("Unauthorised photography of identifiable individuals constitutes a contravention of safeguarding.");
    assert!(easy < 6.0 && hard > 15.0, "{easy} {hard}");
    assert_eq!(["computer", "phone", "table", "kind", "idea"].map(syllables_of), [3, 1, 2, 1, 2]);
}

//! Dates in passwords: a birthday is among the first things that anybody who knows a person would try.

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const LONG_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Whether a password contains a date: of eight figures together (`12031985`, `19850312`), of figures with something
/// between them (`12.3.85`, `1985-03-12`), or a month's name beside a day or a year (`12march`, `mar1985`).
pub(crate) fn has_a_date(candidate: &str) -> bool {
    let parts = parts(&candidate.to_lowercase());
    let numbers = parts.iter().filter_map(Part::number);
    numbers.clone().any(is_run_together)
        || parts.windows(5).any(is_parted)
        || (0..parts.len()).any(|place| has_named_month(&parts, place))
}

/// A stretch of figures, of letters or of anything else.
enum Part {
    Number(String),
    Word(String),
    Gap(String),
}

impl Part {
    fn number(&self) -> Option<&str> {
        match self {
            Part::Number(figures) => Some(figures),
            _ => None,
        }
    }
}

fn parts(lower: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for letter in lower.chars() {
        match (letter, parts.last_mut()) {
            ('0'..='9', Some(Part::Number(text))) => text.push(letter),
            ('0'..='9', _) => parts.push(Part::Number(letter.to_string())),
            (letter, Some(Part::Word(text))) if letter.is_alphabetic() => text.push(letter),
            (letter, _) if letter.is_alphabetic() => parts.push(Part::Word(letter.to_string())),
            (_, Some(Part::Gap(text))) => text.push(letter),
            _ => parts.push(Part::Gap(letter.to_string())),
        }
    }
    parts
}

/// Eight figures that are a day, a month and a year, in any of the usual orders. More figures than that are no date.
fn is_run_together(figures: &str) -> bool {
    let number =
        |range: std::ops::Range<usize>| figures.get(range).and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    figures.len() == 8
        && (is_day_and_month(number(0..2), number(2..4)) && is_year(number(4..8))
            || is_year(number(0..4)) && is_day_and_month(number(4..6), number(6..8)))
}

/// Three numbers with a sign between them, as in `12/3/85`.
fn is_parted(window: &[Part]) -> bool {
    let [Part::Number(first), Part::Gap(gap), Part::Number(second), Part::Gap(other), Part::Number(third)] = window
    else {
        return false;
    };
    let number = |figures: &str| figures.parse::<u32>().unwrap_or(0);
    let is_any_year = |figures: &str| figures.len() == 2 || is_year(number(figures));
    let (a, b, c) = (number(first), number(second), number(third));
    gap.chars().count() == 1
        && gap == other
        && (is_day_and_month(a, b) && is_any_year(third) || is_year(a) && is_day_and_month(b, c))
}

/// A month's name with a day before it or a day or year after it, joined or with one sign between.
fn has_named_month(parts: &[Part], place: usize) -> bool {
    let Part::Word(word) = &parts[place] else { return false };
    if !MONTHS.contains(&word.as_str()) && !LONG_MONTHS.contains(&word.as_str()) {
        return false;
    }
    let beside = |step: isize| {
        let at = |steps: isize| place.checked_add_signed(steps).and_then(|place| parts.get(place));
        match at(step) {
            Some(Part::Gap(gap)) if gap.chars().count() == 1 => at(2 * step).and_then(Part::number),
            part => part.and_then(Part::number),
        }
    };
    let is_day_or_year = |figures: &str| figures.parse().is_ok_and(|number| is_day(number) || is_year(number));
    beside(-1).is_some_and(is_day_or_year) || beside(1).is_some_and(is_day_or_year)
}

fn is_day_and_month(one: u32, other: u32) -> bool {
    is_day(one) && (1..=12).contains(&other) || (1..=12).contains(&one) && is_day(other)
}

fn is_day(number: u32) -> bool {
    (1..=31).contains(&number)
}

/// Years in which somebody at a school, or a child of theirs, may have been born.
fn is_year(number: u32) -> bool {
    (1900..=2099).contains(&number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_found_however_it_is_written() {
        for date in
            ["12031985", "19850312", "anna12031985", "12/3/85", "1985-03-12!", "03.12.1985", "12march", "Mar-1985"]
        {
            assert!(has_a_date(date), "{date}");
        }
    }

    #[test]
    fn other_numbers_and_words_are_no_dates() {
        for other in ["836259174038", "turquoise-Ladder-58-moss", "r7!k-45-99", "marching 5 ants", "99/99/99", "maybe7"]
        {
            assert!(!has_a_date(other), "{other}");
        }
    }
}

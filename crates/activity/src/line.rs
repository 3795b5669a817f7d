//! One line of a hot segment: `["1c291ca3",{…activity…}]`, a line of JSON whose first half vouches for its second.

use domain::Activity;

const HEAD: usize = r#"["00000000","#.len();
const TAIL: &[u8] = b"]";

/// Why a line is not an activity.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// Cut short or overwritten: it was never acknowledged, or the disk lost it.
    #[error("the line does not match its checksum")]
    Torn,
    /// Whole, but written by a version of the program that knows other words.
    #[error("the line is whole but not understood")]
    Foreign(serde_json::Error),
}

/// Writes the line with its newline into `line`, which is emptied first.
pub fn encode(activity: &Activity, line: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    line.clear();
    line.extend_from_slice(br#"["00000000","#);
    serde_json::to_writer(&mut *line, activity)?;
    let checksum = hexadecimal(crc32fast::hash(&line[HEAD..]));
    line[2..10].copy_from_slice(&checksum);
    line.extend_from_slice(b"]\n");
    Ok(())
}

/// The line, without its newline, that vouches for `body`, whatever it says.
pub fn line_of(body: &[u8]) -> Vec<u8> {
    [br#"[""#, hexadecimal(crc32fast::hash(body)).as_slice(), br#"","#, body, TAIL].concat()
}

/// Reads a line of a hot segment, without its newline, whatever bytes it holds.
///
/// # Errors
/// A line that does not fit its checksum, or holds no activity that this version of the program knows.
pub fn decode(line: &[u8]) -> Result<Activity, LineError> {
    let body = line
        .get(HEAD..)
        .and_then(|rest| rest.strip_suffix(TAIL))
        .filter(|_| line.starts_with(b"[\"") && &line[10..HEAD] == b"\",")
        .filter(|body| line[2..10] == hexadecimal(crc32fast::hash(body)))
        .ok_or(LineError::Torn)?;
    serde_json::from_slice(body).map_err(LineError::Foreign)
}

fn hexadecimal(checksum: u32) -> [u8; 8] {
    let mut digits = [0; 8];
    for (place, digit) in digits.iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(checksum >> (28 - 4 * place)) as usize & 15];
    }
    digits
}

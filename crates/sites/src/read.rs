//! Reading a list line by line. A line that cannot be read is reported and passed over; a list never fails for one.

use std::io::{BufRead, ErrorKind};
use std::path::Path;

use crate::build_report::BuildReport;
use crate::line::{LineProblem, ListedSite, read_line};

/// A line longer than this is no entry of any list.
const LONGEST_LINE: u64 = 64 * 1024;

/// Gives every entry of `list` to `take`, and after every line the bytes read so far to `advance`.
///
/// # Errors
/// When reading itself fails.
pub(crate) fn read_list(
    file: &Path,
    mut list: impl BufRead,
    report: &mut BuildReport,
    mut take: impl FnMut(ListedSite),
    mut advance: impl FnMut(u64),
) -> std::io::Result<()> {
    let mut line = Vec::new();
    let mut number = 0;
    let mut read = 0;
    loop {
        line.clear();
        let length = take_line(&mut list, &mut line)?;
        if length == 0 {
            break;
        }
        number += 1;
        read += length;
        let outcome = match std::str::from_utf8(&line) {
            Ok(text) => read_line(text, &mut take),
            Err(_) if line.trim_ascii_start().starts_with(b"#") => Ok(()),
            Err(_) => Err(LineProblem::NotText),
        };
        if let Err(problem) = outcome {
            report.skip(file, number, &problem);
        }
        advance(read);
    }
    report.files += 1;
    report.lines += number;
    Ok(())
}

/// Reads to the end of the line; of a line that is too long only the beginning is kept.
fn take_line(list: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<u64> {
    let mut length = 0;
    loop {
        let (used, ends) = {
            let ready = match list.fill_buf() {
                Ok(ready) => ready,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = ready.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(ready.len(), |end| end + 1);
            if length < LONGEST_LINE {
                line.extend_from_slice(&ready[..used]);
            }
            (used, end.is_some() || ready.is_empty())
        };
        list.consume(used);
        length += used as u64;
        if ends {
            return Ok(length);
        }
    }
}

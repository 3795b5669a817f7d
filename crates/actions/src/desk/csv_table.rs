//! A list as it was uploaded or pasted: a CSV file as rows of named fields. Every problem is named, with its line and its mend.

/// A file as it was uploaded.
#[derive(Clone)]
pub struct ImportFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for ImportFile {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "ImportFile({}, {} bytes)", self.name, self.bytes.len())
    }
}

/// One thing that is wrong with a list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ImportProblem {
    pub file: String,
    /// From 1; 0 where it is about the whole file.
    pub line: u64,
    pub column: String,
    pub message: String,
    pub mend: String,
}

/// A file as rows of named fields.
pub(crate) struct CsvTable {
    pub file: String,
    pub columns: Vec<String>,
    /// Each with the line that it begins on.
    pub rows: Vec<(u64, Vec<String>)>,
}

impl CsvTable {
    /// Reads a file. Where its first line has tabs, as what is pasted from a spreadsheet has, these part the fields.
    pub fn read(file: &ImportFile, problems: &mut Vec<ImportProblem>) -> CsvTable {
        let bytes = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file.bytes);
        let mut first = bytes.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n'));
        let delimiter = if first.any(|byte| *byte == b'\t') { b'\t' } else { b',' };
        let mut reading = csv::ReaderBuilder::new();
        let mut reader = reading.delimiter(delimiter).flexible(true).trim(csv::Trim::All).from_reader(bytes);
        let mut table = CsvTable { file: file.name.clone(), columns: Vec::new(), rows: Vec::new() };
        match reader.headers() {
            Ok(headers) => table.columns = headers.iter().map(str::to_owned).collect(),
            Err(_) => problems.push(table.problem(1, "", "the file is not in UTF-8", UTF8)),
        }
        let width = table.columns.len();
        let mut lines = Lines { bytes, counted: 0, line: 1 };
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = lines.of(record.position());
                    if record.len() != width {
                        let message = format!("this line has {} fields; the first has {width}", record.len());
                        problems.push(table.problem(
                            line,
                            "",
                            message,
                            "put in or take out commas; quote a field that has one",
                        ));
                    }
                    table.rows.push((line, record.iter().map(str::to_owned).collect()));
                }
                Err(error) => {
                    let line = lines.of(error.position());
                    problems.push(table.problem(line, "", "this line is not in UTF-8", UTF8));
                }
            }
        }
        table
    }

    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known == column)
    }

    pub fn get<'r>(&self, row: &'r [String], column: &str) -> &'r str {
        let place = self.columns.iter().position(|known| known == column);
        place.and_then(|place| row.get(place)).map_or("", String::as_str)
    }

    pub fn problem(
        &self,
        line: u64,
        column: &str,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) -> ImportProblem {
        let (file, column) = (self.file.clone(), column.to_owned());
        ImportProblem { file, line, column, message: message.into(), mend: mend.into() }
    }
}

/// The lines of a file as a spreadsheet counts them, read from its start on.
struct Lines<'b> {
    bytes: &'b [u8],
    counted: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of a place further on; 0 for none. Where lines end as on Windows, the reader's own count is one behind:
    /// it takes a record to begin within the line end before it.
    fn of(&mut self, place: Option<&csv::Position>) -> u64 {
        let Some(place) = place.and_then(|place| usize::try_from(place.byte()).ok()) else { return 0 };
        let rest = self.bytes.get(place..).unwrap_or_default();
        let start = place + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let between = self.bytes.get(self.counted..start).unwrap_or_default();
        self.line += between.split(|byte| *byte == b'\n').count() as u64 - 1;
        self.counted = self.counted.max(start);
        self.line
    }
}

const UTF8: &str = "save the list as 'CSV UTF-8'";

use std::io::{self, Read};

use crate::{
    Encoding, Header, Part, Receipt, Refusal,
    columns::Splitter,
    encoding::Decoded,
    lines::{Line, Lines},
    parser::{Parser, Row, Step},
    record::{ends_receipt, record_type},
};

/// What a [`Reader`] comes to next.
#[derive(Debug)]
pub enum Item<'a> {
    /// A whole receipt of the part that is being read.
    Receipt(&'a Receipt),
    /// The end of a part, with everything that was found in it.
    Part(Box<Part>),
    /// A part, or the whole file, that is no 医科 claim. Reading goes on with the next IR.
    Refused(Refusal),
}

/// Reads a claim file from a stream, receipt by receipt. It holds one receipt at a time.
///
/// The encoding comes from an [`crate::EncodingDetector`] over the same bytes; [`crate::sniff`] tells beforehand
/// whether they are a claim file at all.
pub struct Reader<R> {
    source: R,
    records: Records,
}

/// All of a [`Reader`] but its source, so that it is compiled once and here, where speed counts.
struct Records {
    lines: Lines,
    encoding: Encoding,
    splitter: Splitter,
    /// A line that was read and waits until the receipt or part before it was handed out.
    pending: Option<Line>,
    parser: Parser,
}

impl<R: Read> Reader<R> {
    /// A reader of the records in `source`.
    pub fn new(source: R, encoding: Encoding) -> Self {
        let records = Records {
            lines: Lines::default(),
            encoding,
            splitter: Splitter::default(),
            pending: None,
            parser: Parser::new(encoding),
        };
        Self { source, records }
    }

    /// The header of the part that is being read, known from its first receipt on.
    pub fn header(&self) -> &Header {
        self.records.parser.header()
    }

    /// Reads on to the next receipt or the end of a part. `None` at the end of the stream.
    ///
    /// # Errors
    ///
    /// Those of the stream alone; content never fails.
    pub fn read_next(&mut self) -> io::Result<Option<Item<'_>>> {
        let step = self.records.next_step(&mut self.source)?;
        Ok(step.and_then(|step| match step {
            Step::Receipt => Some(Item::Receipt(self.records.parser.receipt())),
            Step::Part(part) => Some(Item::Part(part)),
            Step::Refused(refusal) => Some(Item::Refused(refusal)),
            Step::Next => None,
        }))
    }
}

impl Records {
    /// Reads on to a line that leads to more than the next line.
    fn next_step(&mut self, source: &mut dyn Read) -> io::Result<Option<Step>> {
        loop {
            let line = match self.pending.take() {
                Some(line) => line,
                None => match self.take_usual_rows(source)? {
                    Some(line) => line,
                    None => return Ok(self.parser.end()),
                },
            };
            match self.take(line) {
                Step::Next => {}
                step => return Ok(Some(step)),
            }
        }
    }

    /// Takes in the rows of a receipt that are written as usual: nearly all lines, and the only place where each
    /// nanosecond counts. Returns the first other line.
    fn take_usual_rows(&mut self, source: &mut dyn Read) -> io::Result<Option<Line>> {
        loop {
            let Some(line) = self.lines.next_usual() else { return self.lines.next(source) };
            let row = self.lines.marked(line);
            let record = record_type(row.bytes());
            if ends_receipt(record)
                || self.lines.has_quotes()
                || self.encoding.check(row) != Decoded::default()
                || !self.parser.take_usual(record, row, line)
            {
                return Ok(Some(line));
            }
        }
    }

    /// Takes in any line.
    fn take(&mut self, line: Line) -> Step {
        let mut row = self.lines.marked(line);
        if line.number == 1 && row.bytes().starts_with(b"\xEF\xBB\xBF") {
            row = row.skip(3);
        }
        let record = record_type(row.bytes());
        if let Some(step) = self.parser.close_before(line.offset, record) {
            self.pending = Some(line);
            return step;
        }
        let place = Row {
            line: line.number,
            offset: line.offset,
            end_offset: line.end_offset,
            too_long: line.is_too_long(),
            decoded: self.encoding.check(row),
        };
        if self.lines.has_quotes() {
            let columns = self.splitter.split_quoted(row.bytes(), self.encoding);
            return self.parser.take(place, record, &columns);
        }
        if place.decoded == Decoded::default() && self.parser.begin_usual(record, row, line) {
            return Step::Next;
        }
        self.parser.take(place, record, &self.splitter.split(row, self.encoding))
    }
}

use std::io::{self, Read};

use crate::{
    Encoding, Header, Part, Receipt, Refusal,
    columns::Splitter,
    encoding::has_user_defined,
    lines::{Line, Lines},
    parser::{Parser, Row, Step},
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
    lines: Lines<R>,
    encoding: Encoding,
    decoded: String,
    splitter: Splitter,
    /// A line that was read and waits until the receipt or part before it was handed out.
    pending: Option<Line>,
    parser: Parser,
}

impl<R: Read> Reader<R> {
    /// A reader of the records in `source`.
    pub fn new(source: R, encoding: Encoding) -> Self {
        Self {
            lines: Lines::new(source),
            encoding,
            decoded: String::new(),
            splitter: Splitter::default(),
            pending: None,
            parser: Parser::new(encoding),
        }
    }

    /// The header of the part that is being read, known from its first receipt on.
    pub fn header(&self) -> &Header {
        self.parser.header()
    }

    /// Reads on to the next receipt or the end of a part. `None` at the end of the stream.
    ///
    /// # Errors
    ///
    /// Those of the stream alone; content never fails.
    pub fn read_next(&mut self) -> io::Result<Option<Item<'_>>> {
        let step = loop {
            let line = match self.pending.take() {
                Some(line) => line,
                None => match self.lines.next()? {
                    Some(line) => line,
                    None => break self.parser.end(),
                },
            };
            match self.take(line) {
                Step::Next => {}
                step => {
                    if matches!(step, Step::Receipt | Step::Part(_)) {
                        self.pending = Some(line);
                    }
                    break Some(step);
                }
            }
        };
        Ok(step.and_then(|step| match step {
            Step::Receipt => Some(Item::Receipt(self.parser.receipt())),
            Step::Part(part) => Some(Item::Part(part)),
            Step::Refused(refusal) => Some(Item::Refused(refusal)),
            Step::Next => None,
        }))
    }

    fn take(&mut self, line: Line) -> Step {
        let bytes = self.lines.bytes(line);
        let bytes = if line.number == 1 { bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes) } else { bytes };
        let mut row = Row {
            line: line.number,
            offset: line.offset,
            end_offset: line.end_offset,
            too_long: line.too_long,
            is_broken: false,
            is_user_defined: false,
        };
        let text = if bytes.is_ascii() {
            std::str::from_utf8(bytes).unwrap_or_default()
        } else {
            row.is_broken = self.encoding.decode(bytes, &mut self.decoded);
            row.is_user_defined = has_user_defined(&self.decoded);
            &self.decoded
        };
        self.parser.take(row, self.splitter.split(text))
    }
}

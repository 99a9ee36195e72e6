use std::io::{self, Read};

use crate::{
    marks::{BLOCK, Block, Marks, first_bits},
    sniff::is_blank,
};

/// A line longer than this is skipped and reported, not buffered.
pub(crate) const MAX_LINE_BYTES: usize = 64 * 1024;

/// A line of the greatest length, and what is read behind it.
const BUFFER_BYTES: usize = MAX_LINE_BYTES + READ_BYTES + 1;
/// How much is read at once: what the nearest cache of a processor holds until it is looked at.
const READ_BYTES: usize = 32 * 1024;

/// Splits a stream, the same in every call, into lines at CR LF, LF or CR, in a buffer of fixed size.
pub(crate) struct Lines {
    buffer: Vec<u8>,
    /// Of what is read into the buffer.
    marks: Marks,
    start: usize,
    end: usize,
    /// Offset in the stream of `buffer[0]`.
    base: u64,
    at_end: bool,
    number: u64,
}

/// A line in the buffer of [`Lines`], without its end and without blanks at its edges; nothing is left of one
/// that is too long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    /// Counted from 1.
    pub(crate) number: u64,
    /// Offset of its first byte in the stream.
    pub(crate) offset: u64,
    /// Offset just after its end mark.
    pub(crate) end_offset: u64,
    from: usize,
    to: usize,
    /// The marks of its first bytes.
    first: Block,
}

impl Line {
    /// Whether it was skipped because it is longer than [`MAX_LINE_BYTES`]: blank lines are never given.
    pub(crate) fn is_too_long(self) -> bool {
        self.from == self.to
    }
}

/// A line with the marks of its bytes.
#[derive(Clone, Copy)]
pub(crate) struct MarkedLine<'a> {
    buffer: &'a [u8],
    marks: &'a Marks,
    from: usize,
    to: usize,
    /// The marks from `from` on.
    first: Block,
}

impl<'a> MarkedLine<'a> {
    #[inline(always)]
    pub(crate) fn bytes(self) -> &'a [u8] {
        &self.buffer[self.from..self.to]
    }

    #[inline(always)]
    pub(crate) fn len(self) -> usize {
        self.to - self.from
    }

    /// All of `bytes`, which `marks` are of, as one line.
    pub(crate) fn whole(bytes: &'a [u8], marks: &'a Marks) -> Self {
        Self { buffer: bytes, marks, from: 0, to: bytes.len(), first: marks.block(0) }
    }

    /// The first `n` bytes of the line.
    #[cfg(test)]
    pub(crate) fn cut(self, n: usize) -> Self {
        Self { to: self.from + n, ..self }
    }

    /// The line without its first `n` bytes.
    pub(crate) fn skip(self, n: usize) -> Self {
        Self { from: self.from + n, first: self.marks.block(self.from + n), ..self }
    }

    /// The commas among the 64 bytes from `at` on, the lowest bit for `at`. What lies beyond the line is the
    /// next one's.
    #[inline(always)]
    pub(crate) fn commas(self, at: usize) -> u64 {
        self.marks.block(self.from + at).commas
    }

    /// The commas among the first 64 bytes of the line.
    #[inline(always)]
    pub(crate) fn first_commas(self) -> u64 {
        self.first.commas & first_bits(self.len())
    }

    /// Where the first byte beyond ASCII from `at` on stands.
    #[inline(always)]
    pub(crate) fn next_beyond_ascii(self, mut at: usize) -> Option<usize> {
        while at < self.len() {
            let beyond_ascii = self.marks.block(self.from + at).beyond_ascii & first_bits(self.len() - at);
            if beyond_ascii != 0 {
                return Some(at + beyond_ascii.trailing_zeros() as usize);
            }
            at += BLOCK;
        }
        None
    }

    #[inline(always)]
    pub(crate) fn is_ascii(self) -> bool {
        self.first.beyond_ascii & first_bits(self.len()) == 0
            && (self.len() <= BLOCK || self.next_beyond_ascii(BLOCK).is_none())
    }

    /// The first `N` bytes, which may go beyond the line; `None` near the end of the buffer.
    #[inline(always)]
    pub(crate) fn head<const N: usize>(self) -> Option<&'a [u8; N]> {
        self.buffer.get(self.from..)?.first_chunk()
    }

    /// Eight bytes from `at` on, which may lie beyond the line; `None` near the end of the buffer.
    #[inline(always)]
    pub(crate) fn eight(self, at: usize) -> Option<u64> {
        self.buffer.get(self.from + at..)?.first_chunk().map(|it| u64::from_le_bytes(*it))
    }
}

impl Default for Lines {
    fn default() -> Self {
        let (buffer, marks) = (vec![0; BUFFER_BYTES], Marks::default());
        Self { buffer, marks, start: 0, end: 0, base: 0, at_end: false, number: 0 }
    }
}

impl Lines {
    /// A line with its marks, valid until the next call of [`Lines::next`].
    pub(crate) fn marked(&self, line: Line) -> MarkedLine<'_> {
        MarkedLine { buffer: &self.buffer, marks: &self.marks, from: line.from, to: line.to, first: line.first }
    }

    /// Whether there may be quotes in the line that was read last.
    pub(crate) fn has_quotes(&self) -> bool {
        self.marks.has_quotes()
    }

    /// The next line, where it is whole in the buffer, ends with CR LF among its first 128 bytes and has no
    /// blanks at its edges.
    #[inline(always)]
    pub(crate) fn next_usual(&mut self) -> Option<Line> {
        let from = self.start;
        let first = self.marks.block(from);
        let mut to = from + first.ends.trailing_zeros() as usize;
        if first.ends == 0 {
            let ends = self.marks.block(from + BLOCK).ends;
            if ends == 0 {
                return None;
            }
            to += ends.trailing_zeros() as usize;
        }
        let next = to + 2;
        if next > self.end {
            return None;
        }
        let [b'!'..=0xFF, .., b'!'..=0xFF, b'\r', b'\n'] = self.buffer.get(from..next)? else { return None };
        self.start = next;
        self.number += 1;
        let (offset, end_offset) = (self.base + from as u64, self.base + next as u64);
        Some(Line { number: self.number, offset, end_offset, from, to, first })
    }

    /// The next line that is not blank.
    pub(crate) fn next(&mut self, source: &mut dyn Read) -> io::Result<Option<Line>> {
        loop {
            let Some((line, is_too_long)) = self.next_any(source)? else { return Ok(None) };
            if is_too_long || line.from < line.to {
                return Ok(Some(line));
            }
        }
    }

    /// The next line, and whether it is too long.
    fn next_any(&mut self, source: &mut dyn Read) -> io::Result<Option<(Line, bool)>> {
        let mut searched = self.start;
        let mut too_long = false;
        let offset = self.base + self.start as u64;
        let (to, next) = loop {
            if let Some(to) = self.find_end(searched) {
                if self.buffer[to] == b'\r' && to + 1 == self.end && !self.at_end {
                    // The LF of a CR LF may lie beyond the buffer.
                    let kept = self.fill(source)?;
                    searched = to - kept;
                    continue;
                }
                let is_crlf = self.buffer[to] == b'\r' && to + 1 < self.end && self.buffer[to + 1] == b'\n';
                break (to, to + 1 + usize::from(is_crlf));
            }
            if self.at_end {
                if self.start == self.end && !too_long {
                    return Ok(None);
                }
                break (self.end, self.end);
            }
            if self.end - self.start > MAX_LINE_BYTES {
                too_long = true;
                self.start = self.end;
            }
            searched = self.end;
            let kept = self.fill(source)?;
            searched -= kept;
        };
        self.number += 1;
        too_long |= to - self.start > MAX_LINE_BYTES;
        let (mut from, mut until) = if too_long { (to, to) } else { (self.start, to) };
        while from < until && is_blank(self.buffer[from]) {
            from += 1;
        }
        while from < until && is_blank(self.buffer[until - 1]) {
            until -= 1;
        }
        self.start = next;
        let end_offset = self.base + next as u64;
        let first = self.marks.block(from);
        Ok(Some((Line { number: self.number, offset, end_offset, from, to: until, first }, too_long)))
    }

    /// Where the first line end from `at` on stands.
    fn find_end(&self, mut at: usize) -> Option<usize> {
        while at < self.end {
            let ends = self.marks.block(at).ends;
            if ends != 0 {
                return Some(at + ends.trailing_zeros() as usize);
            }
            at += BLOCK;
        }
        None
    }

    /// Reads more behind what is kept. Returns by how much the kept bytes moved to the front.
    fn fill(&mut self, source: &mut dyn Read) -> io::Result<usize> {
        let moved = self.start;
        if moved > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.base += moved as u64;
            self.end -= moved;
            self.start = 0;
        }
        let n_marked = if moved > 0 { 0 } else { self.end };
        while self.end < self.buffer.len() {
            let until = self.buffer.len().min(self.end + READ_BYTES);
            match source.read(&mut self.buffer[self.end..until]) {
                Ok(0) => {
                    self.at_end = true;
                    break;
                }
                Ok(n_read) => {
                    self.end += n_read;
                    break;
                }
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(err),
            }
        }
        self.marks.mark(&self.buffer[..self.end], n_marked);
        Ok(moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so that every boundary falls between two reads.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n_read = self.0.len().min(1);
            buffer[..n_read].copy_from_slice(&self.0[..n_read]);
            self.0 = &self.0[n_read..];
            Ok(n_read)
        }
    }

    fn shown(mut source: impl Read) -> String {
        let mut lines = Lines::default();
        let mut shown = Vec::new();
        while let Some(line) = lines.next_usual().or_else(|| lines.next(&mut source).unwrap()) {
            let text = String::from_utf8_lossy(lines.marked(line).bytes()).into_owned();
            let text = if line.is_too_long() { "(too long)".to_owned() } else { text };
            shown.push(format!("{}@{}..{}:{text}", line.number, line.offset, line.end_offset));
        }
        shown.join(" ")
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(shown(bytes), expected);
        assert_eq!(shown(Drip(bytes)), expected);
    }

    #[test]
    fn every_line_end_is_known_and_the_last_line_needs_none() {
        check(b"a\r\nb\nc\rd", "1@0..3:a 2@3..5:b 3@5..7:c 4@7..8:d");
        check(b"a\r\n\x1A", "1@0..3:a");
        check(b"a\x1A\0\r\n\r\n\r\nb\r\n", "1@0..5:a 4@9..12:b");
        check(b"", "");
        check(b"\r", "");
    }

    #[test]
    fn a_line_over_the_limit_is_skipped_and_the_next_one_read() {
        let mut bytes = b"a\n".to_vec();
        bytes.extend(vec![b'x'; 900_000]);
        bytes.extend(b"\nb\n");
        assert_eq!(shown(bytes.as_slice()), "1@0..2:a 2@2..900003:(too long) 3@900003..900005:b");
        let exact = [vec![b'y'; MAX_LINE_BYTES + 1], b"\nb".to_vec()].concat();
        assert_eq!(shown(exact.as_slice()), "1@0..65538:(too long) 2@65538..65539:b");
    }
}

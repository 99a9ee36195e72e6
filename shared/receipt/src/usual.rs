//! Rows as nearly all of them are written, read in one go over their bytes.
//!
//! Each record has two readers. `read` takes any row, by its columns, and reports what cannot be read.
//! `read_usual` takes the columns one after the other off a [`UsualRow`] and gives up with `None` wherever there
//! may be anything to report, or anything that is seldom written: the row is then read by `read`. Where
//! `read_usual` gives something, it is what `read` gives, and `read` reports nothing (`usual_tests`).
//!
//! All of it is inlined into one loop ([`crate::Reader`]): a row that is handed on through memory costs as much as
//! reading it.

use crate::{
    columns::trimmed,
    digits::number_of_eight,
    lines::MarkedLine,
    marks::{BLOCK, first_bits},
    service::Category,
};

/// Eight bytes can be taken from each of the first 64.
const HEAD: usize = BLOCK + 8;

/// The columns of a row, one after the other, as far as the commas behind them stand among its first 64 bytes.
#[derive(Clone, Copy)]
pub(crate) struct UsualRow<'a> {
    row: MarkedLine<'a>,
    /// The first bytes of the row and, where it is shorter, what stands behind it.
    head: &'a [u8; HEAD],
    /// The commas that were not passed yet.
    commas: u64,
    /// Where the next column begins.
    start: usize,
}

impl<'a> UsualRow<'a> {
    /// The columns behind the first, which is the record's type. `None` near the end of the buffer.
    #[inline(always)]
    pub(crate) fn new(row: MarkedLine<'a>) -> Option<Self> {
        let mut columns = Self { row, head: row.head()?, commas: row.first_commas(), start: 0 };
        columns.skip()?;
        Some(columns)
    }

    /// Where the next column begins, and its length.
    #[inline(always)]
    fn next(&mut self) -> Option<(usize, usize)> {
        if self.commas == 0 {
            return None;
        }
        let (start, end) = (self.start, self.commas.trailing_zeros() as usize);
        self.commas &= self.commas - 1;
        self.start = end + 1;
        Some((start, end - start))
    }

    /// Passes the next column, which nobody reads.
    #[inline(always)]
    pub(crate) fn skip(&mut self) -> Option<()> {
        self.next().map(|_| ())
    }

    /// The first bytes of the row and, where it is shorter, what stands behind it.
    #[inline(always)]
    pub(crate) fn head(&self) -> &'a [u8; HEAD] {
        self.head
    }

    /// Passes six columns. Returns where the next one begins.
    #[inline(always)]
    pub(crate) fn pass_six(&mut self) -> Option<usize> {
        for _ in 0..5 {
            self.commas &= self.commas.wrapping_sub(1);
        }
        self.skip()?;
        Some(self.start)
    }

    /// The next column, without the blanks that pad it.
    #[inline(always)]
    pub(crate) fn text(&mut self) -> Option<&'a [u8]> {
        let (start, len) = self.next()?;
        self.text_at(start, len)
    }

    /// The column at `start`, without the blanks that pad it.
    #[inline(always)]
    pub(crate) fn text_at(&self, start: usize, len: usize) -> Option<&'a [u8]> {
        let text = self.row.bytes().get(start..start + len)?;
        let is_padded = text.first().is_some_and(|it| *it <= b' ') || text.last().is_some_and(|it| *it <= b' ');
        Some(if is_padded { trimmed(text) } else { text })
    }

    /// The next column, of a single byte.
    #[inline(always)]
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (start, len) = self.next()?;
        (len == 1).then_some(self.head[start % BLOCK])
    }

    /// The next column, of at most `max_digits` digits (no more than 8); `Some(None)` where it is blank.
    #[inline(always)]
    pub(crate) fn number(&mut self, max_digits: usize) -> Option<Option<u32>> {
        let (start, len) = self.next()?;
        if len == 0 { Some(None) } else { self.number_in_head(start, len, max_digits).map(Some) }
    }

    /// [`UsualRow::number_at`] for a column that begins among the first 64 bytes.
    #[inline(always)]
    fn number_in_head(&self, start: usize, len: usize, max_digits: usize) -> Option<u32> {
        if len > max_digits {
            return None;
        }
        // The remainder says what the processor need not check.
        let eight = self.head[start % BLOCK..].first_chunk()?;
        number_of_eight(u64::from_le_bytes(*eight), len)
    }

    /// The column of at most `max_digits` digits (no more than 8) at `start`, which is not blank.
    #[inline(always)]
    pub(crate) fn number_at(&self, start: usize, len: usize, max_digits: usize) -> Option<u32> {
        if len > max_digits { None } else { number_of_eight(self.row.eight(start)?, len) }
    }

    /// The next column, a code of nine digits.
    #[inline(always)]
    pub(crate) fn code_of_nine(&mut self) -> Option<u32> {
        let (start, len) = self.next()?;
        if len != 9 {
            return None;
        }
        Some(self.number_in_head(start, 8, 8)? * 10 + self.number_in_head(start + 8, 1, 1)?)
    }

    /// The next column, of exactly `n` digits, no more than 8.
    #[inline(always)]
    pub(crate) fn digits(&mut self, n: usize) -> Option<u32> {
        let (start, len) = self.next()?;
        if len == n { self.number_in_head(start, len, n) } else { None }
    }

    /// The next column as 診療識別.
    #[inline(always)]
    pub(crate) fn category(&mut self) -> Option<Category> {
        Some(self.number(2)?.map_or(Category::Carried, |it| Category::Own(Some(it as u8))))
    }

    /// The last column of the row, which ends within its first 64 bytes.
    #[inline(always)]
    pub(crate) fn last(self) -> Option<&'a [u8]> {
        if self.commas != 0 || self.row.len() > BLOCK {
            return None;
        }
        self.text_at(self.start, self.row.len() - self.start)
    }

    /// Whether `n` columns follow, the last of the row with them, and all are blank.
    #[inline(always)]
    pub(crate) fn only_blanks(self, n: usize) -> Option<()> {
        let is_blank =
            self.row.len() + 1 == self.start + n && self.commas >> (self.start - 1) >> 1 == first_bits(n - 1);
        is_blank.then_some(())
    }

    /// The columns from here on that hold something, the next one being `column`. `None` where the row goes on
    /// for more than 64 bytes.
    #[inline(always)]
    pub(crate) fn filled_from(&self, column: usize) -> Option<Filled> {
        let len = self.row.len() - self.start;
        if len > BLOCK {
            return None;
        }
        let commas = self.row.commas(self.start) & first_bits(len);
        let filled = !commas & first_bits(len);
        Some(Filled { base: self.start, len, commas, starts: filled & !(filled << 1), column, end: 0 })
    }
}

/// The filled columns at the end of a row: see [`UsualRow::filled_from`].
pub(crate) struct Filled {
    /// Where they begin in the row, and how many bytes they are.
    base: usize,
    len: usize,
    commas: u64,
    /// Where those begin that were not passed yet.
    starts: u64,
    /// The last one that was passed, and where it ends.
    column: usize,
    end: usize,
}

impl Filled {
    /// The number of the next one, where it begins, and its length.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<(usize, usize, usize)> {
        if self.starts == 0 {
            return None;
        }
        let start = self.starts.trailing_zeros() as usize;
        self.starts &= self.starts - 1;
        // Everything since the last column is commas.
        self.column += start - self.end;
        self.end = start + ((self.commas >> start).trailing_zeros() as usize).min(self.len - start);
        Some((self.column, self.base + start, self.end - start))
    }

    /// How many columns the row has, once all were passed.
    #[inline(always)]
    pub(crate) fn n_columns(&self) -> usize {
        self.column + self.len - self.end
    }
}

/// Whether no line begins with a comma, so that between two runs there are either commas or a line ends.
pub(crate) fn are_plain(lines: &[u8]) -> bool {
    let is_odd = |one: u8, other: u8| ((one == b'\n') | (one == b'\r')) & (other == b',');
    // Without leaving the loop early, so that many bytes are looked at at once.
    let pairs = lines.iter().zip(lines.get(1..).unwrap_or_default());
    !pairs.fold(false, |any, (one, other)| any | is_odd(*one, *other)) && !lines.starts_with(b",")
}

/// The runs of bytes between commas and line ends, found 64 bytes at a time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Runs {
    /// Where the 64 bytes begin that the bits stand for.
    base: usize,
    /// Where the 64 bytes after them begin.
    next: usize,
    /// The bytes that begin a run.
    starts: u64,
    /// The separators that end one.
    ends: u64,
    /// 1 where a separator stands before the next bytes, else 0.
    behind_separator: u64,
}

impl Runs {
    /// The runs from `start` on, where a line begins.
    pub(crate) fn from(start: usize) -> Self {
        Self { base: start, next: start, starts: 0, ends: 0, behind_separator: 1 }
    }

    /// Where the next run in `lines` begins; `None` where `lines` end first, as below.
    #[inline]
    pub(crate) fn start(&mut self, lines: &[u8]) -> Option<usize> {
        while self.starts == 0 {
            self.find(lines)?;
        }
        Some(self.base + self.starts.trailing_zeros() as usize)
    }

    /// Takes the run that [`Runs::start`] told. Returns where it ends.
    #[inline]
    pub(crate) fn take(&mut self, lines: &[u8]) -> Option<usize> {
        self.starts &= self.starts.wrapping_sub(1);
        while self.ends == 0 {
            self.find(lines)?;
        }
        let end = self.base + self.ends.trailing_zeros() as usize;
        self.ends &= self.ends - 1;
        Some(end)
    }

    #[inline]
    fn find(&mut self, lines: &[u8]) -> Option<()> {
        let separators = find_separators(lines.get(self.next..)?.first_chunk()?);
        let behind_separators = separators << 1 | self.behind_separator;
        self.starts = !separators & behind_separators;
        self.ends = separators & !behind_separators;
        self.behind_separator = separators >> 63;
        self.base = self.next;
        self.next += 64;
        Some(())
    }
}

/// The commas and line ends among 64 bytes, as bits.
#[inline]
fn find_separators(bytes: &[u8; 64]) -> u64 {
    // First a flag for each byte, which is done for many at once, then eight flags become eight bits.
    let flags = bytes.map(|it| u8::from(it == b',' || it == b'\r' || it == b'\n'));
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rev().fold(0, |separators, eight| {
        separators << 8 | u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

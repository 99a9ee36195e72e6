//! Large clinics and long streams (reliability table, rows 11 and 36), on the memory back end.

use std::io::{self, Read};

use clinic::{CurrentFile, FilePart, Groups, Links, Rosters, SlotKind, dropouts, fold, read_file};
use codes::Codes;
use jiff::civil::date;
use receipt::{Encoding, Item, Reader};

use crate::harness::world::{file_of, groups};

/// A claim file of any length that is made while it is read.
struct Endless {
    n_left: u32,
    chunk: Vec<u8>,
    at: usize,
    n_bytes: u64,
}

const HEADER: &[u8] = b"IR,1,13,1,1312345,,x,202610,00,\r\n";

impl Endless {
    fn of(n_receipts: u32) -> Self {
        Self { n_left: n_receipts, chunk: HEADER.to_vec(), at: 0, n_bytes: 0 }
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() {
            self.at = 0;
            self.chunk.clear();
            if self.n_left > 0 {
                self.n_left -= 1;
                let chart = self.n_left;
                self.chunk
                    .extend(format!("RE,1,1112,202609,x,1,19600101,,,,,,,{chart}\r\nHO,01130012,1,1,1,75\r\n").bytes());
                for _ in 0..100 {
                    self.chunk.extend(b"SI,60,1,160008010,,,1,,,,,,,1,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r\n");
                }
                self.chunk.extend(b"SI,12,1,112007410,,75,1,,,,,,,1\r\n");
            }
        }
        let n_read = buffer.len().min(self.chunk.len() - self.at);
        buffer[..n_read].copy_from_slice(&self.chunk[self.at..self.at + n_read]);
        self.at += n_read;
        self.n_bytes += n_read as u64;
        Ok(n_read)
    }
}

/// The most memory this process has held, in bytes; `None` where the system does not tell.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|it| it.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|it| it * 1024)
}

#[test]
fn a_gigabyte_is_read_receipt_by_receipt() {
    // A tenth in the ordinary run; the whole in release, where it takes seconds.
    let n_receipts = if cfg!(debug_assertions) { 16_000 } else { 160_000 };
    let before = peak_bytes();
    let mut source = Endless::of(n_receipts);
    let mut reader = Reader::new(&mut source, Encoding::Cp932);
    let mut n_read = 0;
    while let Some(item) = reader.read_next().unwrap() {
        n_read += u32::from(matches!(item, Item::Receipt(_)));
    }
    assert_eq!(n_read, n_receipts);
    assert!(source.n_bytes > u64::from(n_receipts) * 6_000, "{} bytes", source.n_bytes);
    if let (Some(before), Some(after)) = (before, peak_bytes()) {
        assert!(after - before < 128 << 20, "{} MB more", (after - before) >> 20);
    }
}

#[test]
fn a_line_without_end_is_skipped_in_a_fixed_buffer() {
    let endless = HEADER.chain(io::repeat(b'x').take(200 << 20)).chain(&b"\r\nGO,0,0,99\r\n"[..]);
    let mut reader = Reader::new(endless, Encoding::Cp932);
    let Some(Item::Part(part)) = reader.read_next().unwrap() else { panic!("a part") };
    let codes: Vec<&str> = part.issues.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes, ["line-too-long"]);
}

#[test]
fn a_clinic_of_200_000_patients_has_lists() {
    let charts: Vec<u32> = (1..=if cfg!(debug_assertions) { 50_000 } else { 200_000 }).collect();
    let bytes = file_of("1312345", "202610", "202609", &charts);
    let [FilePart::Read { facts: Some(facts), .. }] = &read_file(&bytes)[..] else { panic!("one part") };
    let (rosters, codes, groups): (Rosters, Codes, Groups) = (Rosters::default(), Codes::excerpt(), groups());
    let file = CurrentFile { file: "a.UKE", upload: 1, kind: SlotKind::Submission, facts };
    let folded = fold(&[file], &rosters, &Links::default(), date(2026, 11, 10));
    let lists = dropouts(&folded, &groups, &codes, |_| false);
    assert_eq!(lists.groups[0].members as usize, charts.len());
}

//! Files that were cut short or changed on the way: none passes in silence.

use encoding_rs::SHIFT_JIS;

use crate::{
    Item, Reader,
    oddity_tests::{IR, RE, ROWS},
};

/// A file of 50 receipts, in Windows-31J.
fn fifty_receipts() -> Vec<u8> {
    let receipts: String = (1..=50).map(|it| RE.replacen("RE,1,", &format!("RE,{it},"), 1) + ROWS).collect();
    SHIFT_JIS.encode(&format!("{IR}{receipts}GO,50,3750,99\r\n\x1A")).0.into_owned()
}

/// Whether every part of the bytes would be imported.
fn is_accepted(bytes: &[u8]) -> bool {
    let mut reader = Reader::new(bytes, crate::Encoding::Cp932);
    let mut n_parts = 0;
    while let Some(item) = reader.read_next().unwrap() {
        match item {
            Item::Receipt(_) => {}
            Item::Part(part) if part.is_importable() => n_parts += 1,
            Item::Part(_) | Item::Refused(_) => return false,
        }
    }
    n_parts > 0
}

#[test]
fn fifty_receipts_cut_at_any_byte_are_never_accepted_in_silence() {
    let bytes = fifty_receipts();
    assert!(is_accepted(&bytes));
    let n_accepted = (0..bytes.len() - "\r\n\x1A".len()).filter(|it| is_accepted(&bytes[..*it])).count();
    assert_eq!(n_accepted, 0);
}

#[test]
fn a_byte_flipped_anywhere_never_panics_and_never_changes_points_or_count_in_silence() {
    let bytes = fifty_receipts();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        let mut reader = Reader::new(flipped.as_slice(), crate::Encoding::Cp932);
        while let Some(item) = reader.read_next().unwrap() {
            if let Item::Part(part) = item
                && part.is_importable()
            {
                assert_eq!((part.n_coverages, part.points), (50, 3750), "byte {at}");
            }
        }
    }
}

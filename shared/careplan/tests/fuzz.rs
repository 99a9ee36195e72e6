//! Fuzz targets: what comes from outside is read without a panic, whatever it is. `cargo test` replays
//! the corpus in `__fuzz__` and tries random inputs; `cargo bolero test` searches for more.

use careplan::{
    CheckedFile, FileName, Sheet, check_file,
    exchange::{Ack, BundleId, Limits, SendMarker, TransferId},
    units,
};

/// Names that lead to each way of reading.
const NAMES: [&str; 6] = [
    "UP1KYO_9970100013_43_9970200011_11_20250425101500.CSV",
    "UP2KYO_9970100013_9970200011_20250425101500.CSV",
    "UPPLAN_202505_9970100013_43_9970200011_11_20250425101500.CSV",
    "UPSIKYU_202505_9970100013_9970200011_20250425101500.CSV",
    "UPHOSOKU_000000_9970100013_43_9970200011_11_20250425101500.CSV",
    "DLTJSK_202505_9970200011_11_9970100013_43_20250603090000.CSV",
];

#[test]
fn a_name_of_any_text_is_read_or_refused() {
    bolero::check!().for_each(|input: &[u8]| {
        let name = String::from_utf8_lossy(input);
        if let Ok(read) = FileName::parse(&name) {
            assert_eq!(FileName::parse(&read.to_string()), Ok(read));
        }
    });
}

#[test]
fn any_bytes_are_a_sheet_that_is_written_as_it_was() {
    bolero::check!().for_each(|input: &[u8]| assert_eq!(Sheet::read(input.to_vec()).write(), input));
}

#[test]
fn any_bytes_under_any_name_are_checked() {
    bolero::check!().for_each(|input: &[u8]| {
        let files: Vec<CheckedFile> = NAMES.iter().map(|name| check_file(name, input)).collect();
        assert!(units(&files).iter().all(|it| !it.files.is_empty()));
    });
}

#[test]
fn any_marker_is_read_or_refused() {
    let bundle = BundleId::parse("b-1").unwrap();
    bolero::check!().for_each(|input: &[u8]| {
        if let Ok(marker) = SendMarker::read(input, &bundle, &Limits::default()) {
            assert!(!marker.files.is_empty());
        }
    });
}

#[test]
fn any_answer_is_read_or_refused() {
    let transfer = TransferId::parse(&"0a".repeat(16)).unwrap();
    bolero::check!().for_each(|input: &[u8]| {
        if let Ok(ack) = Ack::read(input, &transfer) {
            assert_eq!(ack.transfer, transfer);
        }
    });
}

//! Usual rows are read to what the full reading makes of them, and nothing that it reports is lost.

use encoding_rs::SHIFT_JIS;
use proptest::{collection::vec, prelude::*};

use crate::{Encoding, Item, Part, Reader, Receipt};

/// Rows as nearly all are written, and some that are always read in full.
const ROWS: [&str; 16] = [
    "RE,1,1112,202406,検証　一郎,1,19700401,70,,,,28,,00123,,,,,,,,,,,,,,,,,,,,,,,ケンショウイチロウ,",
    "HO,  138057,１３,１０００００,1,187,,,,,,,,,",
    "KO,12131111,1234567,,1,187,,,,,,",
    "SN,1,01,,,,01,,",
    "JD,1,,,,,,,1,,2,,,,,,,,,,,,,,,,,,,,,,",
    "MF,00,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,",
    "SY,7906015,20180826,1,80022056,,01,",
    "SY,0000999,20180826,2,,ダミー病名,,補足",
    "SI,12,1,112007410,,75,1,,,,,,,,,,,,,1,,,,,,,,,,,,,,,,,,,,,,,,",
    "SI,,2,112011010,3,,2,,,,,,,,,1,,1,,,,,,,,,,,,,,,,,,,,,,,,,,",
    "IY,21,1,622886801,1.5,0,28,,,,,,,,,,,,,28,,,,,,,,,,,,,,,,,,,,,,,,",
    "TO,40,1,710010001,1,10,1,001,12.5,,,,,,,,,,,,1,,,,,,,,,,,,,,,,,,,,,,,,,,,",
    "CO,,1,810000001,１日１回朝食後",
    "CO,99,1,810000001,摘要",
    "GR,01,",
    "SJ,01,症状",
];

/// What columns may hold instead, in Windows-31J.
const COLUMNS: [&[u8]; 34] = [
    b"",
    b" ",
    b"0",
    b"1",
    b"2",
    b"9",
    b"01",
    b"12",
    b"31",
    b"001",
    b"999",
    b"1000",
    b"-1",
    b"+1",
    b"5.5",
    b".",
    b"abc",
    b"75 ",
    b"\t1",
    b"\0",
    b"112007410",
    b"11200741",
    b"1120074100",
    b"20240401",
    b"20240431",
    b"202404",
    b"4360401",
    b"8002",
    b"800",
    b"\x82\x60",
    b"\x83\x41\xB1",
    b"\x81",
    b"\xF0\x40",
    b"\xFF\x82",
];

/// A row of [`ROWS`] with some columns changed, some cut off or more of them.
fn row() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop_oneof![Just(Vec::new()), vec((0..48_usize, 0..COLUMNS.len()), 1..4)];
    let n_columns = prop_oneof![Just(0), -45..4_isize];
    (0..ROWS.len(), changes, n_columns).prop_map(|(row, changes, more)| {
        let row = SHIFT_JIS.encode(ROWS[row]).0;
        let mut columns: Vec<&[u8]> = row.split(|it| *it == b',').collect();
        for (column, written) in changes {
            let column = column % columns.len();
            columns[column] = COLUMNS[written];
        }
        columns.resize(columns.len().saturating_add_signed(more).max(1), b"");
        columns.join(&b',')
    })
}

/// The file of `rows`. `mark` stands in its header: a quote anywhere in a buffer makes every row in it be read in
/// full.
fn file(rows: &[Vec<u8>], mark: u8) -> Vec<u8> {
    let mut bytes = [b"IR,1,13,1,9999999,,", &[mark, mark][..], b",202407,00,03-0000-0000\r\n"].concat();
    for row in rows {
        bytes.extend_from_slice(row);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"GO,2,374,99\r\n\x1A");
    bytes
}

fn read(bytes: &[u8], encoding: Encoding) -> (Vec<Receipt>, Vec<Part>) {
    let mut reader = Reader::new(bytes, encoding);
    let (mut receipts, mut parts) = (Vec::new(), Vec::new());
    while let Some(item) = reader.read_next().unwrap() {
        match item {
            Item::Receipt(receipt) => receipts.push(receipt.clone()),
            Item::Part(mut part) => {
                part.header.clinic_name = "".into();
                parts.push(*part);
            }
            Item::Refused(_) => {}
        }
    }
    (receipts, parts)
}

#[track_caller]
fn check(rows: &[Vec<u8>], encodings: &[Encoding]) {
    for encoding in encodings.iter().copied() {
        let (usual, full) = (read(&file(rows, b'x'), encoding), read(&file(rows, b'"'), encoding));
        assert_eq!(usual.1, full.1, "{:?}", rows.iter().map(|it| it.escape_ascii().to_string()).collect::<Vec<_>>());
        assert_eq!(usual.0, full.0);
    }
}

fn usual_rows() -> Vec<Vec<u8>> {
    ROWS.map(|it| SHIFT_JIS.encode(it).0.into_owned()).to_vec()
}

#[test]
fn a_byte_changed_anywhere_is_read_alike() {
    let rows = usual_rows();
    for row in 0..rows.len() {
        for at in 0..rows[row].len() {
            for byte in [b',', b'1', b'\r', 0xF0] {
                let mut changed = rows.clone();
                changed[row][at] = byte;
                check(&changed, &[Encoding::Cp932]);
            }
        }
    }
}

#[test]
fn most_rows_as_they_are_written_are_usual() {
    use crate::{
        Service, ServiceKind,
        lines::MarkedLine,
        marks::Marks,
        service::{DayCounts, KnownHeads},
    };
    let (mut heads, mut counts) = (KnownHeads::default(), DayCounts::default());
    for row in [ROWS[8], ROWS[9], ROWS[10]] {
        // As it stands in a buffer, with something behind it.
        let buffer = [row.as_bytes(), &[0; 80]].concat();
        let mut marks = Marks::default();
        marks.mark(&buffer, 0);
        let line = MarkedLine::whole(&buffer, &marks).cut(row.len());
        let read = Service::read_usual(ServiceKind::Procedure, line, u32::MAX >> 1, 1, &mut heads, &mut counts);
        assert!(read.is_some(), "{row}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_rows_are_read_alike(rows in vec(row(), 1..8)) {
        let receipt = SHIFT_JIS.encode(ROWS[0]).0.into_owned();
        check(&[vec![receipt], rows].concat(), &[Encoding::Cp932, Encoding::Utf8, Encoding::EucJp]);
    }
}

use proptest::prelude::*;

use crate::{Document, FileKind, FileName, Layout, Record, Sheet, Standard, layout};

fn any_layout() -> impl Strategy<Value = &'static Layout> {
    let layouts: Vec<&Layout> = FileKind::ALL
        .into_iter()
        .flat_map(|kind| [layout(kind, Standard::V3), layout(kind, Standard::V4)])
        .flatten()
        .collect();
    proptest::sample::select(layouts)
}

/// Text that Windows-31J can write, full of what CSV must quote.
fn any_value() -> impl Strategy<Value = String> {
    "([0-9A-Z,\"\r\n ]|[ぁ-んァ-ヶ一二三髙﨑①㈱ｱ-ﾝ～－]){0,8}"
}

fn any_document() -> impl Strategy<Value = (&'static Layout, Document)> {
    any_layout().prop_flat_map(|layout| {
        let record = proptest::collection::vec(any_value(), layout.items.len()).prop_map(move |values| {
            layout
                .items
                .iter()
                .zip(values)
                .fold(Record::blank(layout.kind), |it, (item, value)| it.with(item.number, value))
        });
        let records = proptest::collection::vec(record, 0..4);
        records.prop_map(move |records| (layout, Document { kind: layout.kind, records }))
    })
}

proptest! {
    #[test]
    fn a_document_comes_back_from_its_bytes_and_the_bytes_from_the_document((layout, document) in any_document()) {
        let bytes = document.write(layout.standard).unwrap();
        let sheet = Sheet::read(bytes.clone());
        prop_assert_eq!(sheet.problems(), []);
        let read = Document::of(&sheet, layout);
        prop_assert_eq!(read.records.len(), document.records.len());
        for (read, written) in read.records.iter().zip(&document.records) {
            for item in &layout.items {
                prop_assert_eq!(read.text(item.number), written.text(item.number));
            }
        }
        prop_assert_eq!(read.write(layout.standard).unwrap(), bytes);
    }

    #[test]
    fn whatever_bytes_are_read_are_written_again(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(Sheet::read(bytes.clone()).write(), bytes);
    }

    #[test]
    fn csv_of_any_shape_is_written_as_it_was(text in "[a,\"\r\n髙ｱ]{0,60}") {
        let bytes = japan::to_cp932(&text).unwrap();
        let sheet = Sheet::read(bytes.clone());
        for row in sheet.rows() {
            for column in 0..=row.n_cells() {
                let _ = row.text(column);
            }
        }
        prop_assert_eq!(sheet.write(), bytes);
    }

    #[test]
    fn no_name_makes_the_reader_panic(name in "(UP1KYO|UPPLAN|UPKIHON_IMAGE|DLT)?[_0-9A-Zあ.]{0,60}(.CSV|.jpg)?") {
        if let Ok(read) = FileName::parse(&name) {
            prop_assert_eq!(FileName::parse(&read.to_string()), Ok(read));
        }
    }
}

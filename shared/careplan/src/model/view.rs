use std::ops::RangeInclusive;

use crate::{FileKind, Item, Record, Standard, layout};

/// A record seen through the names of its items, with those alone that belong to what it views.
pub(crate) trait RecordView {
    /// What the record is of.
    const KIND: FileKind;
    /// The numbers of the items it keeps.
    const KEEPS: RangeInclusive<usize>;

    /// The record; items it does not keep are blank, and its line is 0.
    fn record(&self) -> &Record;

    /// The items it keeps, with their values.
    fn items(&self) -> impl Iterator<Item = (&'static Item, &str)> {
        let items = layout(Self::KIND, Standard::V4).map_or(&[][..], |it| &it.items);
        let kept = items.iter().filter(|it| Self::KEEPS.contains(&it.number));
        kept.map(|it| (it, self.record().text(it.number)))
    }

    /// Whether nothing is written in it.
    fn is_blank(&self) -> bool {
        self.items().all(|(_, value)| value.is_empty())
    }
}

/// The items of `record` in `numbers` alone.
pub(super) fn kept(record: &Record, kind: FileKind, numbers: RangeInclusive<usize>) -> Record {
    numbers.fold(Record::blank(kind), |it, number| it.with(number, record.text(number)))
}

/// Makes a type that names items of a record: each name with its number in version 4.1.
macro_rules! record_view {
    (
        $(#[$doc:meta])*
        $name:ident of $kind:ident, $first:literal to $last:literal;
        $($(#[$item_doc:meta])* $item:ident = $number:literal;)*
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name($crate::Record);

        impl $name {
            pub(crate) fn of(record: &$crate::Record) -> Self {
                let numbers = <Self as $crate::model::RecordView>::KEEPS;
                Self($crate::model::view::kept(record, $crate::FileKind::$kind, numbers))
            }

            /// The value of the item with `number` in version 4.1; `""` where it belongs to something else.
            pub fn text(&self, number: usize) -> &str {
                self.0.text(number)
            }

            $($(#[$item_doc])* pub fn $item(&self) -> &str {
                self.0.text($number)
            })*
        }

        impl $crate::model::RecordView for $name {
            const KIND: $crate::FileKind = $crate::FileKind::$kind;
            const KEEPS: std::ops::RangeInclusive<usize> = $first..=$last;

            fn record(&self) -> &$crate::Record {
                &self.0
            }
        }
    };
}

pub(super) use record_view;

use std::sync::OnceLock;

use super::{Form, codes::lines};
use crate::{FileKind, Standard};

/// Whether an item must be filled (別紙, column 必須).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Must be.
    Required,
    /// Very likely must be: the printed table does not show clearly to which row its mark belongs.
    LikelyRequired,
    /// May be left out.
    Optional,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number in version 4.1, from 1: what rules call it by.
    pub number: usize,
    /// Its name.
    pub name: &'static str,
    /// The most characters it takes; `None` where there is no limit or it is not known.
    pub max_length: Option<usize>,
    /// Whether it must be filled.
    pub need: Need,
    /// How it is written.
    pub form: Form,
}

/// The columns of a kind of file in one version of the standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// What it lays out.
    pub kind: FileKind,
    /// In which version.
    pub standard: Standard,
    /// The columns in the order of the file.
    pub items: Vec<Item>,
    /// The column, from 0, of each item by its number less one.
    columns: Vec<Option<usize>>,
}

impl Layout {
    /// In which column, from 0, the item with `number` stands; `None` where this version lacks it.
    pub fn column_of(&self, number: usize) -> Option<usize> {
        *self.columns.get(number.checked_sub(1)?)?
    }

    /// How many numbers items have in version 4.1, those this version lacks among them.
    pub fn n_numbers(&self) -> usize {
        self.columns.len()
    }
}

/// The layout of `kind`; `None` where the version does not know it, and for pictures.
pub fn layout(kind: FileKind, standard: Standard) -> Option<&'static Layout> {
    static LAYOUTS: OnceLock<Vec<Layout>> = OnceLock::new();
    let layouts = LAYOUTS.get_or_init(|| {
        let of = |standard| FileKind::ALL.into_iter().filter_map(move |kind| read(kind, standard));
        of(Standard::V3).chain(of(Standard::V4)).collect()
    });
    layouts.iter().find(|it| it.kind == kind && it.standard == standard)
}

fn read(kind: FileKind, standard: Standard) -> Option<Layout> {
    let mut layout = Layout { kind, standard, items: Vec::new(), columns: Vec::new() };
    for [file, number, number_v3, name, length, length_v3, need, form] in lines(include_str!("items.tsv")) {
        if file != kind.prefix() {
            continue;
        }
        let (number_here, length) = match standard {
            Standard::V3 => (number_v3, length_v3),
            Standard::V4 => (number, length),
        };
        layout.columns.push(number_here.parse().ok().and_then(|it: usize| it.checked_sub(1)));
        if number_here == "-" {
            continue;
        }
        layout.items.push(Item {
            number: number.parse().ok()?,
            name,
            max_length: length.parse().ok(),
            need: match need {
                "R" => Need::Required,
                "r" => Need::LikelyRequired,
                _ => Need::Optional,
            },
            form: Form::read(form)?,
        });
    }
    (!layout.items.is_empty()).then_some(layout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_the_columns_the_standard_counts() {
        use FileKind::*;
        let n_columns = |kind, standard| layout(kind, standard).map(|it| it.items.len());
        let both = [
            (Supplement, 63, Some(63)),
            (Sheet1, 28, Some(28)),
            (Sheet2, 22, Some(22)),
            (Sheet3, 13, None),
            (Schedule, 25, Some(22)),
            (Actuals, 25, Some(22)),
            (Sheet7, 37, Some(34)),
            (PlanDeletion, 4, Some(4)),
            (ScheduleDeletion, 4, Some(4)),
            (ActualsDeletion, 6, Some(6)),
            (BasicInformation, 71, None),
            (BasicInformationDay, 7, None),
            (BasicInformationIllness, 11, None),
            (BasicInformationDeletion, 4, None),
            (PreventionPlan, 57, None),
            (PreventionPlanSupport, 17, None),
            (PreventionPlanDeletion, 4, None),
        ];
        for (kind, v4, v3) in both {
            assert_eq!(n_columns(kind, Standard::V4), Some(v4), "{kind:?}");
            assert_eq!(n_columns(kind, Standard::V3), v3, "{kind:?}");
            assert_eq!(kind.is_in_v3(), v3.is_some(), "{kind:?}");
        }
        assert_eq!(layout(BasicInformationPicture, Standard::V4), None);
    }

    #[test]
    fn columns_are_numbered_without_gaps_and_version_3_leaves_out_what_4_added() {
        for kind in FileKind::ALL {
            for layout in [Standard::V3, Standard::V4].into_iter().filter_map(|it| layout(kind, it)) {
                for (column, item) in layout.items.iter().enumerate() {
                    assert_eq!(layout.column_of(item.number), Some(column), "{kind:?}");
                }
            }
        }
        let sheet7 = layout(FileKind::Sheet7, Standard::V3).unwrap();
        assert_eq!(sheet7.column_of(10), None);
        // Changelog 3.2 of the standard calls 前月までの利用日数 number 27.
        assert_eq!(sheet7.items[26].name, "前月までの利用日数");
        assert_eq!(sheet7.column_of(0), None);
        assert_eq!(sheet7.column_of(38), None);
    }
}

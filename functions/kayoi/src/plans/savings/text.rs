use std::fmt::Write as _;

use careplan::{Amount, Change, Savings, SavingsInput};
use unicode_width::UnicodeWidthStr as _;

use crate::plans::shown::{grouped, signed};

/// The estimate as a table to be read in a terminal.
pub(super) fn table(input: SavingsInput, savings: &Savings) -> String {
    let mut text = String::from("データ連携で減る費用と時間（年間の概算）\n\n");
    let _ = writeln!(
        text,
        "職員 {}人、事業所 {}、取引事業所 {}（うちデータ連携 {}）、利用者 {}人\n",
        grouped(input.staff.into()),
        grouped(input.offices.into()),
        grouped(input.partners.into()),
        grouped(input.partners_online.into()),
        grouped(input.users.into()),
    );
    let header = |what: &str, unit: &str| {
        [format!("{what}（{unit}）"), "導入前".to_owned(), "導入後".to_owned(), "削減".to_owned()]
    };
    let mut rows = vec![header("費用", "円")];
    rows.extend(savings.costs.iter().map(|(cost, change)| row(cost.name(), *change, yen)));
    rows.push(row("合計", savings.total, yen));
    write_rows(&mut text, &rows);
    text.push('\n');
    let rows = [
        header("作業", "時間"),
        row("事務所当たり", savings.hours_per_office, hours),
        row("一人当たり", savings.hours_per_person, hours),
    ];
    write_rows(&mut text, &rows);
    let _ = writeln!(
        text,
        "\n削減額 {}円、削減時間 {}時間（概算）\n",
        signed(yen(savings.total.saving())),
        signed(hours(savings.hours_per_office.saving())),
    );
    let _ = writeln!(
        text,
        "※ 全国の「かんたんシミュレーションツール」の式による概算です。主に居宅介護支援事業所を想定しています。\n\
         ※ 欄ごとに四捨五入するので、内訳の和は合計と1円ほど違うことがあります。\n\
         ※ ツールは、事務所全体の作業時間に職員数を掛けて人件費を出します。\n\
         \u{3000} 掛けない場合（補正値）は、人件費の削減が {}円、合計の削減が {}円です。",
        signed(yen(savings.labour_once.saving())),
        signed(yen(savings.total_with_labour_once.saving())),
    );
    text
}

fn row(name: &str, change: Change, shown: fn(Amount) -> String) -> [String; 4] {
    [name.to_owned(), shown(change.before), shown(change.after), signed(shown(change.saving()))]
}

fn yen(amount: Amount) -> String {
    grouped(amount.rounded())
}

fn hours(amount: Amount) -> String {
    let tenths = amount.rounded_to_tenths();
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", grouped(tenths.abs() / 10), tenths.abs() % 10)
}

/// Writes rows whose first column is a name and whose others are numbers, aligned by how wide a terminal
/// shows them.
fn write_rows(text: &mut String, rows: &[[String; 4]]) {
    let widths: [usize; 4] =
        std::array::from_fn(|column| rows.iter().map(|it| it[column].width()).max().unwrap_or_default());
    for row in rows {
        text.push_str("  ");
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let blanks = std::iter::repeat_n(' ', width - cell.width());
            if column == 0 {
                text.push_str(cell);
                text.extend(blanks);
            } else {
                text.push_str("  ");
                text.extend(blanks);
                text.push_str(cell);
            }
        }
        text.push('\n');
    }
}

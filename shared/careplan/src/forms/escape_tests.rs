use crate::{CarePlan, Document, FileKind, Form, Item, MonthTable, Record, Standard, layout, render_document, sample};

/// Markup in every way that HTML has, so that one of them would show.
const HOSTILE: &str = "<script>alert('1')</script>\"><img src=x onerror=alert(1)>&lt;b&gt;{{ name }}";

fn fill(kind: FileKind, value: impl Fn(&Item) -> String) -> Record {
    let layout = layout(kind, Standard::V4).unwrap();
    layout.items.iter().fold(Record::blank(kind), |it, item| it.with(item.number, value(item)))
}

#[track_caller]
fn check(page: &str) {
    assert!(page.contains("&#60;script&#62;"), "nothing of it is shown");
    for tag in page.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        for forbidden in ["script", "img", "onerror", "link", "iframe", "http:", "https:", "src="] {
            assert!(!tag.to_lowercase().contains(forbidden), "<{tag}>");
        }
    }
    assert!(!page.contains("&lt;b&gt;"), "what is escaped already is escaped again");
}

#[test]
fn markup_in_any_item_stays_text() {
    for kind in FileKind::ALL.into_iter().filter(|it| layout(*it, Standard::V4).is_some()) {
        let record = fill(kind, |_| HOSTILE.to_owned());
        check(&render_document(&[Document { kind, records: vec![record] }]));
    }
}

#[test]
fn markup_in_any_free_text_stays_text() {
    for (kinds, documents) in [
        ([FileKind::Sheet1, FileKind::Sheet2, FileKind::Sheet3], sample::plans()),
        ([FileKind::Schedule, FileKind::Actuals, FileKind::Sheet7], sample::tables()),
    ] {
        for document in documents.iter().filter(|it| kinds.contains(&it.kind)) {
            let items = &layout(document.kind, Standard::V4).unwrap().items;
            for item in items.iter().filter(|it| it.form == Form::Text) {
                check(&render_document(&sample::with(documents.clone(), document.kind, 0, item.number, HOSTILE)));
            }
        }
    }
}

#[test]
fn a_page_asks_for_nothing_from_outside() {
    let page = render_document(&[sample::plans(), sample::tables()].concat());
    assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    for forbidden in ["<script", "<link", "<img", "@import", "url(", "http:", "https:"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

/// A record that says something else in every item, as it may.
fn telling(kind: FileKind) -> Record {
    let value = |item: &Item| match &item.form {
        Form::Insurer => "990010".to_owned(),
        Form::Insured => "3280387013".to_owned(),
        Form::PlanDate => if kind == FileKind::Supplement { "00000000" } else { "20250420" }.to_owned(),
        Form::TargetMonth | Form::Month => "202505".to_owned(),
        Form::Date if matches!(item.name, "サービス利用日" | "居宅サービス計画作成（変更）日") => {
            "20250507".to_owned()
        }
        Form::Date => format!("202504{:02}", item.number % 30 + 1),
        Form::Code(table) if table.name == "該当" => "1".to_owned(),
        Form::Code(table) => table.codes().nth(1).unwrap().to_owned(),
        Form::OneOf(codes) => codes[0].to_owned(),
        Form::Time | Form::TimeOrNone => format!("09{:02}", item.number),
        Form::Days => format!("1{}", "0".repeat(30)),
        Form::Integer => format!("76{:02}", item.number),
        Form::Decimal => format!("8.{:02}", item.number),
        Form::Number => format!("{}", 50 + item.number),
        Form::ServiceType => "15".to_owned(),
        Form::ServiceCode => "151141".to_owned(),
        Form::Office | Form::Letters => format!("99702{:05}", item.number),
        _ => format!("文{}", item.number),
    };
    fill(kind, value)
}

#[test]
fn every_value_of_a_record_is_on_the_page() {
    for kind in FileKind::ALL {
        let Some(layout) = layout(kind, Standard::V4) else { continue };
        let record = telling(kind);
        let page = render_document(&[Document { kind, records: vec![record.clone()] }]);
        for item in &layout.items {
            let value = record.text(item.number);
            let shown = match item.form {
                // On the form a sign for the one day.
                Form::Days => "<td class=\"day \">1</td>".to_owned(),
                // A day is a column, which holds how often.
                Form::Date if item.name == "サービス利用日" => "<td class=\"day \">7,614</td>".replace(',', ""),
                Form::Code(table) if table.name == "該当" => "30日超".to_owned(),
                Form::Code(table) if table.name == "保険対象区分" => String::new(),
                Form::Number if kind == FileKind::Sheet2 && item.number > 6 => String::new(),
                // 77 回 in a cell is no sum of money.
                Form::Integer if item.name == "サービス回数" => value.to_owned(),
                _ => super::shown::value(&item.form, value),
            };
            let is_left_out = matches!(item.name, "CSVバージョン" | "更新業者コード" | "識別子")
                || kind == FileKind::Sheet7 && matches!(item.name, "事業所コード" | "入力者コード")
                || kind == FileKind::Supplement && item.form == Form::PlanDate && value == "00000000";
            assert!(is_left_out || page.contains(&shown), "{kind:?} {} {shown}", item.name);
        }
    }
}

#[test]
fn codes_and_totals_that_no_table_knows_are_shown_as_they_are() {
    let plans = sample::with(sample::plans(), FileKind::Sheet1, 0, 21, "97");
    let page = render_document(&sample::with(plans, FileKind::Sheet2, 0, 15, "Q"));
    assert!(page.contains("■97") && page.contains("<td class=\"center\">Q</td>"));
    let page = render_document(&sample::with(sample::tables(), FileKind::Schedule, 0, 14, "一"));
    assert!(page.contains(">一</td>"));
}

proptest::proptest! {
    #[test]
    fn no_values_make_a_form_panic(values in proptest::collection::vec("[0-9A-Z<あ-]{0,9}", 37)) {
        for kind in FileKind::ALL.into_iter().filter(|it| layout(*it, Standard::V4).is_some()) {
            let record = values.iter().zip(2..).fold(Record::blank(kind), |it, (value, number)| it.with(number, value));
            let documents = [Document { kind, records: vec![record.clone(), record] }];
            render_document(&documents);
            let _ = (CarePlan::all(&documents), MonthTable::all(&documents));
        }
    }
}

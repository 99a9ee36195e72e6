use serde::Serialize;

use super::view::record_view;
use crate::Record;

/// Who a record is about: 保険者番号 and 被保険者番号, which every kind of file begins with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Person {
    /// 保険者番号.
    pub insurer: String,
    /// 被保険者番号.
    pub insured: String,
}

impl Person {
    /// Whom `record` is about.
    pub fn of(record: &Record) -> Self {
        Self { insurer: record.text(2).to_owned(), insured: record.text(3).to_owned() }
    }
}

record_view! {
    /// 利用者補足情報: who the user is, sent with a plan or with a month's table.
    UserFacts of Supplement, 5 to 60;
    /// 利用者氏名フリガナ.
    kana = 5;
    /// 利用者氏名.
    name = 6;
    /// 利用者性別, a code.
    sex = 7;
    /// 利用者生年月日.
    birth_date = 8;
    /// 限度額適用開始年月日.
    limit_from = 14;
    /// 限度額適用終了年月日.
    limit_to = 15;
    /// 要介護状態区分, a code.
    care_level = 18;
    /// 区分支給限度基準額, units a month.
    limit_units = 19;
}

/// The date or month of a supplement; `None` where it is blank or nothing but zeros, as it is in one
/// that goes with the other.
pub(super) fn of_supplement(record: &Record, number: usize) -> Option<String> {
    let text = record.text(number);
    (!text.bytes().all(|it| it == b'0')).then(|| text.to_owned())
}

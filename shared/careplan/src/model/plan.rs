use super::{
    Person, UserFacts, UserNeed, Week,
    grouped::{Sources, grouped},
    person::of_supplement,
    view::record_view,
};
use crate::{Document, FileKind, Record};

/// 居宅サービス計画: 第1表 to 第3表 of one user and one date, as far as the files hold them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarePlan {
    /// Whose plan it is.
    pub person: Person,
    /// 居宅サービス計画作成（変更）日: which plan of the user.
    pub planned_on: String,
    /// From the 利用者補足情報 with the same date.
    pub facts: Option<UserFacts>,
    /// 第1表.
    pub cover: Option<Cover>,
    /// 作成年月日 of 第2表; blank where there is no 第2表.
    pub needs_drawn_up_on: String,
    /// 第2表.
    pub needs: Vec<UserNeed>,
    /// 作成年月日 of 第3表; blank where there is no 第3表.
    pub week_drawn_up_on: String,
    /// 第3表.
    pub week: Week,
}

record_view! {
    /// 第1表: for whom, by whom, from when, and where the plan leads.
    Cover of Sheet1, 4 to 26;
    /// 作成年月日.
    drawn_up_on = 4;
    /// 利用者郵便番号.
    postcode = 5;
    /// 利用者住所１.
    address = 6;
    /// 利用者住所２.
    address_rest = 7;
    /// 居宅サービス計画作成者氏名.
    planner = 8;
    /// 介護支援事業者名.
    office_name = 9;
    /// 介護支援事業者郵便番号.
    office_postcode = 10;
    /// 介護支援事業者住所１.
    office_address = 11;
    /// 介護支援事業者住所２.
    office_address_rest = 12;
    /// 介護支援事業者コード.
    office = 13;
    /// 居宅サービス計画作成（変更）日.
    planned_on = 14;
    /// 初回居宅サービス計画作成日.
    first_planned_on = 15;
    /// 計画書区分, a code.
    plan_kind = 16;
    /// 認定状況区分, a code.
    certification = 17;
    /// 認定日.
    certified_on = 18;
    /// 認定有効期間開始日.
    certified_from = 19;
    /// 認定有効期間終了日.
    certified_to = 20;
    /// 要介護状態区分, a code.
    care_level = 21;
    /// 利用者及び家族の生活に対する意向を踏まえた課題分析の結果.
    wishes = 22;
    /// 介護認定審査会の意見及びサービスの種類の指定.
    board_opinion = 23;
    /// 総合的な援助の方針.
    policy = 24;
    /// 生活援助中心型の算定理由, a code.
    home_help_reason = 25;
    /// その他理由.
    other_reason = 26;
}

const SHEETS: [FileKind; 3] = [FileKind::Sheet1, FileKind::Sheet2, FileKind::Sheet3];

impl CarePlan {
    /// The plans in `documents`, in their order. Where two documents hold the same sheet of a plan, the
    /// later one stands: a plan is always sent whole.
    pub fn all(documents: &[Document]) -> Vec<Self> {
        let plans = grouped(documents, &SHEETS, key_of);
        plans.into_iter().map(|((person, date), sources)| Self::of(person, date, &sources)).collect()
    }

    fn of(person: Person, planned_on: String, sources: &Sources<'_>) -> Self {
        let facts = sources.of(FileKind::Supplement).last().map(|it| UserFacts::of(it));
        let cover = sources.of(FileKind::Sheet1).last().map(|it| Cover::of(it));
        let (needs, week) = (sources.of(FileKind::Sheet2), sources.of(FileKind::Sheet3));
        let drawn_up_on = |rows: &[&Record]| rows.first().map_or_else(String::new, |it| it.text(4).to_owned());
        Self {
            person,
            planned_on,
            facts,
            cover,
            needs_drawn_up_on: drawn_up_on(&needs),
            needs: UserNeed::tree(&needs),
            week_drawn_up_on: drawn_up_on(&week),
            week: Week::of(&week),
        }
    }

    /// Whether there is a 第2表.
    pub fn has_needs(&self) -> bool {
        !self.needs.is_empty()
    }

    /// Whether there is a 第3表.
    pub fn has_week(&self) -> bool {
        !(self.week.is_empty() && self.week_drawn_up_on.is_empty())
    }
}

/// Whose plan of which date a record belongs to.
fn key_of(kind: FileKind, record: &Record) -> Option<(Person, String)> {
    let date = match kind {
        // 第1表 is no more than likely to have its No.14; 作成年月日 is required.
        FileKind::Sheet1 if record.text(14).is_empty() => record.text(4).to_owned(),
        FileKind::Sheet1 => record.text(14).to_owned(),
        FileKind::Sheet2 | FileKind::Sheet3 => record.text(5).to_owned(),
        FileKind::Supplement => of_supplement(record, 4)?,
        _ => return None,
    };
    Some((Person::of(record), date))
}

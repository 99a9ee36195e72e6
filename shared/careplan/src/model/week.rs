use super::{RecordView as _, view::record_view};
use crate::Record;

/// 週間サービス計画表: what a usual week looks like. Each list in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Week {
    /// Services by day and time.
    pub services: Vec<WeekService>,
    /// 主な日常生活上の活動.
    pub activities: Vec<WeekActivity>,
    /// 週単位以外のサービス.
    pub others: Vec<String>,
}

record_view! {
    /// A service on one day of the week.
    WeekService of Sheet3, 6 to 9;
    /// 介護サービス内容.
    content = 6;
    /// 曜日, a code.
    weekday = 7;
    /// 開始時間.
    start = 8;
    /// 終了時間.
    end = 9;
}

record_view! {
    /// What the user does every day.
    WeekActivity of Sheet3, 10 to 12;
    /// 主な日常生活上の活動.
    content = 10;
    /// 開始時間.
    start = 11;
    /// 終了時間.
    end = 12;
}

impl Week {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.services.is_empty() && self.activities.is_empty() && self.others.is_empty()
    }

    /// The entries in the rows of 第3表. A row should hold one alone; what else it holds is kept too.
    pub(super) fn of(rows: &[&Record]) -> Self {
        let mut week = Self::default();
        for row in rows {
            week.services.extend(Some(WeekService::of(row)).filter(|it| !it.is_blank()));
            week.activities.extend(Some(WeekActivity::of(row)).filter(|it| !it.is_blank()));
            week.others.extend(Some(row.text(13).to_owned()).filter(|it| !it.is_empty()));
        }
        week
    }
}

use std::cmp::Ordering;

use jiff::civil::Date;

use super::{Finding, OfficeMonth, Service, ServiceOutcome, pairing::Pair};
use crate::{OfficeNumber, ServiceType};

impl Finding {
    /// What people should know of `pair`; `None` where all went as planned.
    pub(super) fn of_pair(pair: &Pair<'_>) -> Option<Self> {
        let sentence = match (pair.outcome, pair.planned, pair.done) {
            (ServiceOutcome::Missed, Some(planned), _) => {
                format!("{}: 実績がありません", on_its_day(planned))
            }
            (ServiceOutcome::Extra, _, Some(done)) => {
                format!("{}: 予定にない実績です", on_its_day(done))
            }
            (ServiceOutcome::OtherTime, Some(planned), Some(done)) => format!(
                "{} {}: 時間が{}から{}に変わりました",
                day(planned.date),
                what(planned),
                time(planned),
                time(done)
            ),
            (ServiceOutcome::Moved, Some(planned), Some(done)) => {
                let when = if planned.time == done.time { String::new() } else { format!("（{}）", time(done)) };
                format!("{}: {}の分が{}{when}に行われました", what(planned), day(planned.date), day(done.date))
            }
            _ => return None,
        };
        let service = pair.planned.or(pair.done)?;
        Some(Self {
            kind: pair.outcome,
            n_times: pair.n_times,
            office: service.office.clone(),
            planned: pair.planned.cloned(),
            actual: pair.done.cloned(),
            sentence: if pair.n_times > 1 { format!("{sentence}（{}回）", pair.n_times) } else { sentence },
        })
    }

    /// That nothing came yet from an office; `None` where all that it was to give is reported.
    pub(super) fn of_not_reported(month: &OfficeMonth) -> Option<Self> {
        let n_times = month.counts.not_reported;
        let who = if month.name.is_empty() { "事業所" } else { &*month.name };
        (n_times > 0).then(|| Self {
            kind: ServiceOutcome::NotReported,
            n_times,
            office: month.office.clone(),
            planned: None,
            actual: None,
            sentence: format!("{who}（{}）: 予定{n_times}回分の実績がまだ届いていません", month.office),
        })
    }

    /// By day, office and time; what has no day comes last.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }

    fn order(&self) -> (bool, Option<Date>, &OfficeNumber, Option<&Service>, ServiceOutcome) {
        let service = self.planned.as_ref().or(self.actual.as_ref());
        (service.is_none(), self.date(), &self.office, service, self.kind)
    }
}

/// `5月4日 9:00-10:00 訪問介護（111211）`.
fn on_its_day(service: &Service) -> String {
    match service.time {
        Some(time) => format!("{} {time} {}", day(service.date), what(service)),
        None => format!("{} {}", day(service.date), what(service)),
    }
}

fn what(service: &Service) -> String {
    let name = ServiceType::new(service.service_type()).and_then(|it| it.name()).unwrap_or("サービス");
    format!("{name}（{}）", service.code)
}

fn day(date: Date) -> String {
    format!("{}月{}日", date.month(), date.day())
}

fn time(service: &Service) -> String {
    service.time.map_or_else(|| "時間なし".to_owned(), |it| it.to_string())
}

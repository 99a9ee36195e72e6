use careplan::{FileKind, NameMonth, Record};

use super::{
    CARE_OFFICE, CARE_OFFICE_NAME, Office,
    offices::{Partner, User},
};

/// 保険者番号 of prefecture 99, which does not exist.
const INSURER: &str = "990010";
const CARE_MANAGER: &str = "計画　花子";

/// The items of a record beyond the first three.
type Items<'a> = Vec<(usize, &'a str)>;

impl Office<'_> {
    /// The records of a user in a file to or from `partner`.
    pub(super) fn records(
        &self,
        kind: FileKind,
        month: Option<NameMonth>,
        partner: &Partner,
        user: &User,
    ) -> Vec<Record> {
        let plan_date = format!("{:06}20", self.month.plus(-1).packed());
        let target = format!("{:06}", self.month.packed());
        let own: Vec<&Partner> = user.partners.iter().map(|it| &self.partners[*it]).collect();
        match kind {
            FileKind::Supplement => {
                let periods = match month {
                    Some(NameMonth::Of(_)) => ("00000000", target.as_str()),
                    _ => (plan_date.as_str(), "000000"),
                };
                vec![self.supplement(user, periods)]
            }
            FileKind::Sheet1 => vec![self.sheet1(user, &plan_date)],
            FileKind::Sheet2 => self.sheet2(user, &own, &plan_date),
            FileKind::Sheet3 => self.sheet3(user, &own, &plan_date),
            FileKind::Schedule => self.services(kind, user, &own, &target),
            FileKind::Actuals => self.services(kind, user, &[partner], &target),
            FileKind::Sheet7 => self.sheet7(user, &own, &target),
            FileKind::ScheduleDeletion => vec![self.record(kind, user, &[(4, &target)])],
            FileKind::ActualsDeletion => {
                let items = [(4, target.as_str()), (5, partner.number.as_str()), (6, partner.service.service_type)];
                vec![self.record(kind, user, &items)]
            }
            _ => vec![self.prevention(kind, user, &plan_date)],
        }
    }

    fn record(&self, kind: FileKind, user: &User, items: &[(usize, &str)]) -> Record {
        let head = [(1, self.standard.csv_version()), (2, INSURER), (3, user.insured.as_str())];
        head.iter().chain(items).fold(Record::blank(kind), |it, (number, value)| it.with(*number, *value))
    }

    fn supplement(&self, user: &User, (plan_date, target): (&str, &str)) -> Record {
        let reading = format!("{}　{}", user.family.1, user.given.1);
        let name = format!("{}　{}", user.family.0, user.given.0);
        let sex = if user.female { "2" } else { "1" };
        let person = [(5, reading.as_str()), (6, &name), (7, sex), (8, &user.birth), (12, "0000-00-0000")];
        let level = [(13, "20240315"), (14, "20240401"), (15, "20270331"), (16, "2"), (18, "23"), (19, "27048")];
        let heads = [(4, plan_date), (63, target), (60, CARE_OFFICE), (61, CARE_OFFICE)];
        self.record(FileKind::Supplement, user, &[&heads[..], &person, &level].concat())
    }

    fn sheet1(&self, user: &User, plan_date: &str) -> Record {
        let office = [(8, CARE_MANAGER), (9, CARE_OFFICE_NAME), (13, CARE_OFFICE), (27, CARE_OFFICE)];
        let plan = [(4, plan_date), (14, plan_date), (15, "20240401"), (16, "21"), (17, "2"), (21, "23")];
        let wishes = [
            (22, "本人: 自宅で暮らし続けたい。\r\n家族: 転ばずに過ごしてほしい。"),
            (24, "転倒を防ぎ、外出の機会をつくる。緊急のときは、家族と主治医に連絡する。"),
        ];
        self.record(FileKind::Sheet1, user, &[&office[..], &plan, &wishes].concat())
    }

    /// A need for each partner, with the family beside it.
    fn sheet2(&self, user: &User, own: &[&Partner], plan_date: &str) -> Vec<Record> {
        let mut records = Vec::new();
        for (at, partner) in own.iter().enumerate() {
            let need = (at + 1).to_string();
            let [why, goal, what] = partner.service.reasons;
            let dates = [(4, plan_date), (5, plan_date), (6, &need), (8, "1"), (21, CARE_OFFICE)];
            let goals = [(7, why), (9, goal), (10, "半年続ける"), (11, "1年"), (12, "6か月")];
            let service = [
                (13, "1"),
                (14, what),
                (15, "Y"),
                (16, partner.service.name),
                (17, partner.number.as_str()),
                (18, &partner.name),
                (19, "週に1回から2回"),
            ];
            let family = [(13, "2"), (14, "声かけ、見守り"), (15, "N"), (16, "家族"), (18, "家族"), (19, "毎日")];
            records.push(self.record(FileKind::Sheet2, user, &[&dates[..], &goals, &service].concat()));
            records.push(self.record(FileKind::Sheet2, user, &[&dates[..], &family].concat()));
        }
        records
    }

    fn sheet3(&self, user: &User, own: &[&Partner], plan_date: &str) -> Vec<Record> {
        let dates = [(4, plan_date), (5, plan_date)];
        let mut rows: Vec<Items<'_>> = vec![
            vec![(10, "起床、朝食"), (11, "0630"), (12, "0800")],
            vec![(10, "就寝"), (11, "2100"), (12, "2100")],
            vec![(13, "月に1回の通院")],
        ];
        let weekdays = ["1", "2", "3", "4", "5", "6", "7"];
        for partner in own {
            let [start, end] = partner.service.times;
            for weekday in partner.service.weekdays {
                let weekday = weekdays[*weekday as usize - 1];
                rows.push(vec![(6, partner.service.name), (7, weekday), (8, start), (9, end)]);
            }
        }
        rows.into_iter().map(|it| self.record(FileKind::Sheet3, user, &[&dates[..], &it].concat())).collect()
    }

    /// A row for each service and day.
    fn services(&self, kind: FileKind, user: &User, offices: &[&Partner], target: &str) -> Vec<Record> {
        let written = format!("{target}01");
        let mut records = Vec::new();
        for partner in offices {
            let service = partner.service;
            let units = service.units.to_string();
            let head = [(4, written.as_str()), (5, target), (6, CARE_OFFICE), (7, CARE_MANAGER), (8, &units)];
            let what = [(12, service.times[0]), (13, service.times[1]), (14, "1"), (15, service.code), (23, "0")];
            let office = [(20, partner.number.as_str()), (21, &partner.name)];
            let lent = [(11, "1111111111111111111111111111111"), (16, "00000-000001"), (18, "車いす")];
            for day in self.days(partner) {
                let items = [&head[..], &what, &office, &[(10, &day)]].concat();
                let items = if service.weekdays.is_empty() { [&items[..], &lent].concat() } else { items };
                records.push(self.record(kind, user, &items));
            }
        }
        records
    }

    /// The days on which `partner` comes; the first of the month for what is lent.
    fn days(&self, partner: &Partner) -> Vec<String> {
        let days = (1..=31).filter_map(|it| self.month.day(it));
        let comes = |weekday: i8| partner.service.weekdays.contains(&weekday);
        let mut days: Vec<String> = days
            .filter(|it| comes(it.weekday().to_monday_one_offset()) || partner.service.weekdays.is_empty())
            .map(|it| format!("{:06}{:02}", self.month.packed(), it.day()))
            .collect();
        if partner.service.weekdays.is_empty() {
            days.truncate(1);
        }
        days
    }

    /// The services and an addition of each partner with their sum, and the total.
    fn sheet7(&self, user: &User, own: &[&Partner], target: &str) -> Vec<Record> {
        let written = format!("{target}01");
        let head = [(4, written.as_str()), (5, target), (33, "0"), (34, "9999999999")];
        let mut records = Vec::new();
        let mut total = 0;
        let mut push = |office: &str, code: &str, units: i64, times: i64, sum: i64| {
            let (units, times, sum) = (units.to_string(), times.to_string(), sum.to_string());
            let items = [(7, office), (9, code), (13, &units), (16, &times), (18, &sum), (23, "10.00")];
            records.push(self.record(FileKind::Sheet7, user, &[&head[..], &items].concat()));
        };
        for partner in own {
            let (office, service) = (partner.number.as_str(), partner.service);
            let n_days = self.days(partner).len() as i64;
            let sum = service.units * n_days;
            push(office, service.code, service.units, n_days, sum);
            push(office, &format!("{}9000", service.service_type), 10, 1, 10);
            push(office, &format!("{}AAAA", service.service_type), 0, n_days, sum + 10);
            total += sum + 10;
        }
        push("9999999999", "999999", 0, 0, total);
        records
    }

    /// 利用者基本情報 and 介護予防サービス・支援計画書, each with little in it, and deletions of plans.
    fn prevention(&self, kind: FileKind, user: &User, plan_date: &str) -> Record {
        let name = format!("{}　{}", user.family.0, user.given.0);
        let sex = if user.female { "2" } else { "1" };
        let mut items: Items<'_> = vec![(4, plan_date)];
        match kind {
            FileKind::BasicInformation => {
                items.extend([(5, "1"), (14, user.family.1), (15, &name), (16, sex), (17, &user.birth), (23, "12")]);
            }
            FileKind::BasicInformationDay => items.extend([(5, "6:30"), (6, "起床、散歩")]),
            FileKind::BasicInformationIllness => items.extend([(6, "高血圧症"), (8, "1"), (10, "01")]),
            FileKind::PreventionPlan => items.extend([(5, "1"), (8, name.as_str()), (14, "1"), (43, "1")]),
            FileKind::PreventionPlanSupport => {
                items.extend([
                    (5, "1"),
                    (6, "足腰の衰え"),
                    (9, "週に3回歩く"),
                    (10, "1"),
                    (14, "1"),
                    (15, "訪問型サービス"),
                ]);
            }
            _ => {}
        }
        self.record(kind, user, &items)
    }
}

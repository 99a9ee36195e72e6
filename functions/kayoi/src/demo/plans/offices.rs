use careplan::OfficeNumber;

use crate::demo::{
    chance::Chance,
    names::{FAMILY, FEMALE, MALE, Name},
};

/// What an office does for its users.
pub(super) struct Service {
    pub(super) service_type: &'static str,
    pub(super) name: &'static str,
    pub(super) code: &'static str,
    pub(super) units: i64,
    /// The days of the week, 1 for Monday; none for what is lent all month long.
    pub(super) weekdays: &'static [i8],
    pub(super) times: [&'static str; 2],
    /// What the plan says of it: 課題, 長期目標, サービス内容.
    pub(super) reasons: [&'static str; 3],
}

const SERVICES: [Service; 4] = [
    Service {
        service_type: "11",
        name: "訪問介護",
        code: "111211",
        units: 387,
        weekdays: &[1, 4],
        times: ["0900", "1000"],
        reasons: ["家の中を清潔に保ち、自宅で暮らし続けたい。", "掃除と洗濯を一緒にできる", "生活援助、見守り"],
    },
    Service {
        service_type: "15",
        name: "通所介護",
        code: "151141",
        units: 658,
        weekdays: &[2, 5],
        times: ["0930", "1640"],
        reasons: ["人と話し、\r\n\"散歩\"を続けたい。", "週に2回外出する", "体操、入浴、食事"],
    },
    Service {
        service_type: "13",
        name: "訪問看護",
        code: "131211",
        units: 471,
        weekdays: &[3],
        times: ["1400", "1430"],
        reasons: ["血圧を落ち着かせたい。", "薬を忘れずに飲む", "血圧の測定、服薬の確認"],
    },
    Service {
        service_type: "17",
        name: "福祉用具貸与",
        code: "171001",
        units: 500,
        weekdays: &[],
        times: ["9999", "9999"],
        reasons: ["ひとりで外に出たい。", "車いすで買い物に行く", "車いすの貸与"],
    },
];

/// An office that gives services to users of the care office.
pub(super) struct Partner {
    pub(super) number: OfficeNumber,
    pub(super) name: String,
    pub(super) service: &'static Service,
}

/// Offices of prefecture 99, which does not exist.
pub(super) fn partners(n_partners: u32) -> Vec<Partner> {
    let partner = |index: u32| {
        let service = &SERVICES[index as usize % SERVICES.len()];
        let number = (0..10)
            .filter_map(|digit| OfficeNumber::new(&format!("9970{:05}{digit}", index + 200)))
            .find(OfficeNumber::has_check_digit)?;
        Some(Partner { number, name: format!("かよいの森{}第{}事業所", service.name, index / 4 + 1), service })
    };
    (0..n_partners).filter_map(partner).collect()
}

/// A user of the care office.
pub(super) struct User {
    pub(super) insured: String,
    pub(super) family: Name,
    pub(super) given: Name,
    pub(super) female: bool,
    pub(super) birth: String,
    /// Where the two offices stand among the partners.
    pub(super) partners: [usize; 2],
}

pub(super) fn user(seed: u64, index: u32, n_partners: usize) -> User {
    let chance = &mut Chance::new(seed ^ 0x706C_616E, u64::from(index));
    let first = index as usize % n_partners;
    let step = 1 + chance.below(n_partners as u32 - 1) as usize;
    let female = chance.percent(65);
    User {
        insured: format!("{:010}", 1_000_000_007 + u64::from(index) * 7_919),
        family: *chance.pick(&FAMILY),
        given: *chance.pick(if female { &FEMALE } else { &MALE }),
        female,
        birth: format!("{}{:02}{:02}", chance.between(1925, 1955), chance.between(1, 12), chance.between(1, 28)),
        partners: [first, (first + step) % n_partners],
    }
}

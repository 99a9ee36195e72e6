use std::borrow::Cow;

use receipt::{Part, Receipt, ServiceKind};
use rustc_hash::FxHashMap;

use crate::{
    MonthFacts,
    facts::{DiseaseFacts, DrugFacts, PersonFacts, ProcedureFacts, ReceiptFacts},
    normalise_chart_number,
    visits::attended_days,
};

/// Collects the receipts of one part into the facts of a month object.
#[derive(Debug)]
pub struct Collector {
    texts: Vec<Cow<'static, str>>,
    text_indexes: FxHashMap<Box<str>, u32>,
    persons: Vec<PersonFacts<'static>>,
    person_indexes: FxHashMap<PersonFacts<'static>, u32>,
    receipts: Vec<ReceiptFacts>,
    diseases: Vec<DiseaseFacts>,
    procedures: Vec<ProcedureFacts>,
    drugs: Vec<DrugFacts>,
}

impl Default for Collector {
    fn default() -> Self {
        Self {
            // Index 0 is the empty text: no number.
            texts: vec![Cow::Borrowed("")],
            text_indexes: FxHashMap::from_iter([("".into(), 0)]),
            persons: Vec::new(),
            person_indexes: FxHashMap::default(),
            receipts: Vec::new(),
            diseases: Vec::new(),
            procedures: Vec::new(),
            drugs: Vec::new(),
        }
    }
}

impl Collector {
    /// Takes in a receipt. One whose 診療年月 cannot be read is an error of its part, which then is
    /// never finished.
    pub fn add(&mut self, receipt: &Receipt) {
        let Some(month) = receipt.month else { return };
        let person = self.person(receipt);
        let mut facts = ReceiptFacts::new(person, receipt.line, receipt.receipt_type, month);
        facts.offset = receipt.offset;
        facts.size_bytes = u32::try_from(receipt.size_bytes).unwrap_or(u32::MAX);
        facts.insurer = receipt.coverages.first().map_or(0, |it| self.text(&receipt.text(it.number)));
        facts.search_number = self.text(&receipt.text(receipt.search_number));
        facts.points = receipt.points();
        (facts.visited, facts.is_visit_assumed) = attended_days(receipt, month);
        self.rows(receipt, &mut facts);
        self.receipts.push(facts);
    }

    fn rows(&mut self, receipt: &Receipt, facts: &mut ReceiptFacts) {
        let below = |line: u64| u32::try_from(line - receipt.line).unwrap_or(u32::MAX);
        for disease in &receipt.diseases {
            facts.is_death |= disease.outcome == receipt::Outcome::Died;
            let Some(code) = disease.code.filter(|_| facts.n_diseases < u16::MAX) else { continue };
            self.diseases.push(DiseaseFacts::new(disease, code, below(disease.line)));
            facts.n_diseases += 1;
        }
        for service in &receipt.services {
            let (Some(code), days, line_offset) = (service.code, service.days.mask(), below(service.line)) else {
                continue;
            };
            match service.kind {
                ServiceKind::Procedure if facts.n_procedures < u16::MAX => {
                    facts.is_prescribed_outside |= codes::is_prescription_fee(code);
                    self.procedures.push(ProcedureFacts { code, line_offset, days });
                    facts.n_procedures += 1;
                }
                ServiceKind::Drug if facts.n_drugs < u16::MAX => {
                    let (times, is_dispensed_outside) = (service.times, service.is_dispensed_outside);
                    self.drugs.push(DrugFacts { code, line_offset, days, times, is_dispensed_outside });
                    facts.n_drugs += 1;
                }
                ServiceKind::Procedure | ServiceKind::Drug | ServiceKind::Device => {}
            }
        }
    }

    fn person(&mut self, receipt: &Receipt) -> u32 {
        let [chart_number, name, kana] = [receipt.chart_number, receipt.name, receipt.kana].map(|it| receipt.text(it));
        let chart_number = normalise_chart_number(&chart_number).unwrap_or_default();
        let borrowed = PersonFacts::new(chart_number, name, kana, receipt.birth_date, receipt.sex);
        if let Some(index) = self.person_indexes.get(&borrowed) {
            return *index;
        }
        let owned = PersonFacts::new(
            borrowed.chart_number.into_owned().into(),
            borrowed.name.into_owned().into(),
            borrowed.kana.into_owned().into(),
            receipt.birth_date,
            receipt.sex,
        );
        let index = self.persons.len() as u32;
        self.persons.push(owned.clone());
        self.person_indexes.insert(owned, index);
        index
    }

    fn text(&mut self, text: &str) -> u32 {
        if let Some(index) = self.text_indexes.get(text) {
            return *index;
        }
        let index = self.texts.len() as u32;
        self.texts.push(text.to_owned().into());
        self.text_indexes.insert(text.into(), index);
        index
    }

    /// The facts of the whole part, read from the raw file with SHA-256 `raw_sha256`. `None` when its
    /// header cannot be read; such a part is refused.
    pub fn finish(self, part: &Part, raw_sha256: [u8; 32]) -> Option<MonthFacts<'static>> {
        let header = &part.header;
        Some(MonthFacts {
            clinic_code: header.clinic_code?,
            payer: header.payer?,
            claim_month: header.claim_month?,
            content_kind: part.kind,
            volume: header.volume,
            raw_sha256,
            part: part.number,
            points: part.points,
            is_all_reclaims: part.n_receipts > 0 && part.n_reclaims == part.n_receipts,
            texts: self.texts,
            persons: self.persons,
            receipts: self.receipts,
            diseases: self.diseases,
            procedures: self.procedures,
            drugs: self.drugs,
        })
    }
}

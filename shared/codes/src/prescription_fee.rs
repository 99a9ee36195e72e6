/// The codes of 処方箋料 in the masters of June 2024, sorted, with the reduction 120003970 that is
/// only ever claimed together with one of them.
const PRESCRIPTION_FEES: [u32; 17] = [
    120_002_710,
    120_002_910,
    120_003_710,
    120_003_970,
    120_004_610,
    120_004_710,
    120_004_810,
    120_004_910,
    120_005_010,
    120_005_810,
    120_005_910,
    120_006_010,
    120_006_110,
    120_006_210,
    120_006_310,
    120_006_410,
    120_006_510,
];

/// How the names of all 処方箋料 begin; names of additions to it (加算) only end with it.
pub(crate) const PRESCRIPTION_FEE_PREFIX: &str = "処方箋料";

/// Whether `code` is a 処方箋料 by the built-in list, without any master: the clinic prescribed to
/// an outside pharmacy.
///
/// [`Codes::is_prescription_fee`](crate::Codes::is_prescription_fee) also knows those of loaded masters.
pub fn is_prescription_fee(code: u32) -> bool {
    // Nearly all codes asked for lie outside.
    let [first, .., last] = PRESCRIPTION_FEES;
    (first..=last).contains(&code) && PRESCRIPTION_FEES.binary_search(&code).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_list_holds_fees_and_no_additions() {
        assert!(PRESCRIPTION_FEES.is_sorted());
        assert!(is_prescription_fee(120_002_910));
        assert!(is_prescription_fee(120_006_510));
        assert!(!is_prescription_fee(120_003_570), "一般名処方加算２（処方箋料）");
        assert!(!is_prescription_fee(120_001_210), "処方料（その他）");
    }
}

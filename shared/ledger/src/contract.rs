//! What every back end must do alike. Run on memory by this crate's tests, on the emulator by the
//! tests package.

mod line_channels;
mod offices;
mod outbox;
mod pages;
mod plans;
mod rows;
mod sending;
mod sends;
mod staff;
mod table;

use crate::Ledger;

/// Panics at the first thing `ledger` does otherwise than promised. Its tables must not have seen
/// this suite before; it uses clinics and offices of its own and sets the fixed clock.
pub async fn check(ledger: &Ledger) {
    table::check(&ledger.core).await;
    rows::check(ledger).await;
    offices::check(ledger).await;
    pages::check(ledger).await;
    line_channels::check(ledger).await;
    plans::check(ledger).await;
    sends::check(ledger).await;
    staff::check(ledger).await;
    outbox::check(ledger).await;
    sending::check(ledger).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_keeps_the_contract() {
        check(&Ledger::in_memory()).await;
    }
}

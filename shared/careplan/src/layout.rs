mod codes;
mod form;
mod items;

pub use codes::{CodeTable, Exchange, ServiceType};
pub use form::Form;
pub use items::{Item, Layout, Need, layout};

use crate::{Exchange, IssueCode, ServiceType};

/// The service types that a file names, each looked up once.
#[derive(Default)]
pub(super) struct ServiceTypes(Vec<([u8; 2], Option<Exchange>)>);

impl ServiceTypes {
    /// What is wrong with the type in `cell`: `malformed` where it is none. Rows of services that take no
    /// part in the exchange are not generated (standard 4.1 §2.6); elsewhere they may be named.
    pub(super) fn fault(&mut self, cell: &[u8], malformed: IssueCode, is_of_service: bool) -> Option<IssueCode> {
        let code: [u8; 2] = match cell.try_into() {
            Ok(code) => code,
            Err(_) => return Some(malformed),
        };
        let known = self.0.iter().find(|it| it.0 == code).map(|it| it.1);
        let exchange = match known {
            Some(exchange) => exchange,
            None => {
                let Some(service_type) = str::from_utf8(cell).ok().and_then(ServiceType::new) else {
                    return Some(malformed);
                };
                let exchange = service_type.exchange();
                self.0.push((code, exchange));
                exchange
            }
        };
        match exchange {
            None => Some(IssueCode::ServiceTypeUnknown),
            Some(Exchange::LeftOut) if is_of_service => Some(IssueCode::ServiceExcluded),
            Some(_) => None,
        }
    }
}

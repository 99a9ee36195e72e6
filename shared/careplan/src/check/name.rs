use crate::{Exchange, FileKind, FileName, Issue, IssueCode, Issues, ServiceType};

/// What a readable name says that should not be so. The standard's own examples have wrong check digits
/// and types in the place of one another (traps 1.4.1 and 1.4.4), which are warnings therefore.
pub(super) fn check_name(name: &FileName, issues: &mut Issues) {
    if [&name.sender, &name.receiver].into_iter().any(|it| !it.has_check_digit()) {
        issues.push(Issue::of_file(IssueCode::NameOfficeCheckDigit));
    }
    if name.sender == name.receiver {
        issues.push(Issue::of_file(IssueCode::SameOffice));
    }
    let (Some(sender_type), Some(receiver_type)) = (&name.sender_type, &name.receiver_type) else { return };
    let types = [sender_type, receiver_type];
    if types.iter().any(|it| it.as_str().len() > 2) {
        return issues.push(Issue::of_file(IssueCode::NameServiceTypeLong));
    }
    match types.map(ServiceType::exchange) {
        [Some(Exchange::LeftOut), _] | [_, Some(Exchange::LeftOut)] => {
            issues.push(Issue::of_file(IssueCode::NameServiceExcluded));
        }
        [Some(sender), Some(receiver)] => {
            if !is_role_fit(name.kind, sender, receiver) {
                issues.push(Issue::of_file(IssueCode::NameServiceTypeRole));
            }
        }
        _ => issues.push(Issue::of_file(IssueCode::ServiceTypeUnknown)),
    }
}

/// Plans go out of care management, 実績 go there. Between two offices of care management both go too:
/// the one works for the other (予防委託, standard 4.1 §5.2.2).
fn is_role_fit(kind: FileKind, sender: Exchange, receiver: Exchange) -> bool {
    match kind {
        FileKind::Actuals | FileKind::ActualsDeletion => receiver == Exchange::Sender,
        _ => sender == Exchange::Sender,
    }
}

/// Whether both offices do care management: the one works for the other.
pub(super) fn is_entrusted(name: &FileName) -> bool {
    [&name.sender_type, &name.receiver_type]
        .into_iter()
        .all(|it| it.as_ref().and_then(ServiceType::exchange) == Some(Exchange::Sender))
}

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::PatientRow;

/// How a patient can be reached, each field with who wrote it last and when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contacts {
    /// See [`super::Phones::mobile`].
    pub mobile: Stamped<String>,
    /// See [`super::Phones::landline`].
    pub landline: Stamped<String>,
    /// See [`PatientRow::mail`].
    pub mail: Stamped<String>,
    /// See [`PatientRow::postal_code`].
    pub postal_code: Stamped<String>,
    /// See [`PatientRow::address`].
    pub address: Stamped<String>,
    /// Whether messages may be sent.
    pub consent: Stamped<Consent>,
}

/// What the patient said to being sent messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Whether it was yes.
    pub given: bool,
    /// The day, where known.
    pub date: Option<Date>,
}

/// A field and its last edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamped<T> {
    /// `None` also where staff emptied it.
    pub value: Option<T>,
    /// Who wrote it last.
    pub edited_by: EditedBy,
    /// The clinic's newest upload number at that edit; of a CSV, its own. 0 before any edit.
    pub upload_number: u64,
}

/// Who wrote a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditedBy {
    /// A person, in the console.
    Staff,
    /// A roster file.
    Csv,
}

/// A field of [`Contacts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactField {
    /// [`Contacts::mobile`].
    Mobile,
    /// [`Contacts::landline`].
    Landline,
    /// [`Contacts::mail`].
    Mail,
    /// [`Contacts::postal_code`].
    PostalCode,
    /// [`Contacts::address`].
    Address,
    /// [`Contacts::consent`].
    Consent,
}

/// What a row makes of a patient's contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The contacts afterwards.
    pub contacts: Contacts,
    /// The fields whose values are others now.
    pub changed: Vec<ContactField>,
    /// Whether anything has to be saved. A field that is only confirmed must be too: its newer
    /// stamp is what keeps an older file, imported late, from overwriting it.
    pub must_save: bool,
}

impl<T> Default for Stamped<T> {
    fn default() -> Self {
        Self { value: None, edited_by: EditedBy::Csv, upload_number: 0 }
    }
}

impl<T: Clone + PartialEq> Stamped<T> {
    /// An edit by staff while `newest_upload` was the clinic's newest upload number: files uploaded
    /// later overwrite it, earlier ones never do.
    pub fn by_staff(value: Option<T>, newest_upload: u64) -> Self {
        Self { value, edited_by: EditedBy::Staff, upload_number: newest_upload }
    }

    fn overwrite(&mut self, value: Option<T>, field: ContactField, upload_number: u64, merged: &mut Outcome) {
        if value.is_none() || upload_number <= self.upload_number {
            return;
        }
        if self.value != value {
            merged.changed.push(field);
        }
        merged.must_save = true;
        *self = Self { value, edited_by: EditedBy::Csv, upload_number };
    }
}

#[derive(Default)]
struct Outcome {
    changed: Vec<ContactField>,
    must_save: bool,
}

/// What `row`, from the upload `upload_number`, makes of the contacts of a patient: a field is
/// overwritten where its cell is not blank and the upload is newer than the field's stamp.
///
/// Nothing else about a patient who is already known is changed. The order in which uploads are
/// imported makes no difference, nor does repeating one.
pub fn merge_contacts(existing: &Contacts, row: &PatientRow, upload_number: u64) -> Merged {
    let mut contacts = existing.clone();
    let mut outcome = Outcome::default();
    let consent = row.consent.map(|given| Consent { given, date: row.consent_date });
    let texts = [
        (&mut contacts.mobile, &row.phones.mobile, ContactField::Mobile),
        (&mut contacts.landline, &row.phones.landline, ContactField::Landline),
        (&mut contacts.mail, &row.mail, ContactField::Mail),
        (&mut contacts.postal_code, &row.postal_code, ContactField::PostalCode),
        (&mut contacts.address, &row.address, ContactField::Address),
    ];
    for (kept, value, field) in texts {
        kept.overwrite(value.clone(), field, upload_number, &mut outcome);
    }
    contacts.consent.overwrite(consent, ContactField::Consent, upload_number, &mut outcome);
    Merged { contacts, changed: outcome.changed, must_save: outcome.must_save }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Phones;
    use super::*;

    fn cell() -> impl Strategy<Value = Option<String>> {
        proptest::option::of("[ab]")
    }

    fn row() -> impl Strategy<Value = PatientRow> {
        (cell(), cell(), cell(), cell(), cell(), proptest::option::of(any::<bool>())).prop_map(
            |(mobile, landline, mail, postal_code, address, consent)| PatientRow {
                line: 2,
                chart_number: "1".to_owned(),
                name: Some("検証 一郎".to_owned()),
                kana: None,
                birth_date: None,
                sex: None,
                phones: Phones { mobile, landline },
                mail,
                postal_code,
                address,
                consent,
                consent_date: None,
                last_change: None,
            },
        )
    }

    fn contacts() -> impl Strategy<Value = Contacts> {
        (cell(), 0..9_u64, row(), 0..9_u64).prop_map(|(mobile, newest_upload, row, upload_number)| {
            let mut contacts = merge_contacts(&Contacts::default(), &row, upload_number).contacts;
            contacts.mobile = Stamped::by_staff(mobile, newest_upload);
            contacts
        })
    }

    fn after(contacts: &Contacts, uploads: &[(&PatientRow, u64)]) -> Contacts {
        uploads
            .iter()
            .fold(contacts.clone(), |contacts, (row, number)| merge_contacts(&contacts, row, *number).contacts)
    }

    proptest! {
        #[test]
        fn two_files_in_either_order_give_the_same_contacts(
            contacts in contacts(), one in row(), other in row(), number in 1..9_u64, later in 1..9_u64,
        ) {
            let (first, second) = ((&one, number), (&other, number + later));
            prop_assert_eq!(after(&contacts, &[first, second]), after(&contacts, &[second, first]));
        }

        #[test]
        fn a_file_applied_again_changes_nothing(contacts in contacts(), row in row(), number in 0..20_u64) {
            let once = after(&contacts, &[(&row, number)]);
            let again = merge_contacts(&once, &row, number);
            prop_assert!(!again.must_save && again.changed.is_empty());
            prop_assert_eq!(again.contacts, once);
        }

        #[test]
        fn what_need_not_be_saved_is_as_it_was(contacts in contacts(), row in row(), number in 0..20_u64) {
            let merged = merge_contacts(&contacts, &row, number);
            prop_assert_eq!(merged.must_save, merged.contacts != contacts);
            prop_assert!(merged.must_save || merged.changed.is_empty());
        }
    }

    #[test]
    fn an_edit_by_staff_stands_until_a_file_is_uploaded_later() {
        let row = PatientRow {
            line: 2,
            chart_number: "1".to_owned(),
            name: None,
            kana: None,
            birth_date: None,
            sex: None,
            phones: Phones::default(),
            mail: Some("csv@example.jp".to_owned()),
            postal_code: None,
            address: None,
            consent: None,
            consent_date: None,
            last_change: None,
        };
        let edited = Contacts { mail: Stamped::by_staff(None, 7), ..Contacts::default() };
        assert_eq!(merge_contacts(&edited, &row, 7).contacts, edited);
        let merged = merge_contacts(&edited, &row, 8);
        assert_eq!(merged.changed, [ContactField::Mail]);
        assert_eq!(merged.contacts.mail.edited_by, EditedBy::Csv);
    }
}

use std::fmt::Write as _;

use careplan::exchange::{BundleResult, BundleStatus, Outcome, Reason, ReasonCode, SendResult};

use crate::plans::{
    office::Office,
    shown::{kind_name, printable},
};

/// The result of a bundle for people: a line for each send, and below it what to do.
pub(in crate::plans) fn text(office: &Office, result: &BundleResult) -> String {
    let mut text = String::new();
    if result.status == BundleStatus::Refused {
        text += "失敗: 何も送っていません。\n";
    }
    result.reasons.iter().for_each(|it| write_reason(&mut text, it));
    for send in &result.sends {
        let _ = writeln!(text, "{}", line(send));
        send.reasons.iter().for_each(|it| write_reason(&mut text, it));
        if send.reasons.iter().any(|it| it.code == ReasonCode::PartnerUnconfirmed.as_str()) {
            // Without the name the reason still says what to do.
            if let Ok(Some(name)) = office.name_of(&send.to) {
                let _ = writeln!(text, "  {}", how_to_confirm(send, &name));
            }
        }
    }
    for file in &result.lost {
        let _ = writeln!(text, "失敗: {}", printable(&file.name));
        file.reasons.iter().for_each(|it| write_reason(&mut text, it));
    }
    text
}

fn line(send: &SendResult) -> String {
    let outcome = match send.outcome {
        Outcome::Delivered => "成功",
        Outcome::Failed => "失敗",
    };
    let serial = send.serial.as_ref().map(|it| format!(" {}", it.as_str())).unwrap_or_default();
    let transfer = send.transfer.as_ref().map(|it| format!(" 送信ID {it}")).unwrap_or_default();
    format!("{outcome}: {} {}{serial} {}ファイル{transfer}", send.to, send.kind.map_or("", kind_name), send.files.len())
}

fn write_reason(text: &mut String, reason: &Reason) {
    let mut place = String::new();
    if let Some(file) = &reason.file {
        place = printable(file);
        let (line, column) = (reason.line.map(|it| format!(" {it}行")), reason.column.map(|it| format!(" 項目{it}")));
        place += &[line, column].into_iter().flatten().collect::<String>();
        place += ": ";
    }
    let _ = writeln!(text, "  [{}] {place}{}", printable(&reason.code), printable(&reason.message));
}

fn how_to_confirm(send: &SendResult, name: &str) -> String {
    let (to, name) = (&send.to, printable(name));
    format!(
        "登録されている名称は「{name}」です。送る相手に間違いなければ、--confirm '{to}={name}' を付けるか、\
         confirm.txt に {to}={name} と書いて送ってください。"
    )
}

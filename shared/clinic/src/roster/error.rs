/// Why a roster file could not be read at all. The messages are for the person who uploaded it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// Nothing but white space.
    #[error("ファイルが空です。書き出しの設定を確認し、もう一度書き出してください。")]
    Empty,
    /// A byte order mark of UTF-16: what spreadsheets call Unicode text.
    #[error(
        "文字コードがUTF-16です。表計算ソフトで「CSV UTF-8（コンマ区切り）」または「CSV（コンマ区切り）」を選んで保存し直してください。"
    )]
    Utf16,
    /// A workbook, whatever the file is called.
    #[error("表計算ソフトのブックです。「CSV UTF-8（コンマ区切り）」を選んで保存し直してください。")]
    Workbook,
    /// No header within the first ten rows.
    #[error(
        "見出しの行が見つかりません。先頭の10行のうちに、患者なら「診察券番号」と「氏名」や「電話番号」など、予約なら「診察券番号」と「予約日」または「来院日」、問診なら「診察券番号」と「回答日」の見出しを入れてください。文字コードはUTF-8かシフトJISにしてください。"
    )]
    NoHeader,
    /// A header, but none of its columns tells which patient.
    #[error(
        "{line}行目の見出しに「診察券番号」がありません。「診察券番号」（または「患者番号」「カルテ番号」）の列を加えてください。"
    )]
    NoChartNumber {
        /// The line of the header, from 1.
        line: u64,
    },
    /// A header with a chart number, and nothing that tells patients, appointments and
    /// questionnaires apart.
    #[error(
        "{line}行目の見出しから種類が分かりません。「診察券番号」のほかに、患者なら「氏名」や「電話番号」など、予約なら「予約日」または「来院日」、問診なら「回答日」の列が必要です。"
    )]
    KindUnclear {
        /// The line of the header, from 1.
        line: u64,
    },
    /// More columns in the header than any roster has.
    #[error("{line}行目の列が多すぎます（200列まで）。必要な列だけにしてください。")]
    TooManyColumns {
        /// The line, from 1.
        line: u64,
    },
    /// Quotes so broken that rows cannot be told apart.
    #[error("{line}行目から引用符（\"）の対応が取れず、行を区切れません。書き出した元のソフトで作り直してください。")]
    UnbalancedQuotes {
        /// The line where reading stopped, from 1.
        line: u64,
    },
}

impl RosterError {
    /// A stable name for logs and programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Utf16 => "utf16",
            Self::Workbook => "workbook",
            Self::NoHeader => "no_header",
            Self::NoChartNumber { .. } => "no_chart_number",
            Self::KindUnclear { .. } => "kind_unclear",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::UnbalancedQuotes { .. } => "unbalanced_quotes",
        }
    }
}

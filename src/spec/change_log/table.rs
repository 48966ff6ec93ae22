//! Change logs in tables.

use crate::spec::LogColumn;
use crate::spec::LogRow;
use crate::spec::builder::Builder;
use crate::spec::change_log::trimmed_end;
use crate::spec::inline::joined;
use crate::spec::page::Page;
use crate::spec::page::Row;
use crate::spec::page::Table;

/// What the columns of a table hold, by their header words.
pub(super) fn table_columns(page: &Page, table: &Table) -> Vec<LogColumn> {
    let Some(header) = table.rows.first() else {
        return Vec::new();
    };
    let mut columns: Vec<LogColumn> = Vec::new();
    let mut approval = None;
    for cell in &header.cells {
        let name = joined(page.inline(*cell).text).to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let mut column = if has(&["version", "revision", "release", "版本", "バージョン", "版数"])
            || matches!(
                name.as_str(),
                "rev" | "rev." | "ver" | "ver." | "v" | "#" | "no." | "no" | "版" | "버전"
            ) {
            if has(&["description", "summary", "note", "reason", "history"]) {
                LogColumn::Text
            } else if has(&["date"]) {
                LogColumn::Date
            } else {
                LogColumn::Version
            }
        } else if name.starts_with("effective")
            || matches!(name.as_str(), "issued" | "published" | "revised" | "on")
            || has(&["date", "when", "日期", "日付", "年月日", "날짜", "datum", "fecha"])
            || name == "day"
        {
            LogColumn::Date
        } else if has(&[
            "author",
            "editor",
            "owner",
            "who",
            "person",
            "contributor",
            "作者",
            "担当",
            "作成者",
            "작성자",
            "autor",
            "auteur",
        ]) || name == "by"
            || name.ends_with(" by")
        {
            LogColumn::Author
        } else if has(&[
            "change",
            "description",
            "summary",
            "note",
            "detail",
            "what",
            "comment",
            "reason",
            "modification",
            "amendment",
            "nature",
            "update",
            "变更",
            "説明",
            "描述",
            "änderung",
            "cambio",
        ]) {
            LogColumn::Text
        } else {
            LogColumn::Other
        };
        if let Some(known) = columns
            .iter()
            .position(|known| *known == column && column != LogColumn::Other)
        {
            // Who wrote it outranks who approved it, whichever stands first.
            if column == LogColumn::Author && approval == Some(known) {
                columns[known] = LogColumn::Other;
                approval = None;
            } else {
                column = LogColumn::Other;
            }
        } else if column == LogColumn::Author
            && has(&["approv", "review", "check", "authori"])
            && !has(&["author"])
        {
            approval = Some(columns.len());
        }
        columns.push(column);
    }
    columns
}

pub(super) fn table_row(
    builder: &Builder<'_>,
    page: &Page,
    columns: &[LogColumn],
    row: &Row,
) -> Option<LogRow> {
    let cell = |column: LogColumn| {
        let at = columns.iter().position(|known| *known == column)?;
        let text = joined(page.inline(*row.cells.get(at)?).text);
        (!text.is_empty()).then(|| text.into_owned())
    };
    let text = cell(LogColumn::Text).unwrap_or_else(|| {
        let others: Vec<_> = row
            .cells
            .iter()
            .enumerate()
            .filter(|(at, _)| columns.get(*at).is_none_or(|c| *c == LogColumn::Other))
            .map(|(_, cell)| joined(page.inline(*cell).text))
            .filter(|text| !text.is_empty())
            .collect();
        others.join(" | ")
    });
    if row.cells.iter().all(|cell| page.inline(*cell).is_blank()) {
        return None;
    }
    let range = trimmed_end(builder, row.range.clone());
    Some(LogRow {
        version: cell(LogColumn::Version).map(|v| v.trim_matches(['[', ']']).to_owned()),
        date: cell(LogColumn::Date),
        author: cell(LogColumn::Author),
        text,
        lines: builder.lines(&range),
        bytes: builder.source.disk(&range),
    })
}

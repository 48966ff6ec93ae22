//! What was read in one file, as a table for people.

use std::fmt::Write;

use unicode_width::UnicodeWidthChar;
use unicode_width::UnicodeWidthStr;

use crate::report::Ink;
use crate::report::Paint;
use crate::report::ReadItem;
use crate::report::ReadLog;
use crate::report::ReadShape;
use crate::report::Reading;
use crate::report::escape;
use crate::spec::Facet;
use crate::spec::LogOrder;

/// The widest a column of sections and of text gets, in columns of a terminal.
const SECTION: usize = 40;
const TEXT: usize = 80;

/// The reading as lines: what identifies the spec, then one row per statement.
pub fn reading(reading: &Reading, paint: Paint) -> String {
    let mut out = String::new();
    let facts = [
        ("title", reading.title.clone()),
        ("owner", reading.owner.clone()),
        ("status", reading.status.clone()),
        ("date", reading.date.clone()),
        ("version", version(reading)),
        ("change log", log(&reading.changelog)),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            let name = paint.ink(Ink::Faint, &format!("{name:<10}"));
            let _ = writeln!(out, "  {name} {}", fit(&value, TEXT + SECTION));
        }
    }
    let rows: Vec<[String; 4]> = reading.items.iter().map(row).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    for row in &rows {
        let _ = writeln!(
            out,
            "  {}  {}  {}  {}",
            paint.ink(Ink::Cyan, &pad(&row[0], widths[0])),
            paint.ink(Ink::Faint, &pad(&row[1], widths[1])),
            pad(&row[2], widths[2]),
            row[3]
        );
    }
    out
}

fn version(reading: &Reading) -> Option<String> {
    let value = reading.version.value.as_ref()?;
    let places: Vec<String> = reading
        .version
        .places
        .iter()
        .map(|place| format!("{} line {}", place.form, place.line))
        .collect();
    Some(format!("{value} ({})", places.join(", ")))
}

fn log(log: &ReadLog) -> Option<String> {
    let shape = match log.shape {
        ReadShape::Table => "table",
        ReadShape::List => "list",
        ReadShape::Headings => "headings",
        ReadShape::FrontMatter => "front matter",
        ReadShape::Prose => "prose",
        ReadShape::None => return None,
    };
    let order = match log.order {
        Some(LogOrder::NewestFirst) => ", newest first",
        Some(LogOrder::NewestLast) => ", newest last",
        None => "",
    };
    let rows: Vec<String> = log
        .rows
        .iter()
        .map(|row| {
            let version = row.version.as_deref().or(row.date.as_deref()).unwrap_or("?");
            format!("{version} line {}", row.line)
        })
        .collect();
    Some(format!("{shape}{order}: {}", rows.join(", ")))
}

fn row(item: &ReadItem) -> [String; 4] {
    let facet = match item.facet {
        Facet::Duty => "duty",
        Facet::Limit => "limit",
        Facet::Grant => "grant",
        Facet::Demand => "demand",
        Facet::Outcome => "outcome",
        Facet::Metadata => "metadata",
        Facet::Prose => "prose",
    };
    let lines = match item.lines.first == item.lines.last {
        true => item.lines.first.to_string(),
        false => format!("{}–{}", item.lines.first, item.lines.last),
    };
    let section = fit(&item.section.join(" › "), SECTION);
    [facet.to_owned(), lines, section, fit(&item.text, TEXT)]
}

/// At most `width` columns, with `…` where something is missing.
fn fit(text: &str, width: usize) -> String {
    let text = escape::clean(&escape::cut(text, 4 * width));
    if text.width() <= width {
        return text;
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_count_twice() {
        assert_eq!(fit("責任と権限の表", 7), "責任と…");
        assert_eq!(pad("責任", 6), "責任  ");
    }
}

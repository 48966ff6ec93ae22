//! Tables of the text: fields of the document, key-value tables, and rows as statements.

use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::body::Body;
use crate::spec::body::is_typed;
use crate::spec::body::levels;
use crate::spec::builder::Found;
use crate::spec::builder::NewItem;
use crate::spec::builder::Rank;
use crate::spec::inline::Inline;
use crate::spec::inline::Span;
use crate::spec::inline::joined;
use crate::spec::inline::trimmed;
use crate::spec::lead;
use crate::spec::page::Page;
use crate::spec::page::Row;
use crate::spec::page::Table;
use crate::spec::title::ornament;
use crate::spec::vocabulary::Field;
use crate::spec::vocabulary::field;
use crate::spec::vocabulary::folded_key;

/// Reads a table that is no change log.
pub(super) fn read(body: &mut Body<'_, '_, '_>, at: usize, table: &Table) {
    let section = body.section_of(at);
    let open = body.fields_open();
    let page = body.page;
    let typed = section != 0 && is_typed(body.builder.spec.sections[section].facet);
    if !typed && begins_log(page, table) && body.untitled_log(at) {
        return;
    }
    if !typed && is_pair_grid(page, table) {
        for row in &table.rows {
            for cells in row.cells.chunks_exact(2) {
                pair(body, at, cells, open);
            }
        }
    } else if !typed && names_columns(page, table) {
        header_fields(body, at, table);
    } else if !typed && is_key_value(page, table, open) {
        key_values(body, at, table, open);
    } else if !typed && is_header_fields(page, table, open) {
        header_fields(body, at, table);
    } else {
        let numbered = is_numbered(page, table);
        let introduced = body.introduced.map(|said| said.facet);
        let told = introduced.or_else(|| header_facet(body, table, numbered));
        let told = told.filter(|_| !typed);
        let held = body.builder.spec.sections[section].facet;
        let levels = match held {
            Facet::Duty | Facet::Demand | Facet::Outcome => Vec::new(),
            Facet::Prose | Facet::Metadata | Facet::Grant | Facet::Limit => levels::facets(body, table),
        };
        for (index, row) in table.rows.iter().skip(1).enumerate() {
            statement(body, at, row, numbered, levels.get(index).copied().or(told));
        }
    }
}

/// What the rows of a table are by its header: `| Duty | How often |`, `| Action | Approved by |`.
fn header_facet(body: &Body<'_, '_, '_>, table: &Table, numbered: bool) -> Option<Facet> {
    let header = table.rows.first().filter(|header| header.cells.len() > 1)?;
    let mut names = header
        .cells
        .iter()
        .skip(usize::from(numbered))
        .map(|cell| label(body.page, *cell).to_lowercase());
    let first = names.next()?;
    // Who signed which document is no rule about what needs consent.
    let registers = [
        "name", "version", "date", "document", "role", "title", "revision", "author",
    ];
    let names: Vec<String> = names.collect();
    if !registers.contains(&&*first) && names.iter().any(|name| is_consent(name)) {
        return Some(Facet::Limit);
    }
    if names_duties(body, table) {
        return Some(Facet::Duty);
    }
    // A table of tools tells mostly what they are for.
    let typing = body
        .builder
        .lexicon
        .title(&first)
        .filter(|_| !first.starts_with("tool"))?;
    typing.facet.filter(|facet| is_typed(*facet))
}

/// `| Role | Responsibility | Contact |`, not a matrix of letters (`R`, `A/R`).
fn names_duties(body: &Body<'_, '_, '_>, table: &Table) -> bool {
    let [header, first, ..] = &table.rows[..] else {
        return false;
    };
    let lexicon = &body.builder.lexicon;
    header.cells.iter().zip(&first.cells).any(|(name, cell)| {
        let name = label(body.page, *name).to_lowercase();
        let typing = lexicon.names(&name).then(|| lexicon.title(&name)).flatten();
        let told = body.page.inline(*cell).text.trim().len() > 3;
        told && typing.is_some_and(|typing| typing.facet == Some(Facet::Duty))
    })
}

pub(super) fn is_consent(header: &str) -> bool {
    matches!(
        header,
        "approved by"
            | "approver"
            | "approvers"
            | "approval"
            | "approval by"
            | "approval needed"
            | "approval required"
            | "requires approval"
            | "needs approval"
            | "sign-off"
            | "sign-off by"
            | "signed off by"
            | "authorised by"
            | "authorized by"
    )
}

/// False for a table whose first column can be neither the version nor the date of a log's rows.
fn begins_log(page: &Page, table: &Table) -> bool {
    let Some(header) = table.rows.first().filter(|row| row.cells.len() > 2) else {
        return false;
    };
    let first = page.inline(header.cells[0]).text.trim().as_bytes();
    ["ver", "rev", "date", "rel", "iss", "eff"].iter().any(|word| {
        let begins = first.get(..word.len());
        begins.is_some_and(|begins| begins.eq_ignore_ascii_case(word.as_bytes()))
    })
}

/// True if each row holds several keys beside their values: `| Id | 7 | Version | 1.0 |`.
fn is_pair_grid(page: &Page, table: &Table) -> bool {
    let mut known = 0;
    for row in &table.rows {
        if row.cells.len() < 4 || row.cells.len() % 2 != 0 {
            return false;
        }
        for cells in row.cells.chunks_exact(2) {
            let key = page.inline(cells[0]);
            let name = key.text.trim();
            if name.is_empty() {
                continue;
            }
            let is_field = field(&label(page, cells[0])).is_some();
            if !(is_field || name.ends_with([':', '：'])) || field(&label(page, cells[1])).is_some() {
                return false;
            }
            known += usize::from(is_field);
        }
    }
    known > 0
}

/// True if the first column only counts the rows.
fn is_numbered(page: &Page, table: &Table) -> bool {
    let Some((header, rows)) = table.rows.split_first() else {
        return false;
    };
    let name = header.cells.first().map(|cell| page.inline(*cell).text.trim());
    let counts = name.is_some_and(|name| {
        let name = name.trim_end_matches('.');
        [
            "", "#", "no", "nr", "№", "nº", "num", "number", "item", "item no", "s/n", "sl", "sr", "s no",
            "sno",
        ]
        .iter()
        .any(|word| name.eq_ignore_ascii_case(word))
    });
    counts
        && rows.iter().all(|row| {
            let first = row
                .cells
                .first()
                .map_or("", |cell| page.inline(*cell).text.trim());
            first.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        })
}

fn label(page: &Page, cell: Span) -> String {
    let text = joined(page.inline(cell).text);
    let from = ornament(&text);
    text[from..].trim_end_matches([':', '：']).trim().to_owned()
}

/// Two columns, a key and its value: by the header's words, or by the keys themselves.
fn is_key_value(page: &Page, table: &Table, open: bool) -> bool {
    if table.rows.is_empty() || table.rows.iter().any(|row| row.cells.len() != 2) {
        return false;
    }
    let header = label(page, table.rows[0].cells[0]);
    let header = folded_key(&header);
    let named = matches!(
        &*header,
        "field"
            | "key"
            | "property"
            | "attribute"
            | "item"
            | "name"
            | "parameter"
            | "setting"
            | "metadata"
            | ""
            | "element"
            | "info"
            | "information"
            | "category"
            | "aspect"
            | "detail"
    );
    let value = label(page, table.rows[0].cells[1]);
    let value = folded_key(&value);
    let valued = matches!(
        &*value,
        "value"
            | "values"
            | "detail"
            | "details"
            | "description"
            | "information"
            | "content"
            | "entry"
            | ""
            | "data"
    );
    let known = table
        .rows
        .iter()
        .filter(|row| field(&label(page, row.cells[0])).is_some())
        .count();
    (named && valued && (known > 0 || open))
        || (open && known * 2 >= table.rows.len() && known > 0)
        || (known >= 2 && known * 2 >= table.rows.len())
}

fn key_values(body: &mut Body<'_, '_, '_>, at: usize, table: &Table, open: bool) {
    let header = &table.rows[0];
    let page = body.page;
    // A header row that is itself a pair (`| Role | gatekeeper |`) counts as a row.
    let header_is_pair = field(&label(page, header.cells[0])).is_some() && {
        let value = label(page, header.cells[1]);
        let value = folded_key(&value);
        !matches!(&*value, "" | "value" | "values" | "details" | "description")
    };
    let from = usize::from(!header_is_pair);
    for row in &table.rows[from..] {
        pair(body, at, &row.cells, open);
    }
}

fn pair(body: &mut Body<'_, '_, '_>, at: usize, cells: &[Span], open: bool) {
    let name = label(body.page, cells[0]);
    let cell = body.page.inline(cells[1]);
    let value = joined(cell.text);
    let value_range = trimmed(cell.text, 0..cell.text.len());
    if name.is_empty() || value.is_empty() {
        return;
    }
    let known = body.builder.state(&Found {
        label: &name,
        value: &value,
        range: cell.source(&value_range),
        form: "table",
        rank: Rank::Text,
    });
    if matches!(known, Some(Field::Version | Field::Date)) {
        return;
    }
    let section = body.section_of(at);
    let parent = body.parent_item(at);
    let text = [&*name, ": ", &value].concat();
    let facet = if known.is_some() || open {
        body.builder
            .lexicon
            .title(&name)
            .and_then(|typing| typing.facet)
            .filter(|facet| known.is_none() && *facet != Facet::Prose)
            .unwrap_or(Facet::Metadata)
    } else {
        body.facet(section, &text)
    };
    let first = body.page.inline(cells[0]);
    let start = trimmed(first.text, 0..first.text.len());
    let range = first.source(&start).start..cell.source(&value_range).end;
    body.builder.item(NewItem {
        facet,
        key: Some(&name.to_lowercase()),
        text: &text,
        section,
        form: ItemForm::Scalar,
        parent,
        range,
    });
}

/// True if every header cell names a field and the one row below names none.
fn names_columns(page: &Page, table: &Table) -> bool {
    let [header, values] = &table.rows[..] else {
        return false;
    };
    let is_field = |cell: &Span| field(&label(page, *cell)).is_some();
    header.cells.len() > 1
        && header.cells.len() == values.cells.len()
        && header.cells.iter().all(is_field)
        && !values.cells.iter().any(is_field)
}

/// One row of values below their names: `| Status | Latest Revision |`.
fn is_header_fields(page: &Page, table: &Table, open: bool) -> bool {
    let [header, values] = &table.rows[..] else {
        return false;
    };
    let known = header
        .cells
        .iter()
        .filter(|cell| field(&label(page, **cell)).is_some())
        .count();
    let states = header
        .cells
        .iter()
        .any(|cell| field(&label(page, *cell)) == Some(Field::Version));
    // `| Document | Version |` tells of another document.
    let own = header
        .cells
        .first()
        .is_some_and(|cell| field(&label(page, *cell)).is_some());
    header.cells.len() == values.cells.len()
        && known > 0
        && (open || states && own)
        && known * 2 >= header.cells.len()
}

fn header_fields(body: &mut Body<'_, '_, '_>, at: usize, table: &Table) {
    let section = body.section_of(at);
    let parent = body.parent_item(at);
    let [header, values] = &table.rows[..] else {
        return;
    };
    for (name, cell) in header.cells.iter().zip(&values.cells) {
        let name = label(body.page, *name);
        let cell = body.page.inline(*cell);
        let value = joined(cell.text);
        if name.is_empty() || value.is_empty() {
            continue;
        }
        let value_range = trimmed(cell.text, 0..cell.text.len());
        let range = cell.source(&value_range);
        let known = body.builder.state(&Found {
            label: &name,
            value: &value,
            range: range.clone(),
            form: "table",
            rank: Rank::Text,
        });
        if matches!(known, Some(Field::Version | Field::Date)) {
            continue;
        }
        body.builder.item(NewItem {
            facet: Facet::Metadata,
            key: Some(&name.to_lowercase()),
            text: &[&*name, ": ", &value].concat(),
            section,
            form: ItemForm::Scalar,
            parent,
            range,
        });
    }
}

/// A row as one statement, its cells joined; without the first cell where that is only a number.
/// `told` is what the header says where the section says nothing.
fn statement(body: &mut Body<'_, '_, '_>, at: usize, row: &Row, numbered: bool, told: Option<Facet>) {
    let section = body.section_of(at);
    let parent = body.parent_item(at);
    let mut cells = Vec::new();
    let mut key = None;
    let mut range: Option<std::ops::Range<usize>> = None;
    for (index, cell) in row.cells.iter().skip(usize::from(numbered)).enumerate() {
        let cell = body.page.inline(*cell);
        let part = trimmed(cell.text, 0..cell.text.len());
        let start = part.start + ornament(&cell.text[part.clone()]);
        let part = if start < part.end { start..part.end } else { part };
        let text = joined(&cell.text[part.clone()]);
        if text.is_empty() {
            continue;
        }
        if index == 0 {
            key = first_key(cell, &part, &text);
        }
        let span = cell.source(&part);
        range = Some(match range {
            Some(known) => known.start..span.end,
            None => span,
        });
        cells.push(text);
    }
    let Some(range) = range else {
        return;
    };
    let text = cells.join(" | ");
    let facet = told.unwrap_or_else(|| body.facet(section, &text));
    body.builder.item(NewItem {
        facet,
        key: key.as_deref(),
        text: &text,
        section,
        form: ItemForm::TableRow,
        parent,
        range,
    });
}

/// The first cell names its row if it is an id, bold or code as a whole.
fn first_key(cell: Inline<'_>, part: &std::ops::Range<usize>, text: &str) -> Option<String> {
    if let Some(id) = lead::whole_id(text) {
        return Some(text[id].to_owned());
    }
    let marked = cell.strong_at(part.start).or_else(|| cell.code_at(part.start))?;
    (marked.end >= part.end).then(|| text.trim_end_matches(':').to_owned())
}

//! The edits that mend what the rules found about front matter, versions and change logs, one step at
//! a time: whoever applies a step reads the file again before asking for the next.

use crate::diff::Bump;
use crate::rules::Context;
use crate::rules::Finding;
use crate::rules::Severity;
use crate::rules::Suggestion;
use crate::rules::changelog_row_incomplete::Asked;
use crate::rules::changelog_silent_on_risk::untold;
use crate::rules::context::Moved;
use crate::rules::context::explicit;
use crate::rules::dates;
use crate::rules::dates::Reading;
use crate::rules::draft;
use crate::rules::draft::Draft;
use crate::rules::edit;
use crate::rules::edit::Edit;
use crate::rules::log::LogEdit;
use crate::rules::log::version_of;
use crate::rules::quote::quotes;
use crate::rules::step;
use crate::rules::words;
use crate::spec::ChangeLog;
use crate::spec::LogRow;
use crate::spec::Spec;
use crate::spec::Version;

/// The file that a step edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The spec itself.
    Spec,
    /// The file that holds its change log: the spec, or the separate one.
    Log,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// Which file.
    pub target: Target,
    /// What changes in it.
    pub edits: Vec<Edit>,
    /// What was done, for people: `version 1.4.0 → 2.0.0`.
    pub summary: String,
}

/// The next step that mends one of the findings; `None` where nothing is left that can be mended.
/// Notes (old or waived faults) are left alone.
pub fn next_mend(ctx: &Context<'_>, findings: &[Finding]) -> Option<Mend> {
    let open: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.severity != Severity::Note)
        .collect();
    front_matter(ctx, &open)
        .or_else(|| version(ctx, &open))
        .or_else(|| history(ctx, &open))
        .or_else(|| missing_row(ctx, &open))
        .or_else(|| faulty_row(ctx, &open))
        .filter(|mend| !mend.edits.is_empty())
}

fn has(open: &[&Finding], rule: &str) -> bool {
    open.iter().any(|finding| finding.rule == rule)
}

fn front_matter(ctx: &Context<'_>, open: &[&Finding]) -> Option<Mend> {
    let broken = open.iter().filter(|finding| finding.rule == "spec-unreadable");
    let mut lines = broken.filter_map(|finding| finding.line);
    let (line, edit) = lines.find_map(|line| Some((line, quotes(ctx, line)?)))?;
    Some(Mend {
        target: Target::Spec,
        edits: vec![edit],
        summary: format!("quotes around the value in line {line}"),
    })
}

/// The version that the spec should state, if it should state another one.
fn target_version(ctx: &Context<'_>, open: &[&Finding]) -> Option<Version> {
    let wrong = [
        "version-not-bumped",
        "version-bump-too-small",
        "version-bump-too-large",
        "version-decreased",
        "version-skipped",
        "version-unreadable",
        "version-removed",
    ]
    .iter()
    .any(|rule| has(open, rule));
    if has(open, "version-taken") {
        let tip = ctx.base_tip.and_then(Spec::version).and_then(Version::parse)?;
        return Some(step::next(&tip, ctx.needed(), ctx.today));
    }
    if !wrong {
        return has(open, "version-conflict").then(|| ctx.new_version()).flatten();
    }
    let old = ctx.old_version()?;
    let down = ctx.moved() == Moved::Down;
    if down
        && ctx
            .new_version()
            .is_some_and(|new| LogEdit::read(ctx).goes_back_to(&new))
    {
        return None;
    }
    if ctx.version.required_bump == Bump::None && ctx.moved() != Moved::Up {
        return Some(old);
    }
    let floor = ctx.floor_version()?;
    Some(step::next(&floor, ctx.needed(), ctx.today))
}

fn version(ctx: &Context<'_>, open: &[&Finding]) -> Option<Mend> {
    let target = target_version(ctx, open)?;
    let after = ctx.after?;
    let mut edits = if ctx.moved() == Moved::Removed {
        put_back(ctx, &target).into_iter().collect()
    } else {
        ctx.version_edits(&target)
    };
    if edits.is_empty() {
        return None;
    }
    let places = edits.len();
    if let Some(edit) = document_date(ctx)
        && edits
            .iter()
            .all(|other| other.range.end <= edit.range.start || other.range.start >= edit.range.end)
    {
        edits.push(edit);
    }
    let from = ctx
        .before
        .and_then(Spec::version)
        .or_else(|| explicit(after).next().map(|place| place.value.as_str()))
        .unwrap_or("none");
    Some(Mend {
        target: Target::Spec,
        edits,
        summary: match places {
            1 => format!("version {from} → {target}"),
            n => format!("version {from} → {target} in {n} places"),
        },
    })
}

/// Dates that say something else than when the text was last changed.
const OTHER_DATES: [&str; 9] = [
    "effective",
    "created",
    "approved",
    "ratified",
    "review",
    "since",
    "start",
    "valid",
    "expires",
];

/// The document's own date goes with the step, where nobody has touched it.
fn document_date(ctx: &Context<'_>) -> Option<Edit> {
    let (before, after) = ctx.both()?;
    let (old, new) = (before.date.as_ref()?, after.date.as_ref()?);
    let untouched = words::fold(&old.value) == words::fold(&new.value);
    let known = matches!(dates::read(&new.value), Reading::Day(day) if day < ctx.today);
    let in_place = ctx.after_bytes.get(new.bytes.clone()) == Some(new.value.as_bytes());
    let label = ctx
        .after_bytes
        .get(new.bytes.start.saturating_sub(30)..new.bytes.start)
        .map(|label| String::from_utf8_lossy(label).to_lowercase())
        .unwrap_or_default();
    let label = label
        .rsplit(['\n', '|', '.'])
        .find(|part| !part.trim().is_empty())
        .unwrap_or_default();
    let other = OTHER_DATES.iter().any(|word| label.contains(word));
    (untouched && known && in_place && !other).then(|| Edit {
        range: new.bytes.clone(),
        text: dates::write_like(&new.value, ctx.today),
    })
}

/// The line that stated the version at base, put back below the line that stood above it.
fn put_back(ctx: &Context<'_>, version: &Version) -> Option<Edit> {
    let before = ctx.before?;
    let place = explicit(before).next()?;
    let line = edit::line_range(ctx.before_bytes, place.line)?;
    let written = edit::apply(
        ctx.before_bytes.get(..line.end)?,
        &[Edit {
            range: place.bytes.clone(),
            text: version.as_written().to_owned(),
        }],
    );
    let written = String::from_utf8(written.get(line.start..)?.to_vec()).ok()?;
    let eol = edit::line_break(ctx.after_bytes);
    let above = (1..place.line).rev().find_map(|number| {
        let text = &ctx.before_bytes[edit::line_range(ctx.before_bytes, number)?];
        (!text.trim_ascii().is_empty()).then_some(text)
    });
    let found = above.and_then(|above| {
        (1..)
            .map_while(|number| edit::line_range(ctx.after_bytes, number))
            .find(|range| ctx.after_bytes[range.clone()].trim_ascii() == above.trim_ascii())
    });
    // In front matter and bars the lines stand together, elsewhere a paragraph of its own is safe.
    let close = place.form == "front-matter" || place.form == "metadata";
    Some(match found {
        Some(range) => Edit {
            range: range.end..range.end,
            text: if close {
                format!("{eol}{written}")
            } else {
                format!("{eol}{eol}{written}")
            },
        },
        None => Edit {
            range: 0..0,
            text: format!("{written}{eol}{eol}"),
        },
    })
}

fn missing_row(ctx: &Context<'_>, open: &[&Finding]) -> Option<Mend> {
    if !has(open, "changelog-row-missing") {
        return None;
    }
    let version = ctx.new_version()?;
    Some(Mend {
        target: Target::Log,
        edits: draft::insertion(ctx, &version).into_iter().collect(),
        summary: format!("a change-log row for {version}"),
    })
}

/// A new row with a fault is written again, with what was right in it, at the right end.
fn faulty_row(ctx: &Context<'_>, open: &[&Finding]) -> Option<Mend> {
    const FAULTS: [&str; 5] = [
        "changelog-row-mismatch",
        "changelog-row-incomplete",
        "changelog-date-invalid",
        "changelog-out-of-order",
        "changelog-silent-on-risk",
    ];
    let log = LogEdit::read(ctx);
    let finding = open
        .iter()
        .find(|finding| FAULTS.contains(&finding.rule.as_str()) && finding.path == *log.logs.path)?;
    let (at, row) = log
        .new_rows()
        .find(|(_, row)| Some(row.lines.first) == finding.line)?;
    let again = Again::of(ctx, &log, at, row, finding.rule == "changelog-row-mismatch")?;
    let bytes = log.logs.after_bytes;
    let inserted = draft::insert(&again.others, log.logs.before, bytes, &again.draft(ctx))?;
    Some(Mend {
        target: Target::Log,
        edits: vec![
            Edit {
                range: draft::whole_row(log.logs.after?, row, bytes),
                text: String::new(),
            },
            inserted,
        ],
        summary: format!("the change-log row for {}, mended", again.version),
    })
}

/// A faulty row, to be written again with what is right in it.
struct Again<'a> {
    version: Version,
    date: Option<&'a str>,
    author: &'a str,
    said: Vec<String>,
    /// The log without the row.
    others: ChangeLog,
}

impl<'a> Again<'a> {
    fn of(
        ctx: &Context<'a>,
        log: &LogEdit<'a>,
        at: usize,
        row: &'a LogRow,
        wrong_version: bool,
    ) -> Option<Self> {
        let missing = Asked::by(log).missing(row);
        let date_wrong = super::changelog_date_invalid::fault(row, log.newest_before(), ctx.today).is_some();
        let mut others = log.logs.after?.clone();
        others.rows.remove(at);
        Some(Self {
            version: match version_of(row) {
                Some(own) if !wrong_version => own,
                Some(_) | None => ctx.new_version()?,
            },
            date: row
                .date
                .as_deref()
                .filter(|_| !date_wrong && !missing.contains(&"date")),
            author: row
                .author
                .as_deref()
                .filter(|_| !missing.contains(&"author"))
                .unwrap_or_else(|| draft::author(ctx)),
            said: words_of(ctx, row),
            others,
        })
    }

    fn draft(&self, ctx: &Context<'_>) -> Draft<'_> {
        Draft {
            version: &self.version,
            today: ctx.today,
            date: self.date,
            author: self.author,
            phrases: &self.said,
        }
    }
}

/// A faulty row in one line, written again where it stands.
pub(super) fn suggest_row(ctx: &Context<'_>, log: &LogEdit<'_>, at: usize) -> Option<Suggestion> {
    let row = log.head_row(at).filter(|row| row.lines.first == row.lines.last)?;
    let again = Again::of(ctx, log, at, row, false)?;
    let bytes = log.logs.after_bytes;
    let written = draft::line_like(&again.others, bytes, &again.draft(ctx))?;
    let line = edit::line_range(bytes, row.lines.first)?;
    let indent = std::str::from_utf8(bytes.get(line.start..row.bytes.start)?).ok()?;
    (!written.contains('\n')).then(|| Suggestion {
        line: row.lines.first,
        replacement: format!("{indent}{written}"),
    })
}

/// What a row says, or should say: its own words, and drafts for what they leave untold.
fn words_of(ctx: &Context<'_>, row: &LogRow) -> Vec<String> {
    if words::is_placeholder(&row.text) {
        return draft::phrases(ctx.changes);
    }
    let mut said = vec![row.text.trim().trim_end_matches('.').to_owned()];
    let untold: Vec<_> = untold(ctx.changes, &row.text).into_iter().cloned().collect();
    if !untold.is_empty() {
        said.extend(draft::phrases(&untold));
    }
    said
}

/// Old rows as they were.
fn history(ctx: &Context<'_>, open: &[&Finding]) -> Option<Mend> {
    if !has(open, "changelog-history-rewritten") {
        return None;
    }
    let log = LogEdit::read(ctx);
    let head = log.logs.after?;
    let bytes = log.logs.after_bytes;
    let eol = edit::line_break(bytes);
    let native = |text: String| text.replace("\r\n", "\n").replace('\n', eol);
    for &(was, is) in &log.edited {
        let (Some(old), Some(row)) = (log.base_row(was), log.head_row(is)) else {
            continue;
        };
        if !super::changelog_history_rewritten::completes(old, row)
            && let Some(text) = log.original(was)
        {
            let name = old.version.as_deref().unwrap_or("the log");
            return Some(Mend {
                target: Target::Log,
                edits: vec![Edit {
                    range: row.bytes.clone(),
                    text: native(text),
                }],
                summary: format!("the old change-log row of {name} as it was"),
            });
        }
    }
    let &gone = log.gone.first()?;
    let text = native(log.original(gone)?);
    let known = |at: usize| {
        let pairs = log.kept.iter().chain(&log.edited);
        pairs
            .clone()
            .find(|(base, _)| *base == at)
            .and_then(|&(_, head)| log.head_row(head))
    };
    let above = gone.checked_sub(1).and_then(known);
    let below = known(gone + 1);
    Some(Mend {
        target: Target::Log,
        edits: vec![draft::put_beside(head, above, below, bytes, &text)],
        summary: "an old change-log row that was gone".to_owned(),
    })
}

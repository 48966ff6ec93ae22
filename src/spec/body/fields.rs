//! `Key: value` lines: fields of the document, or statements with a name.

use std::borrow::Cow;
use std::ops::Range;

use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::Version;
use crate::spec::binding;
use crate::spec::body::Body;
use crate::spec::body::is_typed;
use crate::spec::body::line_ranges;
use crate::spec::builder::Found;
use crate::spec::builder::NewItem;
use crate::spec::builder::Rank;
use crate::spec::dates::leading_date;
use crate::spec::inline::Inline;
use crate::spec::inline::joined;
use crate::spec::inline::trimmed;
use crate::spec::lead;
use crate::spec::lead::Pair;
use crate::spec::vocabulary::Field;
use crate::spec::vocabulary::field;

impl Body<'_, '_, '_> {
    /// True where `key: value` lines are the document's own: above the first section, or below a
    /// heading that says so.
    pub(super) fn fields_open(&self) -> bool {
        self.quote == 0
            && (self.preamble || self.builder.spec.sections[self.current()].facet == Facet::Metadata)
    }

    /// Takes over the lines of an entry or paragraph if every one is a field.
    pub(super) fn field_lines(&mut self, inline: Inline<'_>, known_only: bool) -> bool {
        let lines = line_ranges(inline.text);
        let mut found = Vec::new();
        for line in lines.iter().filter(|line| !line.is_empty()) {
            let mut pairs = lead::bold_pairs(inline, line);
            if pairs.is_empty() {
                pairs.extend(lead::plain_pair(inline.text, line));
            }
            let known = !pairs.is_empty()
                && pairs.iter().all(|pair| {
                    !pair.value.is_empty()
                        && (!known_only || field(&inline.text[pair.label.clone()]).is_some())
                });
            if !known {
                return false;
            }
            found.push(pairs);
        }
        for pairs in &found {
            self.fields(inline, pairs, "bold", false);
        }
        !found.is_empty()
    }

    /// Takes over pairs: fields of the document, or statements with a name. `own` where all that
    /// stands around them are fields of the document as well.
    pub(super) fn fields(&mut self, inline: Inline<'_>, pairs: &[Pair], form: &'static str, own: bool) {
        for pair in pairs {
            let label = joined(&inline.text[pair.label.clone()]);
            let value = joined(&inline.text[pair.value.clone()]);
            if label.is_empty() {
                continue;
            }
            let known = field(&label);
            let form = if self.quote != 0 { "quote" } else { form };
            let rank = if self.quote != 0 { Rank::Aside } else { Rank::Text };
            if value.is_empty() {
                continue;
            }
            let reads = self.states(known, &value, own || pairs.len() > 1);
            if reads {
                self.builder.state(&Found {
                    label: &label,
                    value: &value,
                    range: inline.source(&pair.value),
                    form,
                    rank,
                });
            }
            if matches!(known, Some(Field::Version | Field::Date)) && (reads || known == Some(Field::Date)) {
                continue;
            }
            self.scalar(inline, pair, &label, &value, known, own);
        }
    }

    /// Whether a pair speaks of the document itself.
    fn states(&self, known: Option<Field>, value: &str, among_others: bool) -> bool {
        match known {
            None => false,
            Some(_) if self.preamble || self.fields_open() => true,
            // A foot line may tell the version far below.
            Some(Field::Version) => Version::parse(value).is_some(),
            Some(_) => among_others,
        }
    }

    fn scalar(
        &mut self,
        inline: Inline<'_>,
        pair: &Pair,
        label: &str,
        value: &str,
        known: Option<Field>,
        own: bool,
    ) {
        let section = self.current();
        // What the title of the whole document says is nothing against its fields.
        let held = match section {
            0 => Facet::Prose,
            _ => self.builder.spec.sections[section].facet,
        };
        let text = [label, ": ", value].concat();
        let typing = self
            .builder
            .lexicon
            .title(label)
            .and_then(|typing| typing.facet)
            .filter(|facet| !matches!(facet, Facet::Prose | Facet::Metadata));
        // A word alone (`Priority: MUST`) binds nobody.
        let rule = binding::rule(value).filter(|_| value.contains(char::is_whitespace));
        let facet = if known.is_some() && (own || !is_typed(held)) {
            Facet::Metadata
        } else if let Some(facet) = typing {
            facet
        } else if is_typed(held) {
            held
        } else if self.fields_open() {
            rule.unwrap_or(Facet::Metadata)
        } else {
            rule.unwrap_or(held)
        };
        self.builder.item(NewItem {
            facet,
            key: Some(&label.to_lowercase()),
            text: &text,
            section,
            form: ItemForm::Scalar,
            parent: None,
            range: inline.source(&(pair.label.start..pair.value.end)),
        });
    }

    /// `Owner: x` and `Version 0.5.0` lines above the first section.
    pub(super) fn plain_field(&mut self, inline: Inline<'_>, line: &Range<usize>) -> bool {
        if !(self.fields_open() || self.quote != 0 && self.preamble) {
            return false;
        }
        let text = inline.text;
        let (form, rank) = if self.quote != 0 {
            ("quote", Rank::Aside)
        } else {
            ("line", Rank::Text)
        };
        let segments = segments(text, line);
        if segments.len() > 1 && segments.iter().any(|segment| states_version(text, segment)) {
            let told = segments
                .iter()
                .filter(|segment| self.plain_field(inline, segment) || self.date_alone(inline, segment));
            return told.count() == segments.len();
        }
        if let Some(range) = bare_version(text, line) {
            let value = text[range.clone()].to_owned();
            self.builder.version(&Found {
                label: "version",
                value: &value,
                range: inline.source(&range),
                form,
                rank,
            });
            return true;
        }
        if let Some(range) = bare_date(text, line) {
            self.builder.state(&Found {
                label: "date",
                value: &text[range.clone()],
                range: inline.source(&range),
                form,
                rank,
            });
            return true;
        }
        let Some(pair) = lead::plain_pair(text, line) else {
            return false;
        };
        let label = joined(&text[pair.label.clone()]);
        let value = joined(&text[pair.value.clone()]);
        let Some(known) = field(&label).filter(|_| !value.is_empty()) else {
            return false;
        };
        self.builder.state(&Found {
            label: &label,
            value: &value,
            range: inline.source(&pair.value),
            form,
            rank,
        });
        if !matches!(known, Field::Version | Field::Date) {
            self.scalar(inline, &pair, &label, &value, Some(known), false);
        }
        true
    }

    /// The date beside a version: `Version 4 – 3 March 2026`.
    fn date_alone(&mut self, inline: Inline<'_>, segment: &Range<usize>) -> bool {
        let value = &inline.text[segment.clone()];
        let whole = leading_date(value) == Some(value.len());
        if whole {
            self.builder.state(&Found {
                label: "date",
                value,
                range: inline.source(segment),
                form: "line",
                rank: Rank::Text,
            });
        }
        whole
    }

    /// `Version: 3.4.1` in a block of code above the first section.
    pub(super) fn preamble_code(&mut self, text: &str, start: usize) -> bool {
        let line = 0..text.len();
        let (label, range) = match (bare_version(text, &line), lead::plain_pair(text, &line)) {
            (Some(range), _) => (Cow::Borrowed("version"), range),
            (None, Some(pair)) => (joined(&text[pair.label]), pair.value),
            (None, None) => return false,
        };
        let value = joined(&text[range.clone()]);
        let unquoted = value.trim_matches(['"', '\'']);
        if unquoted.is_empty() {
            return false;
        }
        let quote = usize::from(unquoted.len() < value.len());
        let range = start + range.start + quote..start + range.start + quote + unquoted.len();
        let known = self.builder.state(&Found {
            label: &label,
            value: unquoted,
            range,
            form: "preamble",
            rank: Rank::Aside,
        });
        matches!(known, Some(Field::Version | Field::Date))
    }
}

/// The parts of a line that bars, dots or dashes divide: `Version 2.1 | Owner: Jo`,
/// `Approved on 1 May 2026. Revision 7.`
fn segments(text: &str, line: &Range<usize>) -> Vec<Range<usize>> {
    let part = &text[line.clone()];
    let mut out = Vec::new();
    let mut start = 0;
    for (at, c) in part.char_indices() {
        let after = at + c.len_utf8();
        let spaced = part[after..].starts_with(' ');
        let divides = match c {
            '|' | '·' | '•' => true,
            ';' => spaced,
            '—' | '–' => spaced && part[..at].ends_with(' '),
            '.' => spaced || after == part.len(),
            _ => false,
        };
        if divides {
            out.push(trimmed(text, line.start + start..line.start + at));
            start = after;
        }
    }
    out.push(trimmed(text, line.start + start..line.end));
    out.retain(|segment| !segment.is_empty());
    out
}

fn states_version(text: &str, segment: &Range<usize>) -> bool {
    let named = |pair: Pair| {
        field(&text[pair.label.clone()]) == Some(Field::Version)
            && Version::parse(&text[pair.value]).is_some()
    };
    bare_version(text, segment).is_some() || lead::plain_pair(text, segment).is_some_and(named)
}

/// The date of a part that says nothing else: `Last updated 2026-05-01`, `Approved by the board on 1
/// May 2026`.
fn bare_date(text: &str, part: &Range<usize>) -> Option<Range<usize>> {
    let words = &text[part.clone()];
    let first = words.split(' ').next().unwrap_or_default().to_ascii_lowercase();
    let told = matches!(
        first.as_str(),
        "last"
            | "updated"
            | "revised"
            | "reviewed"
            | "approved"
            | "adopted"
            | "effective"
            | "dated"
            | "issued"
            | "published"
    );
    let at = words.find(|c: char| c.is_ascii_digit()).filter(|_| told)?;
    // A month may stand before its day.
    let starts = [words[..at].trim_end().rfind(' ').map(|blank| blank + 1), Some(at)];
    starts.into_iter().flatten().find_map(|start| {
        let end = start + leading_date(&words[start..])?;
        words[end..]
            .trim()
            .is_empty()
            .then(|| part.start + start..part.start + end)
    })
}

/// The version of a line that says nothing else: `Version 0.5.0`, `v1.2`.
fn bare_version(text: &str, line: &Range<usize>) -> Option<Range<usize>> {
    let part = &text[line.clone()];
    let short = part
        .strip_prefix(['v', 'V'])
        .is_some_and(|rest| rest.contains('.') && !rest.contains(' '));
    if short && part[1..].starts_with(|c: char| c.is_ascii_digit()) && Version::parse(part).is_some() {
        return Some(line.clone());
    }
    let rest = ["version ", "document version ", "revision ", "rev. ", "ver. "]
        .iter()
        .find(|word| {
            part.len() > word.len()
                && part.is_char_boundary(word.len())
                && part[..word.len()].eq_ignore_ascii_case(word)
        })
        .map(|word| &part[word.len()..])?;
    let value = rest.trim();
    let digit = value
        .trim_start_matches(['v', 'V', 'r'])
        .starts_with(|c: char| c.is_ascii_digit());
    (digit && !value.contains(' ') && Version::parse(value).is_some())
        .then(|| line.end - rest.trim_start().len()..line.end - (rest.len() - rest.trim_end().len()))
}

//! Puts what the readers find into a [`Spec`], and turns offsets into lines and on-disk bytes.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use sha2::Digest as _;
use sha2::Sha256;

use crate::ids::SpecPath;
use crate::spec::Facet;
use crate::spec::Item;
use crate::spec::ItemForm;
use crate::spec::Lines;
use crate::spec::Problem;
use crate::spec::ProblemKind;
use crate::spec::Section;
use crate::spec::Spec;
use crate::spec::Stated;
use crate::spec::Text;
use crate::spec::Version;
use crate::spec::VersionPlace;
use crate::spec::Voice;
use crate::spec::Weight;
use crate::spec::source::Source;
use crate::spec::vocabulary::Field;
use crate::spec::vocabulary::Lexicon;
use crate::spec::vocabulary::Typing;
use crate::spec::vocabulary::field;
use crate::spec::vocabulary::tells_birth;

/// More statements than this are not read.
pub(super) const MAX_ITEMS: usize = 400_000;

/// A longer title, in bytes, is kept in short.
const LONGEST_TITLE: usize = 400;

/// Room for the sections of most documents.
const SECTIONS: usize = 31;

/// More places that state the version are not told.
const MAX_PLACES: usize = 100;

/// Which places outrank which; the smallest wins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Front matter's own key.
    FrontMatter,
    /// A key below `metadata:`.
    Nested,
    /// A line, bar or table of the text.
    Text,
    /// A quoted line, a fenced preamble, a badge.
    Aside,
}

/// A section to be made.
pub(super) struct NewSection<'t> {
    pub(super) title: &'t str,
    /// The title folded for comparing.
    pub(super) folded: &'t str,
    pub(super) parent: usize,
    pub(super) typing: Option<Typing>,
    pub(super) key: bool,
    pub(super) voice: Voice,
    pub(super) range: Range<usize>,
}

/// An item to be made.
pub(super) struct NewItem<'t> {
    pub(super) facet: Facet,
    pub(super) key: Option<&'t str>,
    pub(super) text: &'t str,
    pub(super) section: usize,
    pub(super) form: ItemForm,
    pub(super) parent: Option<usize>,
    pub(super) range: Range<usize>,
}

/// A `key: value` as it was found.
pub(super) struct Found<'a> {
    pub(super) label: &'a str,
    pub(super) value: &'a str,
    pub(super) range: Range<usize>,
    pub(super) form: &'static str,
    pub(super) rank: Rank,
}

/// A title that is repeated for each of its statements, at a bounded cost: of a longer one than anybody
/// writes, its beginning and a hash of the whole.
fn shortened(title: &str) -> Cow<'_, str> {
    if title.len() <= LONGEST_TITLE {
        return Cow::Borrowed(title);
    }
    let kept: String = title.chars().take(LONGEST_TITLE / 4).collect();
    let hash = hex::encode(Sha256::digest(title));
    Cow::Owned(format!("{kept}… ({})", &hash[..16]))
}

/// A [`Spec`] in the making.
pub(super) struct Builder<'s> {
    pub(super) source: &'s Source<'s>,
    pub(super) lexicon: Lexicon,
    pub(super) spec: Spec,
    /// Titles, keys and statements, one after the other.
    texts: String,
    ranks: Vec<Rank>,
    name: Option<Stated>,
    id: Option<Stated>,
    heading: Option<Stated>,
    /// When the document was made, which is its date where nothing later is told.
    born: Option<Stated>,
    full: bool,
    /// The sections whose titles name powers and limits at once, in ascending order.
    mixed: Vec<usize>,
}

impl<'s> Builder<'s> {
    /// Starts with nothing but the problems met so far.
    pub(super) fn new(path: &str, source: &'s Source<'s>, lexicon: Lexicon, problems: Vec<Problem>) -> Self {
        let mut spec = Spec::empty(path);
        spec.path = SpecPath::new(path);
        spec.sections.reserve(SECTIONS);
        spec.problems = problems;
        Self {
            source,
            lexicon,
            spec,
            texts: String::with_capacity(source.text.len()),
            ranks: Vec::new(),
            name: None,
            id: None,
            heading: None,
            born: None,
            full: false,
            mixed: Vec::new(),
        }
    }

    /// Whether a section holds powers and limits, so that the words of a statement tell first.
    pub(super) fn is_mixed(&self, section: usize) -> bool {
        self.mixed.binary_search(&section).is_ok()
    }

    /// Adds a section below its parent; what its title does not say it inherits.
    pub(super) fn section(&mut self, new: NewSection<'_>) -> usize {
        let title = self.text(&shortened(new.title));
        let folded = self.text(&shortened(new.folded));
        let parent = &self.spec.sections[new.parent];
        let own = new.typing.and_then(|typing| typing.facet);
        // Words like `description` or `examples` say nothing against a section that is typed already.
        let own = own.filter(|facet| {
            !matches!(facet, Facet::Metadata | Facet::Prose)
                || matches!(parent.facet, Facet::Metadata | Facet::Prose)
                || new.parent == 0
        });
        // What is not asked of somebody is no duty.
        let released = parent.facet == Facet::Duty
            && matches!(new.folded, "not required" | "not needed" | "not expected");
        let own = if released { Some(Facet::Prose) } else { own };
        let weight = new.typing.and_then(|typing| typing.weight);
        let section = Section {
            title,
            folded,
            parent: Some(new.parent),
            facet: own.unwrap_or(parent.facet),
            typed: own.is_some_and(|facet| facet != Facet::Prose),
            weight: weight.unwrap_or(if own.is_some() && own != Some(parent.facet) {
                Weight::Plain
            } else {
                parent.weight
            }),
            trigger: match own {
                Some(_) => new.typing.is_some_and(|typing| typing.trigger),
                None => parent.trigger,
            },
            key: new.key,
            voice: new.voice,
            lines: self.source.lines(&new.range),
        };
        let index = self.spec.sections.len();
        let mixed = match own {
            Some(_) => new.typing.is_some_and(|typing| typing.mixed),
            None => self.is_mixed(new.parent),
        };
        self.spec.sections.push(section);
        if mixed {
            self.mixed.push(index);
        }
        index
    }

    /// Adds an item, unless it is empty or there are too many.
    pub(super) fn item(&mut self, new: NewItem<'_>) -> Option<usize> {
        if new.text.is_empty() {
            return None;
        }
        if self.spec.items.len() >= MAX_ITEMS {
            if !self.full {
                self.full = true;
                let line = self.source.line(new.range.start);
                self.problem(
                    ProblemKind::TooLarge,
                    line,
                    format!("more than {MAX_ITEMS} statements; those from line {line} on were not read"),
                );
            }
            return None;
        }
        let lines = self.source.lines(&new.range);
        let bytes = self.source.disk(&new.range);
        let key = new.key.map(|key| self.text(key));
        let text = self.text(new.text);
        self.spec.items.push(Item {
            facet: new.facet,
            key,
            text,
            section: new.section,
            form: new.form,
            parent: new.parent,
            lines,
            bytes,
        });
        Some(self.spec.items.len() - 1)
    }

    fn text(&mut self, text: &str) -> Text {
        let start = self.texts.len();
        self.texts.push_str(text);
        Text::part(start..self.texts.len())
    }

    /// The folded title of a section, while the document is being read.
    pub(super) fn folded(&self, section: usize) -> &str {
        &self.texts[self.spec.sections[section].folded.range()]
    }

    /// Notes a problem.
    pub(super) fn problem(&mut self, kind: ProblemKind, line: usize, message: String) {
        self.spec.problems.push(Problem { kind, line, message });
    }

    /// A value with its place.
    pub(super) fn stated(&self, value: &str, range: &Range<usize>) -> Stated {
        Stated {
            value: value.to_owned(),
            line: self.source.line(range.start),
            bytes: self.source.disk(range),
        }
    }

    /// Takes over a `key: value`. Returns which field it is, if it is one.
    pub(super) fn state(&mut self, found: &Found<'_>) -> Option<Field> {
        let field = field(found.label)?;
        if field == Field::Version {
            self.version(found);
            return Some(field);
        }
        if found.value.is_empty() {
            return Some(field);
        }
        let stated = self.stated(found.value, &found.range);
        let slot = match field {
            Field::Date if tells_birth(found.label) => &mut self.born,
            Field::Date => &mut self.spec.date,
            Field::Owner => &mut self.spec.owner,
            Field::Status => &mut self.spec.status,
            Field::RoleId if super::vocabulary::folded_key(found.label) == "id" => &mut self.id,
            Field::RoleId => &mut self.spec.role_id,
            Field::RoleCode => &mut self.spec.role_code,
            Field::Title => &mut self.spec.title,
            Field::Name => &mut self.name,
            Field::Plain | Field::Version => return Some(field),
        };
        slot.get_or_insert(stated);
        Some(field)
    }

    /// Takes over a place that states the version; `r2, 2022-12-09` states the date as well.
    pub(super) fn version(&mut self, found: &Found<'_>) {
        let value = found.value.trim();
        if value.is_empty() {
            return;
        }
        if self.spec.date.is_none()
            && let Some((_, date)) = value.split_once(", ")
            && super::dates::leading_date(date).is_some()
        {
            let at = found.range.end - date.len().min(found.range.len());
            self.spec.date = Some(self.stated(date, &(at..found.range.end)));
        }
        let place = VersionPlace {
            value: value.to_owned(),
            form: found.form,
            line: self.source.line(found.range.start),
            bytes: self.source.disk(&found.range),
        };
        if self.spec.versions.len() >= MAX_PLACES {
            return;
        }
        if self.spec.versions.iter().any(|known| known.bytes == place.bytes) {
            return;
        }
        // Stable by rank, so that the first of the best rank wins.
        let at = self.ranks.partition_point(|rank| *rank <= found.rank);
        self.ranks.insert(at, found.rank);
        self.spec.versions.insert(at, place);
    }

    /// The first heading, which is the title where no field says it.
    pub(super) fn heading(&mut self, value: &str, range: &Range<usize>) {
        if self.heading.is_none() {
            self.heading = Some(self.stated(value, range));
        }
    }

    /// The title, as far as the document has been read.
    pub(super) fn title(&self) -> Option<&str> {
        let title = self.spec.title.as_ref().or(self.heading.as_ref());
        title.map(|title| title.value.as_str())
    }

    /// The finished spec.
    pub(super) fn finish(mut self) -> Spec {
        if self.spec.role_id.is_none() {
            self.spec.role_id = self.id.take().or(self.name.take());
        }
        if self.spec.date.is_none() {
            self.spec.date = self.born.take();
        }
        if let Some(heading) = self.heading.take() {
            self.spec.title.get_or_insert(heading);
        }
        if self.spec.versions.is_empty()
            && let Some(log) = &self.spec.changelog
            && let Some(row) = log.newest()
            && let Some(value) = row.version.clone().filter(|v| Version::parse(v).is_some())
        {
            let text = &self.source.text;
            let disk = row.bytes.clone();
            // Rows keep on-disk offsets; the place is searched in the row's own lines.
            let start = text
                .match_indices(value.as_str())
                .map(|(at, _)| at)
                .find(|at| self.source.disk(&(*at..*at)).start >= disk.start);
            if let Some(at) = start {
                let range = at..at + value.len();
                self.spec.versions.push(VersionPlace {
                    line: self.source.line(at),
                    bytes: self.source.disk(&range),
                    value,
                    form: "changelog",
                });
            }
        }
        self.spec
            .problems
            .sort_by_key(|problem| (problem.line, problem.kind));
        self.spec.problems.dedup();
        self.settle();
        self.spec.items.shrink_to_fit();
        self.spec.sections.shrink_to_fit();
        self.spec
    }

    /// Gives all texts the buffer that they are parts of.
    fn settle(&mut self) {
        self.texts.shrink_to_fit();
        let buffer = Arc::new(std::mem::take(&mut self.texts));
        for section in &mut self.spec.sections {
            section.title.settle(&buffer);
            section.folded.settle(&buffer);
        }
        for item in &mut self.spec.items {
            item.text.settle(&buffer);
            if let Some(key) = &mut item.key {
                key.settle(&buffer);
            }
        }
    }

    /// The lines of a range.
    pub(super) fn lines(&self, range: &Range<usize>) -> Lines {
        self.source.lines(range)
    }
}

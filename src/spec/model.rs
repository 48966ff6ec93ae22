//! What a spec says: plain data, no behaviour beyond small questions about itself.

use std::collections::BTreeMap;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ids::SpecPath;
use crate::spec::Text;

/// Lines of a file, 1-based and inclusive at both ends. Serialised as `[first, last]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "[usize; 2]", into = "[usize; 2]")]
#[schemars(with = "[usize; 2]")]
pub struct Lines {
    /// The first line.
    pub first: usize,
    /// The last line; never before `first`.
    pub last: usize,
}

impl Lines {
    /// One line.
    pub fn one(line: usize) -> Self {
        Self {
            first: line,
            last: line,
        }
    }
}

impl From<[usize; 2]> for Lines {
    fn from([first, last]: [usize; 2]) -> Self {
        Self { first, last }
    }
}

impl From<Lines> for [usize; 2] {
    fn from(lines: Lines) -> Self {
        [lines.first, lines.last]
    }
}

/// What kind of statement an item is; it decides what an edit to it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Facet {
    /// What the role must do.
    Duty,
    /// What it must not do, or must ask for.
    Limit,
    /// What it may do on its own.
    Grant,
    /// What is asked of the holder.
    Demand,
    /// What success is.
    Outcome,
    /// Identity, owner, status, date, tags, description.
    Metadata,
    /// The rest.
    Prose,
}

/// Which voice of the document a statement stands in. Front matter, body and agent profile may
/// say the same thing; then one edit to all of them is one change with echoes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Voice {
    /// YAML between `---` lines at the top.
    FrontMatter,
    /// The Markdown text.
    Body,
    /// A blockquote that addresses the agent (a system prompt).
    Profile,
}

/// How heavy a statement is by the section it stands in, heavier first. Moving to a lighter one
/// relaxes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Weight {
    /// "Nice to have", "Optional", "Preferred".
    Optional,
    /// No word about it.
    #[default]
    Plain,
    /// "Must have", "Required".
    Required,
}

/// One section: a heading, a bold line that serves as one, a front-matter key with entries, or a
/// list item with children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The title as people read it: without numbering, emphasis, emoji or a closing colon.
    /// Empty for the root; of more than 400 bytes, the beginning and a hash of the whole.
    pub title: Text,
    /// Case-folded title for comparing.
    pub folded: Text,
    /// Index of the enclosing section in [`Spec::sections`]; `None` only for the root, which is
    /// index 0. Always smaller than the section's own index.
    pub parent: Option<usize>,
    /// What the title or key says about the statements below it; inherited where it says nothing.
    pub facet: Facet,
    /// True where this section's own title or key decided `facet`, false where inherited or default.
    pub typed: bool,
    /// How heavy the statements below are.
    pub weight: Weight,
    /// True where an entry describes a situation in which somebody must be asked ("Escalation",
    /// "Approval required"): naming fewer situations is looser.
    pub trigger: bool,
    /// True where a front-matter key alone makes the section (then `title` is the key).
    pub key: bool,
    /// Which voice it belongs to.
    pub voice: Voice,
    /// The heading's own lines.
    pub lines: Lines,
}

/// How an item is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemForm {
    /// An entry of a Markdown list.
    ListEntry,
    /// A row of a table (GFM or HTML), cells joined with ` | `.
    TableRow,
    /// A front-matter `key: value`, or a `**Key:** value` line or key-value table row.
    Scalar,
    /// An entry of a front-matter list or comma string.
    SetEntry,
    /// A sentence of a paragraph.
    Sentence,
    /// A sub-heading that is itself a statement (`### 1. Platform Architecture`).
    Heading,
    /// A line of a fenced block.
    Code,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What kind of statement it is.
    pub facet: Facet,
    /// A name that holds the item together across edits: an explicit id (`REQ-003`), a bold or
    /// code lead, a YAML key path joined with `.`.
    pub key: Option<Text>,
    /// The statement without marker, numbering, emphasis or wrapping; a lead stays part of it
    /// (`Lead: text`). For [`ItemForm::Scalar`] it is `key: value`.
    pub text: Text,
    /// Index into [`Spec::sections`].
    pub section: usize,
    /// How it is written.
    pub form: ItemForm,
    /// Index of the item this one is nested under, if any.
    pub parent: Option<usize>,
    /// Where it stands.
    pub lines: Lines,
    /// Byte range of the statement in the file as it is on disk, from the first byte of its text to
    /// the last, markers excluded.
    pub bytes: Range<usize>,
}

/// One place that states the version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionPlace {
    /// The version as it is written there, without quotes (`v1.0`, `r2`, `2.6`).
    pub value: String,
    /// One word for how it is written: `front-matter`, `metadata`, `line`, `bold`, `bar`, `table`,
    /// `badge`, `preamble`, `quote`, `changelog` …
    pub form: &'static str,
    /// The line it stands in, 1-based.
    pub line: usize,
    /// Byte range of `value` in the file as it is on disk.
    pub bytes: Range<usize>,
}

/// How a change log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogShape {
    /// A table with a header row.
    Table,
    /// A list with one entry per version or date.
    List,
    /// A sub-heading per version.
    Headings,
    /// A YAML list in front matter.
    FrontMatter,
    /// Sentences.
    Prose,
}

/// Which end new rows join.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogOrder {
    /// The first row is the newest.
    NewestFirst,
    /// The last row is the newest.
    NewestLast,
}

/// What a column of a change-log table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogColumn {
    /// The version or revision.
    Version,
    /// The date.
    Date,
    /// Who made the change.
    Author,
    /// What changed.
    Text,
    /// Anything else.
    Other,
}

/// One entry of a change log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// The version as written, without code marks or brackets.
    pub version: Option<String>,
    /// The date as written.
    pub date: Option<String>,
    /// The author as written.
    pub author: Option<String>,
    /// What it says, without markers and emphasis, wraps joined.
    pub text: String,
    /// Where it stands.
    pub lines: Lines,
    /// Byte range of the whole entry in the file, from its first marker to the end of its last line
    /// (line break excluded).
    pub bytes: Range<usize>,
}

/// A spec's change log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeLog {
    /// How it is written.
    pub shape: LogShape,
    /// Which end new rows join; `None` with fewer than two rows that could tell.
    pub order: Option<LogOrder>,
    /// The entries in document order.
    pub rows: Vec<LogRow>,
    /// The columns of a table, in order; empty for other shapes.
    pub columns: Vec<LogColumn>,
    /// The heading (or key) and everything below it.
    pub lines: Lines,
    /// Byte offset where a row can be put when there is none yet (after the heading or the table's
    /// delimiter row).
    pub body: usize,
}

impl ChangeLog {
    /// The newest row by the log's order; with no order known, the first.
    pub fn newest(&self) -> Option<&LogRow> {
        match self.order {
            Some(LogOrder::NewestLast) => self.rows.last(),
            Some(LogOrder::NewestFirst) | None => self.rows.first(),
        }
    }
}

/// A metadata value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The value as written, without quotes or emphasis.
    pub value: String,
    /// The line it stands in, 1-based.
    pub line: usize,
    /// Byte range of the value in the file as it is on disk.
    pub bytes: Range<usize>,
}

/// What kind of trouble the reader met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Front matter that is no YAML (unclosed quote, tab indentation, alias bomb, too deep …).
    FrontMatterUnreadable,
    /// A front-matter key that stands twice.
    DuplicateKey,
    /// Not text: NUL bytes or invalid UTF-8.
    NotText,
    /// Larger than the reader will go through in full.
    TooLarge,
    /// A merge conflict marker left behind.
    ConflictMarker,
    /// A bidirectional control character.
    BidiControl,
    /// A zero-width character inside a word.
    ZeroWidth,
    /// A binding word spelt with letters of another script.
    Homoglyph,
    /// A rule inside an HTML comment, where readers of the page do not see it.
    HiddenRule,
}

/// Something the reader could not take at face value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// 1-based line.
    pub line: usize,
    /// What, where and the value; lower case, no full stop.
    pub message: String,
}

/// One spec, as read from one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Where it was read from.
    pub path: SpecPath,
    /// `role:`, `name:`, `id:`, a key-value table's `Role` …
    pub role_id: Option<Stated>,
    /// `**Role Code:** SWEN0002`.
    pub role_code: Option<Stated>,
    /// The first heading of level 1, or `title:`.
    pub title: Option<Stated>,
    /// Who owns it.
    pub owner: Option<Stated>,
    /// Draft, Active …
    pub status: Option<Stated>,
    /// The document's own date.
    pub date: Option<Stated>,
    /// Every place that states the version, the winning one first. Empty: no version.
    pub versions: Vec<VersionPlace>,
    /// The change log.
    pub changelog: Option<ChangeLog>,
    /// The tree of sections, parents before children; index 0 is the root.
    pub sections: Vec<Section>,
    /// Every statement, in document order. Version, date and change-log lines are no items.
    pub items: Vec<Item>,
    /// What could not be read, by line.
    pub problems: Vec<Problem>,
    /// Where the front matter stands, its `---` lines included.
    pub front_matter: Option<Lines>,
}

impl Spec {
    /// A spec that says nothing.
    pub fn empty(path: &str) -> Self {
        Self {
            path: SpecPath::new(path),
            role_id: None,
            role_code: None,
            title: None,
            owner: None,
            status: None,
            date: None,
            versions: Vec::new(),
            changelog: None,
            sections: vec![Section {
                title: Text::default(),
                folded: Text::default(),
                parent: None,
                facet: Facet::Prose,
                typed: false,
                weight: Weight::Plain,
                trigger: false,
                key: false,
                voice: Voice::Body,
                lines: Lines::one(1),
            }],
            items: Vec::new(),
            problems: Vec::new(),
            front_matter: None,
        }
    }

    /// Which voice an item speaks with: a front-matter value of the top level stands in no section of
    /// its own.
    pub fn voice(&self, item: &Item) -> Voice {
        match self.front_matter {
            Some(front) if item.lines.last <= front.last => Voice::FrontMatter,
            _ => self.sections[item.section].voice,
        }
    }

    /// The titles of the sections that enclose an item or section, outermost first, root left out.
    pub fn section_path(&self, section: usize) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = Some(section);
        while let Some(index) = at {
            let section = &self.sections[index];
            if section.parent.is_some() {
                path.push(section.title.to_string());
            }
            at = section.parent;
        }
        path.reverse();
        path
    }

    /// What names the role: its id, else its code, else its title, else its path.
    pub fn identity(&self) -> &str {
        [&self.role_id, &self.role_code, &self.title]
            .into_iter()
            .flatten()
            .map(|stated| stated.value.as_str())
            .find(|value| !value.is_empty())
            .unwrap_or_else(|| self.path.as_str())
    }

    /// The version that wins, as it is written.
    pub fn version(&self) -> Option<&str> {
        self.versions.first().map(|place| place.value.as_str())
    }
}

/// Direction of a numeric or ordered key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum KeyMeaning {
    /// A plain meaning by name.
    Named(KeyName),
    /// An ordered scale, from least to most power.
    Scale(Vec<String>),
}

/// What a key's value bounds or holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum KeyName {
    /// A number that bounds from above: raising it loosens.
    Ceiling,
    /// A number that bounds from below: lowering it loosens.
    Floor,
    /// What it holds are duties.
    Duty,
    /// What it holds are limits.
    Limit,
    /// What it holds are grants.
    Grant,
    /// What it holds are demands.
    Demand,
    /// What it holds are outcomes.
    Outcome,
    /// What it holds is metadata.
    Metadata,
}

/// Words that a repository adds to the built-in tables: `vocabulary` in the policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Vocabulary {
    /// Section title (any case) → facet.
    pub sections: BTreeMap<String, Facet>,
    /// Front-matter key → what its value means.
    pub keys: BTreeMap<String, KeyMeaning>,
}

//! What was read in one file, so that reading can be measured from outside.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::spec::Facet;
use crate::spec::Lines;
use crate::spec::LogOrder;
use crate::spec::LogShape;
use crate::spec::Spec;
use crate::spec::Stated;

/// Everything that was found in one spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// The role id, else the role code.
    pub role: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// Who owns it.
    pub owner: Option<String>,
    /// Draft, Active …
    pub status: Option<String>,
    /// The document's own date, as written.
    pub date: Option<String>,
    /// The version and every place that states it.
    pub version: ReadVersion,
    /// The change log.
    pub changelog: ReadLog,
    /// Every statement, in document order.
    pub items: Vec<ReadItem>,
}

/// The version that wins and every place that states one, the winning place first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadVersion {
    /// As written; `null` where nothing states one.
    pub value: Option<String>,
    /// Where it stands.
    pub places: Vec<ReadPlace>,
}

/// One place that states a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadPlace {
    /// The 1-based line.
    pub line: usize,
    /// One word for how it is written.
    pub form: String,
    /// What this place says.
    pub value: String,
}

/// How a change log is written, or that there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReadShape {
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
    /// There is no change log.
    #[default]
    None,
}

impl From<LogShape> for ReadShape {
    fn from(shape: LogShape) -> Self {
        match shape {
            LogShape::Table => Self::Table,
            LogShape::List => Self::List,
            LogShape::Headings => Self::Headings,
            LogShape::FrontMatter => Self::FrontMatter,
            LogShape::Prose => Self::Prose,
        }
    }
}

/// The change log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadLog {
    /// How it is written.
    pub shape: ReadShape,
    /// Which end is the newest; `null` where nothing tells.
    pub order: Option<LogOrder>,
    /// The rows in document order.
    pub rows: Vec<ReadRow>,
}

/// One row of a change log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadRow {
    /// The version as written.
    pub version: Option<String>,
    /// The date as written.
    pub date: Option<String>,
    /// The author as written.
    pub author: Option<String>,
    /// The 1-based line it begins in.
    pub line: usize,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadItem {
    /// What kind of statement it is.
    pub facet: Facet,
    /// Its key, if it has one.
    pub key: Option<String>,
    /// The statement without markers, numbering or emphasis.
    pub text: String,
    /// Titles of the enclosing sections, outermost first.
    pub section: Vec<String>,
    /// Where it stands.
    pub lines: Lines,
}

impl Reading {
    /// What was found in a spec.
    pub fn of(spec: &Spec) -> Self {
        let value = |stated: &Option<Stated>| stated.as_ref().map(|stated| stated.value.clone());
        Self {
            role: value(&spec.role_id).or_else(|| value(&spec.role_code)),
            title: value(&spec.title),
            owner: value(&spec.owner),
            status: value(&spec.status),
            date: value(&spec.date),
            version: version(spec),
            changelog: log(spec),
            items: items(spec),
        }
    }
}

fn version(spec: &Spec) -> ReadVersion {
    let places = spec.versions.iter().map(|place| ReadPlace {
        line: place.line,
        form: place.form.to_owned(),
        value: place.value.clone(),
    });
    ReadVersion {
        value: spec.version().map(str::to_owned),
        places: places.collect(),
    }
}

fn log(spec: &Spec) -> ReadLog {
    let Some(log) = &spec.changelog else {
        return ReadLog::default();
    };
    let rows = log.rows.iter().map(|row| ReadRow {
        version: row.version.clone(),
        date: row.date.clone(),
        author: row.author.clone(),
        line: row.lines.first,
    });
    ReadLog {
        shape: log.shape.into(),
        order: log.order,
        rows: rows.collect(),
    }
}

fn items(spec: &Spec) -> Vec<ReadItem> {
    // Many items share a section: its path is built once.
    let paths: Vec<Vec<String>> = (0..spec.sections.len()).map(|at| spec.section_path(at)).collect();
    let items = spec.items.iter().map(|item| ReadItem {
        facet: item.facet,
        key: item.key.as_deref().map(str::to_owned),
        text: item.text.to_string(),
        section: paths.get(item.section).cloned().unwrap_or_default(),
        lines: item.lines,
    });
    items.collect()
}

//! What a renderer may point at: addresses of rules, files and pages, and the text of the files.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::ids::SpecPath;
use crate::report::escape;

/// Which side of a change a line stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The base.
    Before,
    /// The head.
    After,
}

/// Who mends and approves where the report is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Voice {
    /// On a terminal: `specwarden fix`.
    #[default]
    CommandLine,
    /// In a pull request: `/spec-fix`, `/approve-role`.
    PullRequest,
}

/// The addresses around a report. All are optional: without one the thing is named and not linked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// What a rule's id is put behind, such as `https://specwarden.example/rules/`.
    pub rules_url: Option<String>,
    /// What a path at base is put behind, such as `https://github.com/o/r/blob/SHA/`.
    pub base_url: Option<String>,
    /// The same for the head.
    pub head_url: Option<String>,
    /// The page that tells everything about this pull request.
    pub details_url: Option<String>,
    /// How people act on it.
    pub voice: Voice,
}

impl Surroundings {
    /// A rule's id as Markdown, linked where there is an address.
    pub fn rule(&self, id: &str) -> String {
        let name = escape::code(id);
        match &self.rules_url {
            Some(url) => format!("[{name}]({url}{})", encoded(id)),
            None => name,
        }
    }

    /// `line 57` or `lines 57–59` as Markdown, linked where there is an address.
    pub fn lines(&self, side: Side, path: &SpecPath, first: usize, last: usize) -> String {
        let name = if first == last {
            format!("line {first}")
        } else {
            format!("lines {first}–{last}")
        };
        let url = match side {
            Side::Before => &self.base_url,
            Side::After => &self.head_url,
        };
        let Some(url) = url else { return name };
        // `plain=1` shows the source, where a rendered page has no line numbers.
        let end = if first == last {
            String::new()
        } else {
            format!("-L{last}")
        };
        format!("[{name}]({url}{}?plain=1#L{first}{end})", encoded(path.as_str()))
    }
}

/// A path for an address: everything that could end a link is percent-encoded.
pub fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The texts of the files that a report is about, for showing lines of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    texts: BTreeMap<(Side, SpecPath), String>,
}

impl Sources {
    /// Adds the text of one side; bytes that are no text become U+FFFD.
    pub fn add(&mut self, side: Side, path: &SpecPath, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        self.texts.insert((side, path.clone()), text);
    }

    /// The side that a finding about a path speaks of: the head, or the base where the file is gone.
    pub fn side_of(&self, path: &SpecPath) -> Side {
        if self.texts.contains_key(&(Side::After, path.clone())) {
            Side::After
        } else {
            Side::Before
        }
    }

    /// One line (1-based) without its break.
    pub fn line(&self, side: Side, path: &SpecPath, line: usize) -> Option<&str> {
        let text = self.texts.get(&(side, path.clone()))?;
        text.lines().nth(line.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_end_its_link() {
        assert_eq!(encoded("a b/(c)#d?.md"), "a%20b/%28c%29%23d%3F.md");
    }

    #[test]
    fn lines_are_linked_where_there_is_an_address() {
        let path = SpecPath::new("roles/x.md");
        let mut around = Surroundings::default();
        assert_eq!(around.lines(Side::After, &path, 3, 3), "line 3");
        around.head_url = Some("https://e.org/blob/abc/".to_owned());
        assert_eq!(
            around.lines(Side::After, &path, 3, 5),
            "[lines 3–5](https://e.org/blob/abc/roles/x.md?plain=1#L3-L5)"
        );
    }
}

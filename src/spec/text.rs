//! Short texts that share one buffer: a spec has hundreds, and none lives longer than the others.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::hash::Hasher;
use std::ops::Deref;
use std::ops::Range;
use std::sync::Arc;

use crate::spec::inline::short;

/// A text of a [`Spec`](crate::spec::Spec), read as a `str`. Cheap to clone; keeps the texts of its
/// whole spec.
#[derive(Clone, Default)]
pub struct Text {
    /// `None` while its spec is being read.
    buffer: Option<Arc<String>>,
    start: u32,
    end: u32,
}

impl Text {
    /// The text as it was read.
    pub fn as_str(&self) -> &str {
        let buffer = self.buffer.as_deref().map_or("", String::as_str);
        buffer.get(self.range()).unwrap_or_default()
    }

    /// A part of a buffer that is still being written.
    pub(super) fn part(range: Range<usize>) -> Self {
        Self {
            buffer: None,
            start: short(range.start),
            end: short(range.end),
        }
    }

    /// Where it stands in its buffer.
    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Gives it the buffer that has been written.
    pub(super) fn settle(&mut self, buffer: &Arc<String>) {
        self.buffer = Some(Arc::clone(buffer));
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other)
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.as_str().to_owned()
    }
}

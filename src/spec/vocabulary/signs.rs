//! What the words of a folded title hint at. Most titles hint at nothing, which one look at each
//! word tells; the others are read only for what they hint at.

use std::ops::BitOr;

use crate::spec::vocabulary::singular;
use crate::spec::vocabulary::stem;
use crate::spec::vocabulary::tables::tables;

/// A set of hints. A hint may be wrong, but what is not hinted at is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs(u8);

impl Signs {
    /// A word that ends a title of the vocabulary.
    pub(super) const ENDING: Signs = Signs(1);
    /// A word that begins a lead.
    pub(super) const LEAD: Signs = Signs(2);
    /// A word of the verb that ties a title to what stands below.
    pub(super) const VERB: Signs = Signs(4);
    /// A word that begins the clause of whose it is.
    pub(super) const CLAUSE: Signs = Signs(8);
    /// A word that a title which is a phrase has.
    pub(super) const PHRASE: Signs = Signs(16);
    /// A word between two parts of a title.
    pub(super) const JOINT: Signs = Signs(32);

    /// Everything is hinted at.
    #[cfg(test)]
    pub(super) const ALL: Signs = Signs(u8::MAX);

    /// The hints of every word of a folded title. A word beyond ASCII may end a title.
    pub(super) fn of(folded: &str) -> Signs {
        let words = &tables().words;
        let folded = singular(folded);
        let mut signs = Signs::default();
        let mut hint = |stem: &str| {
            signs.0 |= match words.get(stem) {
                Some(known) => known.0,
                None if stem.is_ascii() => 0,
                None => Signs::ENDING.0,
            };
        };
        let mut start = 0;
        for (end, byte) in folded.bytes().enumerate() {
            if matches!(byte, b' ' | b'-' | b'/' | b'(' | b')' | b'|') {
                hint(stem(&folded[start..end]));
                start = end + 1;
            }
        }
        // The last has lost its plural already.
        hint(&folded[start..]);
        signs
    }

    pub(super) fn has(self, some: Signs) -> bool {
        self.0 & some.0 != 0
    }
}

impl BitOr for Signs {
    type Output = Signs;

    fn bitor(self, other: Signs) -> Signs {
        Signs(self.0 | other.0)
    }
}

//! The kinds of change and the bump each asks for.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

/// How large a version step is, or has to be. Ordered.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// No step.
    #[default]
    None,
    /// The third number.
    Patch,
    /// The second number.
    Minor,
    /// The first number.
    Major,
}

impl Bump {
    /// `none`, `patch`, `minor` or `major`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal => $bump:ident,)*) => {
        /// What an edit means. The names are a contract.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum ChangeKind {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl ChangeKind {
            /// Every kind, in the order of the table in the docs.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The kind's name, as in reports and policies.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The bump this kind asks for unless the policy says otherwise.
            pub fn default_bump(self) -> Bump {
                match self { $(Self::$variant => Bump::$bump,)* }
            }
        }
    };
}

kinds! {
    /// A limit was removed or weakened.
    ConstraintLoosened = "constraint.loosened" => Major,
    /// A limit changed and nobody can say which way.
    ConstraintUnclear = "constraint.unclear" => Major,
    /// A limit was added or strengthened.
    ConstraintTightened = "constraint.tightened" => Minor,
    /// A limit in other words.
    ConstraintReworded = "constraint.reworded" => Patch,
    /// A limit stands elsewhere.
    ConstraintMoved = "constraint.moved" => Patch,
    /// A power was added or widened.
    AuthorityGranted = "authority.granted" => Major,
    /// A power changed and nobody can say which way.
    AuthorityUnclear = "authority.unclear" => Major,
    /// A power was removed or narrowed.
    AuthorityRevoked = "authority.revoked" => Minor,
    /// A power in other words.
    AuthorityReworded = "authority.reworded" => Patch,
    /// A power stands elsewhere.
    AuthorityMoved = "authority.moved" => Patch,
    /// A duty is new.
    ResponsibilityAdded = "responsibility.added" => Minor,
    /// A duty is gone.
    ResponsibilityRemoved = "responsibility.removed" => Major,
    /// A duty is weaker.
    ResponsibilityRelaxed = "responsibility.relaxed" => Major,
    /// A duty is stronger.
    ResponsibilityRaised = "responsibility.raised" => Minor,
    /// A duty in other words.
    ResponsibilityReworded = "responsibility.reworded" => Patch,
    /// A duty stands elsewhere.
    ResponsibilityMoved = "responsibility.moved" => Patch,
    /// A demand on the holder is new.
    RequirementAdded = "requirement.added" => Minor,
    /// A demand on the holder is gone.
    RequirementRemoved = "requirement.removed" => Minor,
    /// A demand on the holder is weaker.
    RequirementRelaxed = "requirement.relaxed" => Minor,
    /// A demand on the holder is stronger.
    RequirementRaised = "requirement.raised" => Minor,
    /// A demand in other words.
    RequirementReworded = "requirement.reworded" => Patch,
    /// A demand stands elsewhere.
    RequirementMoved = "requirement.moved" => Patch,
    /// What success is has changed.
    OutcomeChanged = "outcome.changed" => Minor,
    /// Role id, code or title.
    IdentityChanged = "identity.changed" => Major,
    /// Who owns the spec.
    OwnerChanged = "owner.changed" => Minor,
    /// Status, tags, description …
    MetadataChanged = "metadata.changed" => Patch,
    /// A section without typed items is new.
    SectionAdded = "section.added" => Minor,
    /// A section without typed items is gone.
    SectionRemoved = "section.removed" => Minor,
    /// A heading in other words.
    SectionRenamed = "section.renamed" => Patch,
    /// Other text.
    TextChanged = "text.changed" => Patch,
    /// Only the shape.
    FormatChanged = "format.changed" => None,
    /// The file is new.
    SpecAdded = "spec.added" => None,
    /// The file is gone.
    SpecRemoved = "spec.removed" => Major,
    /// The file has another path.
    SpecRenamed = "spec.renamed" => Patch,
}

impl ChangeKind {
    /// True for the kinds a careful reader looks at first: power gained, limits lost, or doubt.
    pub fn is_severe(self) -> bool {
        self.default_bump() == Bump::Major
    }

    /// The part before the dot: `constraint`, `authority` …
    pub fn family(self) -> &'static str {
        self.as_str().split_once('.').map_or("", |(family, _)| family)
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is no kind of change.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown change kind `{0}`")]
pub struct UnknownKind(String);

impl FromStr for ChangeKind {
    type Err = UnknownKind;
    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

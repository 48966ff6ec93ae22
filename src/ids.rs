//! The words of the house: one type for every id that crosses a function, so that none can be
//! taken for another. No logic beyond parsing and printing.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Wraps the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

text_id!(
    /// A commit's full object name, 40 (or 64) lower-case hex digits.
    CommitSha
);
text_id!(
    /// A spec's path inside its repository, with `/` between the parts and no leading `/`.
    SpecPath
);
text_id!(
    /// A change's short name for people to type: `c` and at least 7 hex digits of its digest.
    ChangeId
);
text_id!(
    /// SHA-256 over what a change means, 64 lower-case hex digits. Approvals bind to it.
    Digest
);
text_id!(
    /// `X-GitHub-Delivery`: the GUID of one webhook delivery.
    DeliveryId
);
number_id!(
    /// A pull request's number inside its repository.
    PullNumber
);
number_id!(
    /// The id of one installation of the GitHub App.
    InstallationId
);
number_id!(
    /// GitHub's numeric id of an account; it survives a renamed login.
    UserId
);
number_id!(
    /// GitHub's numeric id of a repository; it survives a rename and a transfer.
    RepoId
);

/// A GitHub login. Compared without regard to ASCII case, as GitHub does.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Login(pub String);

impl Login {
    /// Wraps a login, without a leading `@`.
    pub fn new(text: impl AsRef<str>) -> Self {
        let text = text.as_ref().trim();
        Self(text.strip_prefix('@').unwrap_or(text).to_owned())
    }

    /// The login as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl PartialEq for Login {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Login {}

impl PartialOrd for Login {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Login {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.folded().cmp(&other.folded())
    }
}

impl std::hash::Hash for Login {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.folded().hash(state);
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was wrong with a name that should have been `owner/name` or `org/team`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not of the form `owner/name`")]
pub struct NotAPair(String);

fn split_pair(text: &str) -> Result<(String, String), NotAPair> {
    let clean = text.trim();
    let clean = clean.strip_prefix('@').unwrap_or(clean);
    match clean.split_once('/') {
        Some((left, right)) if !left.is_empty() && !right.is_empty() && !right.contains('/') => {
            Ok((left.to_owned(), right.to_owned()))
        }
        _ => Err(NotAPair(text.to_owned())),
    }
}

/// A repository's `owner/name`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct RepoName {
    /// The account that owns it.
    pub owner: String,
    /// Its name, without the owner.
    pub name: String,
}

/// A team's `org/slug`. Compared in lower case, as GitHub does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct TeamSlug {
    /// The organisation.
    pub org: String,
    /// The team's slug inside it.
    pub slug: String,
}

macro_rules! pair {
    ($name:ident, $left:ident, $right:ident, $fold:expr) => {
        impl FromStr for $name {
            type Err = NotAPair;
            fn from_str(text: &str) -> Result<Self, NotAPair> {
                let fold: fn(String) -> String = $fold;
                split_pair(text).map(|(l, r)| Self {
                    $left: fold(l),
                    $right: fold(r),
                })
            }
        }
        impl TryFrom<String> for $name {
            type Error = NotAPair;
            fn try_from(text: String) -> Result<Self, NotAPair> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(pair: $name) -> String {
                pair.to_string()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}/{}", self.$left, self.$right)
            }
        }
    };
}

pair!(RepoName, owner, name, |s| s);
pair!(TeamSlug, org, slug, |s| s.to_ascii_lowercase());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_compared_as_github_does() {
        assert_eq!(Login::new("@Alice"), Login::new("alice"));
        assert_ne!(Login::new("alice"), Login::new("alice-b"));
    }

    #[test]
    fn a_pair_needs_both_halves() {
        assert!("acme/security".parse::<TeamSlug>().is_ok());
        assert_eq!(
            "@Acme/Security".parse::<TeamSlug>().unwrap().to_string(),
            "acme/security"
        );
        for bad in ["", "acme", "/x", "acme/", "a/b/c"] {
            assert!(bad.parse::<RepoName>().is_err(), "{bad}");
        }
    }
}

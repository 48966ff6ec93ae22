//! Approvers a rule's `from` to the people and teams it means for one spec.

use std::fmt;

use crate::ids::Login;
use crate::ids::SpecPath;
use crate::ids::TeamSlug;

use super::Approvers;
use super::CodeOwner;
use super::Codeowners;
use super::People;
use super::Permission;
use super::TooLarge;

/// Somebody who can approve, or a group of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Source {
    Team(TeamSlug),
    User(Login),
    Permission(Permission),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Team(team) => write!(f, "@{team}"),
            Self::User(login) => write!(f, "@{login}"),
            Self::Permission(permission) => write!(f, "permission: {permission}"),
        }
    }
}

/// What `from` came to, and what could not be made sense of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Resolved {
    pub(super) sources: Vec<Source>,
    pub(super) notes: Vec<String>,
}

impl Resolved {
    fn add(&mut self, source: Source) {
        if !self.sources.contains(&source) {
            self.sources.push(source);
        }
    }
}

/// Turns `from` into sources, by what base says.
pub(super) struct Resolver<'a> {
    people: &'a People,
    codeowners: Result<Option<Codeowners>, TooLarge>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(people: &'a People, codeowners: Option<&str>) -> Self {
        Self {
            people,
            codeowners: codeowners.map(Codeowners::parse).transpose(),
        }
    }

    /// The sources for a file at `path` whose stated owner is `owner`.
    pub(super) fn resolve(&self, from: &Approvers, path: &SpecPath, owner: Option<&str>) -> Resolved {
        let mut resolved = Resolved::default();
        for team in &from.teams {
            resolved.add(Source::Team(team.clone()));
        }
        for user in &from.users {
            resolved.add(Source::User(user.clone()));
        }
        if let Some(permission) = from.permission {
            resolved.add(Source::Permission(permission));
        }
        if from.owner {
            self.add_owner(&mut resolved, path, owner);
        }
        if from.codeowners {
            self.add_codeowners(&mut resolved, path);
        }
        resolved
    }

    fn add_owner(&self, resolved: &mut Resolved, path: &SpecPath, owner: Option<&str>) {
        let Some(owner) = owner.map(str::trim).filter(|owner| !owner.is_empty()) else {
            resolved.notes.push(format!("{path} states no owner at base"));
            return;
        };
        let found = owners_named(owner, self.people);
        if found.is_empty() {
            resolved.notes.push(format!(
                "the owner {} of {path} is no login (write @login there, or map the name under `people` in the policy)",
                quoted(owner)
            ));
        }
        for source in found {
            resolved.add(source);
        }
    }

    fn add_codeowners(&self, resolved: &mut Resolved, path: &SpecPath) {
        let file = match &self.codeowners {
            Ok(Some(file)) => file,
            Ok(None) => {
                resolved
                    .notes
                    .push("there is no CODEOWNERS file at base".to_owned());
                return;
            }
            Err(error) => {
                resolved.notes.push(error.to_string());
                return;
            }
        };
        let owners = file.owners(path);
        if owners.is_empty() {
            resolved.notes.push(format!("CODEOWNERS names nobody for {path}"));
        }
        for owner in owners {
            match owner {
                CodeOwner::User(login) => resolved.add(Source::User(login.clone())),
                CodeOwner::Team(team) => resolved.add(Source::Team(team.clone())),
                CodeOwner::Email(address) => match mapped(address, self.people) {
                    Some(login) => resolved.add(Source::User(login)),
                    None => resolved.notes.push(format!(
                        "CODEOWNERS names {} for {path}, and whose address that is is not known (map it under `people` in the policy)",
                        quoted(address)
                    )),
                },
            }
        }
    }
}

/// Whom an owner line means: `@login`, `@org/team`, or names and addresses that `people` maps. A
/// bare word is never taken for a login, since anybody may have registered it.
pub(super) fn owners_named(owner: &str, people: &People) -> Vec<Source> {
    if let Some(login) = mapped(owner, people) {
        return vec![Source::User(login)];
    }
    let mut found = Vec::new();
    for piece in owner
        .split([',', ';', '&'])
        .flat_map(|piece| piece.split(" and "))
    {
        if let Some(login) = mapped(piece, people) {
            found.push(Source::User(login));
            continue;
        }
        for word in piece.split_whitespace() {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '@');
            match word.strip_prefix('@') {
                Some(handle) if handle.contains('/') => found.extend(handle.parse().map(Source::Team)),
                Some(handle) if !handle.is_empty() && !handle.contains('@') => {
                    found.push(Source::User(Login::new(handle)));
                }
                Some(_) => {}
                None if word.contains('@') => found.extend(mapped(word, people).map(Source::User)),
                None => {}
            }
        }
    }
    found
}

/// The login that `people` gives for a name or address, without regard to case and outer blanks.
pub(super) fn mapped(name: &str, people: &People) -> Option<Login> {
    let name = name.trim();
    people
        .get(name)
        .or_else(|| {
            let folded = name.to_lowercase();
            people
                .iter()
                .find(|(known, _)| known.trim().to_lowercase() == folded)
                .map(|(_, login)| login)
        })
        .cloned()
}

/// A value out of a spec or a comment, short and on one line, in quotation marks.
pub(super) fn quoted(text: &str) -> String {
    const SHOWN: usize = 80;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown = line.chars().filter(|&c| is_visible(c));
    let mut short: String = shown.by_ref().take(SHOWN).collect();
    if shown.next().is_some() {
        short.push('…');
    }
    format!("\"{short}\"")
}

/// False for control characters and for those that turn or hide the text around them.
fn is_visible(c: char) -> bool {
    let turns =
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    !c.is_control() && !turns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> People {
        People::from([
            ("Jo Doe".to_owned(), Login::new("jdoe")),
            ("ann@example.com".to_owned(), Login::new("ann")),
        ])
    }

    #[test]
    fn owner_lines_name_logins_teams_and_mapped_people_only() {
        for (owner, expected) in [
            ("@alice", "@alice"),
            ("@acme/Security", "@acme/security"),
            ("Jo Doe", "@jdoe"),
            ("jo doe", "@jdoe"),
            ("Jo Doe, @bob and ann@example.com", "@jdoe @bob @ann"),
            ("Zed (@zed-z)", "@zed-z"),
            ("CEO", ""),
            ("alice", ""),
            ("@", ""),
            ("stranger@example.com", ""),
            ("@a@b", ""),
        ] {
            let found: Vec<String> = owners_named(owner, &people())
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(found.join(" "), expected, "{owner}");
        }
    }

    #[test]
    fn what_cannot_be_resolved_is_said() {
        let from = Approvers {
            owner: true,
            codeowners: true,
            ..Approvers::default()
        };
        let resolver_people = people();
        let resolver = Resolver::new(&resolver_people, Some("* who@example.com @acme/all\n"));
        let resolved = resolver.resolve(&from, &SpecPath::new("roles/x.md"), Some("CEO"));
        assert_eq!(resolved.sources, [Source::Team("acme/all".parse().unwrap())]);
        assert_eq!(resolved.notes.len(), 2, "{:?}", resolved.notes);
        assert!(resolved.notes[0].contains("\"CEO\""));
        assert!(resolved.notes[1].contains("\"who@example.com\""));
    }

    #[test]
    fn values_out_of_specs_stay_short_and_on_one_line() {
        assert_eq!(quoted("a\n\u{7}b\u{202e}"), "\"a b\"");
        assert!(quoted(&"x".repeat(500)).chars().count() < 90);
    }
}

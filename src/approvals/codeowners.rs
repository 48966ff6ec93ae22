//! CODEOWNERS as GitHub reads it: the last matching line wins, a line it cannot read is skipped.
//!
//! Patterns are those of `.gitignore` without `!` and `[ ]`; sections are not known to GitHub. See
//! <https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>.

use std::fmt;

use crate::ids::Login;
use crate::ids::SpecPath;
use crate::ids::TeamSlug;

/// Where GitHub looks for the file, first found wins.
pub const CODEOWNERS_PATHS: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// A file larger than this is not loaded at all, in bytes.
pub const CODEOWNERS_LIMIT: usize = 3 * 1024 * 1024;

/// One owner of a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CodeOwner {
    /// `@login`.
    User(Login),
    /// `@org/team`.
    Team(TeamSlug),
    /// An e-mail address; whose it is has to come from the policy's `people`.
    Email(String),
}

impl fmt::Display for CodeOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(login) => write!(f, "@{login}"),
            Self::Team(team) => write!(f, "@{team}"),
            Self::Email(address) => f.write_str(address),
        }
    }
}

/// A line that GitHub skips.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedLine {
    /// 1-based.
    pub line: usize,
    /// Why; lower case, no full stop.
    pub message: String,
}

/// The file is too large: GitHub loads none of it, so nobody is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("CODEOWNERS has {0} bytes and GitHub loads none over 3 MB")]
pub struct TooLarge(pub usize);

/// A parsed file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codeowners {
    lines: Vec<Line>,
    skipped: Vec<SkippedLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    pattern: Pattern,
    owners: Vec<CodeOwner>,
}

impl Codeowners {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is larger than [`CODEOWNERS_LIMIT`].
    pub fn parse(text: &str) -> Result<Self, TooLarge> {
        if text.len() > CODEOWNERS_LIMIT {
            return Err(TooLarge(text.len()));
        }
        let mut file = Self::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (index, line) in text.lines().enumerate() {
            match read_line(line) {
                Ok(Some(line)) => file.lines.push(line),
                Ok(None) => {}
                Err(message) => file.skipped.push(SkippedLine {
                    line: index + 1,
                    message,
                }),
            }
        }
        Ok(file)
    }

    /// The owners of a path by the last line that matches it; empty where that line clears them or
    /// no line matches.
    pub fn owners(&self, path: &SpecPath) -> &[CodeOwner] {
        let parts: Vec<&str> = path.as_str().split('/').collect();
        self.lines
            .iter()
            .rev()
            .find(|line| line.pattern.matches(&parts))
            .map_or(&[], |line| line.owners.as_slice())
    }

    /// The lines that GitHub skips.
    pub fn skipped(&self) -> &[SkippedLine] {
        &self.skipped
    }

    /// Whether both files give every path the same owners, line by line.
    pub fn same_rules(&self, other: &Self) -> bool {
        self.lines == other.lines
    }
}

fn read_line(line: &str) -> Result<Option<Line>, String> {
    let mut words = words(line);
    if words.is_empty() {
        return Ok(None);
    }
    let pattern = Pattern::parse(&words.remove(0))?;
    let owners = words.iter().map(|word| owner(word)).collect::<Result<_, _>>()?;
    Ok(Some(Line { pattern, owners }))
}

/// Splits at unescaped blanks and stops at a `#` that begins a word. Backslashes stay in place.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '#' if word.is_empty() => break,
            '\\' => {
                word.push(c);
                word.extend(chars.next());
            }
            c if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn owner(word: &str) -> Result<CodeOwner, String> {
    let bad = || format!("`{word}` is no owner (expected `@user`, `@org/team` or an e-mail address)");
    let name = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    if let Some(handle) = word.strip_prefix('@') {
        return match handle.split_once('/') {
            Some((org, slug)) if name(org) && name(slug) => {
                handle.parse().map(CodeOwner::Team).map_err(|_| bad())
            }
            None if name(handle) => Ok(CodeOwner::User(Login::new(handle))),
            Some(_) | None => Err(bad()),
        };
    }
    match word.split_once('@') {
        Some((local, host)) if !local.is_empty() && name(host) => Ok(CodeOwner::Email(word.to_owned())),
        Some(_) | None => Err(bad()),
    }
}

/// One path pattern, split at `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    parts: Vec<Part>,
    /// What may follow the last part.
    tail: Tail,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// `**`: any number of directories, also none.
    Any,
    /// One name, with wildcards.
    Name(Vec<Token>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Char(char),
    /// `?`: one character.
    One,
    /// `*`: any run of characters.
    Run,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tail {
    /// `docs/*`: nothing below.
    Nothing,
    /// `docs`: the file itself, or everything below the directory.
    Anything,
    /// `docs/`: a directory, so something must follow.
    Something,
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('!') {
            return Err(format!("`{text}` negates a pattern, which CODEOWNERS cannot"));
        }
        if text.starts_with("\\#") {
            return Err(format!("`{text}` escapes a `#`, which CODEOWNERS cannot"));
        }
        let body = text.strip_prefix('/').unwrap_or(text);
        let (body, directory) = match body.strip_suffix('/') {
            Some(body) => (body, true),
            None => (body, false),
        };
        let mut parts = Vec::new();
        if !text.starts_with('/') && !body.contains('/') {
            parts.push(Part::Any);
        }
        for part in body.split('/') {
            parts.push(if part == "**" {
                Part::Any
            } else {
                Part::Name(tokens(part, text)?)
            });
        }
        let deep = parts.len() > 1 && !matches!(parts.first(), Some(Part::Any)) || text.starts_with('/');
        let tail = match parts.last() {
            Some(Part::Any) => {
                parts.pop();
                Tail::Something
            }
            Some(Part::Name(_)) if directory => Tail::Something,
            Some(Part::Name(name)) if deep && matches!(name.as_slice(), [Token::Run]) => Tail::Nothing,
            Some(Part::Name(_)) | None => Tail::Anything,
        };
        Ok(Self { parts, tail })
    }

    fn matches(&self, path: &[&str]) -> bool {
        // reach[i]: the parts so far can have taken the first i names of the path.
        let mut reach = vec![false; path.len() + 1];
        reach[0] = true;
        for part in &self.parts {
            let mut next = vec![false; path.len() + 1];
            match part {
                Part::Any => {
                    let mut open = false;
                    for i in 0..=path.len() {
                        open |= reach[i];
                        next[i] = open;
                    }
                }
                Part::Name(name) => {
                    for i in 0..path.len() {
                        next[i + 1] = reach[i] && name_matches(name, path[i]);
                    }
                }
            }
            reach = next;
        }
        match self.tail {
            Tail::Nothing => reach[path.len()],
            Tail::Anything => reach.iter().skip(1).any(|&r| r),
            Tail::Something => reach[..path.len()].iter().any(|&r| r),
        }
    }
}

fn tokens(part: &str, whole: &str) -> Result<Vec<Token>, String> {
    if part.is_empty() {
        return Err(format!("`{whole}` has an empty part"));
    }
    let mut tokens = Vec::new();
    let mut chars = part.chars();
    while let Some(c) = chars.next() {
        match c {
            '[' | ']' => return Err(format!("`{whole}` holds a bracket, which CODEOWNERS cannot read")),
            '*' if tokens.last() == Some(&Token::Run) => {}
            '*' => tokens.push(Token::Run),
            '?' => tokens.push(Token::One),
            '\\' => tokens.push(Token::Char(chars.next().unwrap_or('\\'))),
            c => tokens.push(Token::Char(c)),
        }
    }
    Ok(tokens)
}

fn name_matches(tokens: &[Token], name: &str) -> bool {
    let mut reach = vec![false; tokens.len() + 1];
    reach[0] = true;
    let open_runs = |reach: &mut Vec<bool>| {
        for (i, token) in tokens.iter().enumerate() {
            if *token == Token::Run && reach[i] {
                reach[i + 1] = true;
            }
        }
    };
    open_runs(&mut reach);
    for c in name.chars() {
        let mut next = vec![false; tokens.len() + 1];
        for (i, token) in tokens.iter().enumerate().filter(|(i, _)| reach[*i]) {
            match *token {
                Token::Char(wanted) => next[i + 1] |= wanted == c,
                Token::One => next[i + 1] = true,
                Token::Run => next[i] = true,
            }
        }
        open_runs(&mut next);
        reach = next;
    }
    reach[tokens.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(text: &str, path: &str) -> String {
        let file = Codeowners::parse(text).unwrap();
        let owners: Vec<String> = file
            .owners(&SpecPath::new(path))
            .iter()
            .map(ToString::to_string)
            .collect();
        owners.join(" ")
    }

    #[test]
    fn patterns_match_what_github_documents() {
        for (pattern, matching, other) in [
            ("*.js", "x/y/a.js", "x/y/a.jsx"),
            ("/build/logs/", "build/logs/deep/x.log", "a/build/logs/x.log"),
            ("/build/logs/", "build/logs/x.log", "build/logs"),
            (
                "docs/*",
                "docs/getting-started.md",
                "docs/build-app/troubleshooting.md",
            ),
            ("apps/", "x/apps/y.md", "x/apps"),
            ("/docs/", "docs/a/b.md", "x/docs/a.md"),
            ("**/logs", "deep/build/logs/x", "deep/log/x"),
            ("**/logs", "logs", "catalogs"),
            ("roles/**", "roles/a/b.md", "roles"),
            ("roles/**/x.md", "roles/x.md", "roles/x.mdx"),
            ("roles/**/x.md", "roles/a/b/x.md", "a/roles/x.md"),
            ("roles", "a/roles/x.md", "a/roles2/x.md"),
            ("roles/cto.md", "roles/cto.md", "a/roles/cto.md"),
            ("/roles", "roles/cto.md", "a/roles/cto.md"),
            ("/*", "README.md", "roles/cto.md"),
            ("ro?es/", "roles/cto.md", "ro/es/cto.md"),
            ("a\\ b.md", "x/a b.md", "x/ab.md"),
            ("Roles/", "Roles/x.md", "roles/x.md"),
            ("c#.md", "c#.md", "c"),
            ("a*b*c", "axxbyyc", "axxbyy"),
        ] {
            let text = format!("{pattern} @o\n");
            assert_eq!(owners(&text, matching), "@o", "{pattern} should match {matching}");
            assert_eq!(owners(&text, other), "", "{pattern} should not match {other}");
        }
    }

    #[test]
    fn the_last_match_wins_and_a_line_without_owners_clears() {
        assert_eq!(owners("* @acme/all", "a/b/c.md"), "@acme/all");
        let text = "* @acme/all\nroles/ @alice @acme/Sec jo@example.com # a note\nroles/open/\n";
        assert_eq!(owners(text, "x.md"), "@acme/all");
        assert_eq!(owners(text, "roles/x.md"), "@alice @acme/sec jo@example.com");
        assert_eq!(owners(text, "roles/open/x.md"), "");
    }

    #[test]
    fn lines_that_github_cannot_read_are_skipped_and_named() {
        let text = "\u{feff}* @safe\r\n!roles/ @a\n[Section] @b\n^[Opt][2] @b\nroles/[ab].md @c\n\\#x @d\nroles/ @e,@f\nroles/ bob\na//b @g\n# note\n\n";
        let file = Codeowners::parse(text).unwrap();
        let lines: Vec<usize> = file.skipped().iter().map(|s| s.line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(owners(text, "roles/a.md"), "@safe");
    }

    #[test]
    fn a_file_over_the_limit_tells_nothing() {
        let text = "# padding\n".repeat(CODEOWNERS_LIMIT / 10 + 1);
        assert_eq!(Codeowners::parse(&text), Err(TooLarge(text.len())));
    }

    #[test]
    fn a_pattern_of_stars_does_not_take_for_ever() {
        let text = format!("{} @o", "*a".repeat(2_000));
        assert_eq!(owners(&text, &"a".repeat(2_000)), "@o");
        let text = format!("{}x @o", "**/".repeat(2_000));
        assert_eq!(owners(&text, &"a/".repeat(2_000)), "");
    }

    #[test]
    fn comments_alone_change_no_rule() {
        let parse = |text| Codeowners::parse(text).unwrap();
        assert!(parse("* @a # one\n").same_rules(&parse("# two\n*  @A\n")));
        assert!(!parse("* @a\n").same_rules(&parse("* @b\n")));
    }
}

//! Every mistake in a policy at once.
//!
//! The reader stops at the first. Each mistake is therefore taken out of the text, with blanks in its
//! place so that everything else keeps its line, and what is left is read again. What only follows
//! from a removal (a key that is missing now) is not told.

use std::collections::BTreeSet;

use super::Config;
use super::ConfigError;
use super::page::Page;
use crate::yaml;

/// How many mistakes are told at most.
const MOST: usize = 50;
/// How often the text is read at most.
const READINGS: usize = 4 * MOST;

/// Every mistake in a policy, in the order of its lines; none where it can be used.
pub(super) fn all(text: &str) -> Vec<ConfigError> {
    let first = match Config::parse(text) {
        Ok(config) => return config.problems(text),
        Err(error) => error,
    };
    // Where the text is no YAML, nobody can tell what belongs to what.
    if yaml::from_str_strict::<serde::de::IgnoredAny>(text).is_err() && !stands_twice(&first) {
        return vec![first];
    }
    let mut page = Page::of(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut scars = Scars::default();
    let mut found: Vec<ConfigError> = Vec::new();
    let mut next = Some(first);
    for _ in 0..READINGS {
        let Some(error) = next.take() else {
            break;
        };
        if !scars.explain(&error) && !found.contains(&error) {
            found.push(error.clone());
        }
        let Some(line) = error.line.filter(|_| found.len() < MOST) else {
            break;
        };
        let whole = missing(&error).is_some();
        let Some(removed) = page.take_out(line, error.column.unwrap_or(1), whole) else {
            break;
        };
        scars.lines.extend(removed.lines);
        scars.keys.extend(removed.key);
        scars.keys.extend(meant(&error));
        match Config::parse(&page.text()) {
            Err(error) => next = Some(error),
            Ok(rest) => {
                let whole =
                    |problem: &ConfigError| problem.line.is_some_and(|line| !scars.lines.contains(&line));
                found.extend(rest.problems(text).into_iter().filter(whole));
            }
        }
    }
    found.sort_by_key(|error| (error.line, error.column));
    found
}

fn stands_twice(error: &ConfigError) -> bool {
    error.message.ends_with("stands twice")
}

/// The key that a mistake says is missing.
fn missing(error: &ConfigError) -> Option<&str> {
    let rest = error.message.strip_prefix("missing key `")?;
    rest.strip_suffix('`')
}

/// The key that was meant by one that does not exist.
fn meant(error: &ConfigError) -> Option<String> {
    let rest = error.help.strip_prefix("did you mean `")?;
    Some(rest.strip_suffix("`?")?.to_owned())
}

/// What was taken out so far.
#[derive(Default)]
struct Scars {
    /// Lines with a removal in them or below them.
    lines: BTreeSet<usize>,
    /// Keys that were taken out.
    keys: BTreeSet<String>,
}

impl Scars {
    /// Whether a mistake only follows from a removal.
    fn explain(&self, error: &ConfigError) -> bool {
        let here = error.line.is_some_and(|line| self.lines.contains(&line));
        here && match missing(error) {
            Some(key) => self.keys.contains(key),
            // A list or a map of which nothing is left.
            None => ["null", "unit", "empty"]
                .iter()
                .any(|word| error.message.contains(word)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        all(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn all_mistakes_are_told_at_once_each_with_its_line() {
        let text = "\
specs:
  - path: [\"roles/**\"]
    mode: enforced
  - paths: [\"agents/**\"]
    version: requird
rulez: {}
rules:
  version-skiped: off
  version-skipped: fatal
  version-decreased: off
bump: { responsibility.add: minor, text.changed: huge, text.moved: patch }
approvals:
  - name: security
    on: [constraint.loosend, authority.*]
    from: { team: [acme/security] }
  - on: [authority.*]
    from: { users: [ann] }
  - name: legal
    require: 2
    from: { users: [ann] }
waivers:
  - { rule: version-skiped, path: roles/a.md, reason: x, until: 2026-12-31 }
  - { rule: version-skipped, path: roles/a.md, reason: x, until: 2026-02-30 }
";
        let told = told(text);
        let expected = [
            (2, "unknown key `path` (did you mean `paths`?)"),
            (3, "unknown value `enforced` (did you mean `enforce`?)"),
            (5, "unknown value `requird` (did you mean `required`?)"),
            (6, "unknown key `rulez` (did you mean `rules`?)"),
            (8, "unknown rule `version-skiped`"),
            (9, "unknown value `fatal`"),
            (11, "unknown kind of change `responsibility.add`"),
            (11, "unknown value `huge`"),
            (11, "unknown kind of change `text.moved`"),
            (14, "`constraint.loosend` matches no kind"),
            (15, "unknown key `team` (did you mean `teams`?)"),
            (17, "missing key `name`"),
            (
                18,
                "approval rule `legal` requires 2 people and only 1 can approve",
            ),
            (22, "unknown rule `version-skiped`"),
            (23, "not valid"),
        ];
        assert_eq!(told.len(), expected.len(), "{told:#?}");
        for ((line, words), told) in expected.iter().zip(&told) {
            assert!(
                told.starts_with(&format!("line {line}: ")) && told.contains(words),
                "line {line}, {words}: {told}"
            );
        }
    }

    #[test]
    fn a_mistake_alone_is_told_as_it_always_was() {
        for text in [
            "specs:\n  - mode: warn\n",
            "rules: { version-skipped: error, version-skipped: off }\n",
            "approvals:\n  - name: a\n    from: { team: [a/b] }\n",
            "- specs\n",
            "a: b: c\n",
            "specs: [\n",
            "zero_major: lax\n",
        ] {
            let error = Config::parse(text).unwrap_err();
            assert_eq!(all(text), [error], "{text}");
        }
        assert_eq!(all("specs: []\n"), []);
        let legal = "approvals:\n  - name: legal\n    require: 2\n    from: { users: [ann] }\n";
        assert_eq!(all(legal).len(), 1);
    }

    #[test]
    fn many_mistakes_and_strange_texts_end() {
        let many: String = (0..2_000).map(|at| format!("key{at}: 1\n")).collect();
        assert_eq!(all(&many).len(), MOST);
        for text in [
            "rules: [",
            "{",
            "rules: {a: {",
            "? x",
            "&a [*a]",
            "\u{feff}nope: 1\n",
            "- - - x: [y",
        ] {
            assert!(!all(text).is_empty(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_first_mistake_is_always_among_them(
            lines in proptest::collection::vec(
                "( {0,6}(- )?(specs|paths|mode|rules|approvals|name|from|users|on|require|x): ?(warn|off|1|\\[a, b\\]|\\{a: b, users: \\[x\\]\\}|'q'|)?)",
                1..12,
            )
        ) {
            let text = lines.join("\n");
            let all = all(&text);
            match Config::parse(&text) {
                Ok(config) => proptest::prop_assert_eq!(all, config.problems(&text)),
                Err(error) => proptest::prop_assert!(all.contains(&error), "{:?} is not in {:?}", error, all),
            }
        }
    }
}

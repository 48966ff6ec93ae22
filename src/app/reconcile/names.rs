//! What people may call a spec in a command, besides what the summary calls it.

use std::collections::BTreeSet;

use crate::check::CheckInput;
use crate::ids::SpecPath;
use crate::spec::Spec;
use crate::spec::parse;

/// The other names that a spec goes by, before and after the change.
pub(super) fn also(input: &CheckInput, path: &SpecPath, role: &str) -> Vec<String> {
    let mut names = Vec::new();
    for pair in input.specs.iter().filter(|pair| pair.path() == *path) {
        let sides = [(&pair.after_path, &pair.after), (&pair.before_path, &pair.before)];
        for (path, bytes) in sides {
            if let (Some(path), Some(bytes)) = (path, bytes) {
                let spec = parse(path.as_str(), bytes, &input.config.vocabulary);
                names.extend(names_of(&spec));
                names.push(stem(path).to_owned());
            }
        }
    }
    let mut known: BTreeSet<String> = BTreeSet::from([role.to_owned(), String::new()]);
    names.retain(|name| known.insert(name.clone()));
    names
}

/// A file's name without folders and ending.
pub(super) fn stem(path: &SpecPath) -> &str {
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

/// A role's id, code and title, the title also without the word for what it is, and as a slug.
fn names_of(spec: &Spec) -> Vec<String> {
    let stated = [&spec.role_id, &spec.role_code, &spec.title];
    let mut names: Vec<String> = stated
        .into_iter()
        .flatten()
        .map(|name| name.value.clone())
        .collect();
    if let Some(title) = &spec.title {
        let bare = without_kind(&title.value);
        names.extend([bare.to_owned(), slug(&title.value), slug(bare)]);
    }
    names
}

/// `Role: Night Porter`, `Night Porter Role` → `Night Porter`.
fn without_kind(title: &str) -> &str {
    let title = title.trim();
    let word = |part: &str| part.eq_ignore_ascii_case("role");
    if let Some((first, rest)) = title.split_once([':', ' '])
        && word(first)
        && !rest.trim().is_empty()
    {
        return rest.trim_start_matches([':', ' ', '-', '–', '—']).trim();
    }
    match title.rsplit_once(char::is_whitespace) {
        Some((rest, last)) if word(last) => rest.trim(),
        _ => title,
    }
}

/// Small letters and digits with a hyphen between the words.
fn slug(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::SpecPair;
    use crate::config::Config;
    use jiff::civil::date;

    fn names(before: (&str, &str), after: (&str, &str)) -> Vec<String> {
        let config = Config::parse("specs:\n  - paths: [\"roles/**\"]\n").unwrap();
        let mut input = CheckInput::local("a", "b", config, date(2026, 11, 21));
        input.specs = vec![SpecPair {
            before_path: Some(SpecPath::new(before.0)),
            after_path: Some(SpecPath::new(after.0)),
            before: Some(before.1.as_bytes().to_vec()),
            after: Some(after.1.as_bytes().to_vec()),
            ..SpecPair::default()
        }];
        also(&input, &SpecPath::new(after.0), "night-porter")
    }

    #[test]
    fn a_spec_answers_to_its_names_of_both_sides() {
        let told = names(
            (
                "roles/watch.md",
                "---\nrole_id: WATCH-1\n---\n\n# Watchman Role\n\nWatches.\n",
            ),
            (
                "roles/porter.md",
                "---\nrole_id: night-porter\n---\n\n# Role: Night Porter\n\nWatches.\n",
            ),
        );
        for name in [
            "Role: Night Porter",
            "Night Porter",
            "porter",
            "WATCH-1",
            "Watchman",
            "watchman",
            "watch",
        ] {
            assert!(told.iter().any(|known| known == name), "{name} in {told:?}");
        }
        assert!(
            !told.iter().any(|known| known == "night-porter"),
            "named already: {told:?}"
        );
    }

    #[test]
    fn a_title_loses_the_word_role_and_no_other() {
        for (title, bare) in [
            ("Night Porter Role", "Night Porter"),
            ("Role: Night Porter", "Night Porter"),
            ("ROLE — Porter", "Porter"),
            ("Role", "Role"),
            ("Role Model", "Model"),
            ("Porter", "Porter"),
            ("", ""),
        ] {
            assert_eq!(without_kind(title), bare, "{title}");
        }
        assert_eq!(slug("  C++ / Senior Porter "), "c-senior-porter");
    }
}

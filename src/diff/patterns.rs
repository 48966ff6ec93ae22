//! Names with wild cards in sets of tools and paths: whether one covers the other.

/// How much of a set an entry stands for, against another entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The second covers all that the first does, and more.
    Wider,
    /// The second covers only some of what the first does.
    Narrower,
}

/// How the reach of a pattern changes from `before` to `after`; `None` where neither covers the other or
/// both are the same.
pub fn reach(before: &str, after: &str) -> Option<Reach> {
    match (covers(after, before), covers(before, after)) {
        (true, false) => Some(Reach::Wider),
        (false, true) => Some(Reach::Narrower),
        (true, true) | (false, false) => None,
    }
}

/// Whether `wide` holds everything that `narrow` stands for. Both are normalised.
fn covers(wide: &str, narrow: &str) -> bool {
    if wide == narrow {
        return true;
    }
    let (w, n) = (tool(wide), tool(narrow));
    match (w, n) {
        (Some((x, arguments)), Some((y, others))) => x == y && covers_command(arguments, others),
        // `Bash` is every `Bash(…)`.
        (None, Some((tool, _))) => wide == tool || wide == "*",
        (Some(_), None) => false,
        (None, None) => covers_path(wide, narrow),
    }
}

/// `bash(git log:*)` as `bash` and `git log:*`.
fn tool(entry: &str) -> Option<(&str, &str)> {
    let (name, rest) = entry.split_once('(')?;
    Some((name, rest.strip_suffix(')')?))
}

fn covers_command(wide: &str, narrow: &str) -> bool {
    let stem = |text: &str| {
        let open = text.strip_suffix(":*").or_else(|| text.strip_suffix('*'));
        (open.unwrap_or(text).trim().to_owned(), open.is_some())
    };
    let ((w, open), (n, _)) = (stem(wide), stem(narrow));
    if w.contains('/') && w.contains('*') || wide.contains("**") {
        return covers_path(wide, narrow);
    }
    wide == narrow
        || open
            && (w.is_empty() || n == w || n.starts_with(&format!("{w} ")) || n.starts_with(&format!("{w}/")))
}

fn covers_path(wide: &str, narrow: &str) -> bool {
    let is_path = |text: &str| text.contains(['/', '*', '.']) && !text.contains(' ');
    // `mcp__catalog` is every tool of that server.
    if narrow
        .strip_prefix(wide)
        .is_some_and(|rest| rest.starts_with("__"))
    {
        return true;
    }
    if !is_path(wide) || !(is_path(narrow) || wide == "*") {
        return wide == "*" || is_folder(wide) && inside(narrow, wide);
    }
    if is_folder(wide) && inside(narrow, wide) {
        return true;
    }
    let parts = |text: &str| -> Vec<String> {
        let text = text.trim_start_matches("./").trim_end_matches('/');
        text.split('/').map(str::to_owned).collect()
    };
    let mut w = parts(wide);
    // A plain folder stands for all below it.
    if wide.ends_with('/') {
        w.push("**".to_owned());
    }
    path_parts(&w, &parts(narrow))
}

/// `patients/archive`: a folder by its name, and all that lies in it.
fn is_folder(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or(path);
    !path.contains(['*', ' ', '(']) && !last.contains('.')
}

fn inside(narrow: &str, wide: &str) -> bool {
    narrow
        .strip_prefix(wide)
        .is_some_and(|rest| rest.starts_with('/') && rest.len() > 1)
}

fn path_parts(wide: &[String], narrow: &[String]) -> bool {
    match (wide.split_first(), narrow.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => {
            rest.is_empty()
                || path_parts(rest, narrow)
                || narrow
                    .split_first()
                    .is_some_and(|(_, below)| path_parts(wide, below))
        }
        (Some((w, wide)), Some((n, narrow))) => part(w, n) && path_parts(wide, narrow),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

fn part(wide: &str, narrow: &str) -> bool {
    if wide == narrow {
        return true;
    }
    if narrow == "**" {
        return false;
    }
    match wide.split_once('*') {
        Some((head, tail)) => {
            !tail.contains('*')
                && narrow.len() >= head.len() + tail.len()
                && narrow.starts_with(head)
                && narrow.ends_with(tail)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_what_lies_below_it() {
        use Reach::*;
        for (before, after, expected) in [
            ("deploy/staging/**", "deploy/**", Some(Wider)),
            ("src/*.rs", "src/**", Some(Wider)),
            ("src/a.rs", "src/*.rs", Some(Wider)),
            ("docs/**", "docs/api/**", Some(Narrower)),
            ("docs/**", "doc/**", None),
            ("docs/a/**", "docs/b/**", None),
            ("bash(kubectl get:*)", "bash(kubectl:*)", Some(Wider)),
            ("bash(git log:*)", "bash", Some(Wider)),
            ("bash(git log:*)", "bash(git push:*)", None),
            ("bash(git log:*)", "bash(gi:*)", None),
            ("bash", "bash(git:*)", Some(Narrower)),
            ("read", "readonly", None),
            ("dns changes", "dns", None),
        ] {
            assert_eq!(reach(before, after), expected, "{before} → {after}");
        }
    }
}

//! The house as `src/lib.rs` draws it: imports point down only, effects stay on their floors, and each
//! outside crate that we may want to leave one day is named in one place.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the sources fails")]

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// The first floor that may touch disk, network, clock and environment.
const EFFECTS: u32 = 6;

/// Crates that only these rooms may name.
const KEPT_IN: [(&str, &[&str]); 6] = [
    ("octocrab", &["github"]),
    ("git2", &["git", "demo"]),
    ("ureq", &["git", "demo", "server"]),
    ("serde_yaml", &["yaml"]),
    ("serde_saphyr", &["yaml"]),
    ("sqlx", &["store"]),
];

/// What only the floors from [`EFFECTS`] up may name.
const OUTSIDE: [&str; 14] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::time::SystemTime",
    "std::time::Instant",
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "tokio::",
    "ureq::",
    "sqlx::",
    "git2::",
];

/// Room → floor, read from the table in `src/lib.rs`.
type Map = BTreeMap<String, u32>;

fn read_map(lib: &str) -> Map {
    let mut map = Map::new();
    for row in lib.lines().filter_map(|line| line.strip_prefix("//! | ")) {
        let mut cells = row.split(" | ");
        let floor = cells
            .next()
            .and_then(|cell| cell.split(' ').next())
            .and_then(|n| n.parse().ok());
        let (Some(floor), Some(rooms)) = (floor, cells.next()) else {
            continue;
        };
        let names = rooms.split("[`").skip(1).filter_map(|rest| rest.split_once("`]"));
        map.extend(names.map(|(name, _)| (name.to_owned(), floor)));
    }
    map
}

/// The code of a file by line number: no comments, no test modules.
fn code(text: &str) -> Vec<(usize, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines.windows(2).position(|two| {
        two[0].trim() == "#[cfg(test)]" && two[1].trim_start().starts_with("mod ") && two[1].ends_with('{')
    });
    let shipped = &lines[..tests.unwrap_or(lines.len())];
    let numbered = shipped.iter().enumerate().map(|(n, line)| (n + 1, *line));
    numbered
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .collect()
}

/// Whether a path such as `octocrab` or `std::fs` is named, as a whole word.
fn names(line: &str, path: &str) -> bool {
    let ident = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + path.len()..].chars().next();
        let starts = !before.is_some_and(|c| ident(c) || c == '"' || c == '`');
        let ends = path.ends_with(':') || matches!(after, Some(':' | ';' | ',' | '}' | '('));
        starts && ends
    })
}

/// The rooms that a line of code leads to.
fn led_to(line: &str) -> Vec<&str> {
    let end = |rest: &str| {
        rest.find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len())
    };
    line.split("crate::")
        .skip(1)
        .map(|rest| &rest[..end(rest)])
        .filter(|name| !name.is_empty())
        .collect()
}

/// What is wrong with one file of a room.
fn faults(map: &Map, room: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Some(floor) = map.get(room).copied() else {
        return vec![format!("room `{room}` is missing from the map in src/lib.rs")];
    };
    for (number, line) in code(text) {
        let mut fault = |what: String| found.push(format!("line {number}: {what}"));
        for target in led_to(line) {
            if map.get(target).is_some_and(|other| *other > floor) {
                fault(format!("`{room}` (floor {floor}) imports `{target}` from above"));
            }
        }
        let import = line
            .trim_start()
            .trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ");
        if import.starts_with("use crate::") && (!import.ends_with(';') || import.contains('{')) {
            fault("more than one import in a `use crate::…;`".to_owned());
        }
        for (krate, rooms) in KEPT_IN {
            if names(line, krate) && !rooms.contains(&room) {
                fault(format!("`{krate}` is named outside {rooms:?}"));
            }
        }
        for outside in OUTSIDE {
            if floor < EFFECTS && names(line, outside) {
                fault(format!("`{outside}` below the effects floor"));
            }
        }
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|suffix| suffix == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The files and folders of modules that only tests have: `#[cfg(test)]` before `mod name;`.
fn test_modules(path: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let folder = match path.file_stem().unwrap().to_str().unwrap() {
        "mod" | "lib" | "main" => path.with_file_name(""),
        stem => path.with_file_name(stem),
    };
    let marked = lines.windows(2).filter(|two| two[0].trim() == "#[cfg(test)]");
    let names = marked.filter_map(|two| two[1].trim().strip_prefix("mod ")?.strip_suffix(';'));
    names
        .flat_map(|name| [folder.join(format!("{name}.rs")), folder.join(name)])
        .collect()
}

/// Room, path and text of each file that is shipped, but for the roots of the two crates.
fn house() -> (Map, Vec<(PathBuf, String, String)>) {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let map = read_map(&fs::read_to_string(src.join("lib.rs")).unwrap());
    let all = sources(&src);
    let mut left_out: BTreeSet<PathBuf> = all.iter().flat_map(|path| test_modules(path)).collect();
    left_out.extend([src.join("lib.rs"), src.join("main.rs")]);
    let files = all
        .into_iter()
        .filter(|path| !path.ancestors().any(|part| left_out.contains(part)));
    let with_room = files.map(|path| {
        let inside = path.strip_prefix(&src).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_string_lossy();
        let room = first.strip_suffix(".rs").unwrap_or(&first).to_owned();
        let text = fs::read_to_string(&path).unwrap();
        (path, room, text)
    });
    let with_room = with_room.collect();
    (map, with_room)
}

#[test]
fn imports_point_down_and_effects_stay_on_their_floors() {
    let (map, files) = house();
    let mut found = Vec::new();
    for (path, room, text) in &files {
        found.extend(
            faults(&map, room, text)
                .into_iter()
                .map(|fault| format!("{}: {fault}", path.display())),
        );
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn the_map_names_every_room_and_no_other() {
    let (map, _) = house();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(src.join("lib.rs")).unwrap();
    let rooms: BTreeSet<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(map.keys().map(String::as_str).collect::<BTreeSet<_>>(), rooms);
}

#[test]
fn no_two_rooms_lean_on_each_other() {
    let (map, files) = house();
    let mut leans: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, room, text) in &files {
        for (_, line) in code(text) {
            let others = led_to(line)
                .into_iter()
                .filter(|other| *other != room && map.contains_key(*other));
            leans.entry(room).or_default().extend(others);
        }
    }
    let mut settled: BTreeSet<&str> = BTreeSet::new();
    loop {
        let next: Vec<&str> = map
            .keys()
            .map(String::as_str)
            .filter(|room| !settled.contains(room))
            .filter(|room| {
                leans
                    .get(room)
                    .is_none_or(|on| on.iter().all(|other| settled.contains(other)))
            })
            .collect();
        if next.is_empty() {
            break;
        }
        settled.extend(next);
    }
    let circle: Vec<&String> = map
        .keys()
        .filter(|room| !settled.contains(room.as_str()))
        .collect();
    assert!(
        circle.is_empty(),
        "a circle among, or above, {circle:?}: {leans:?}"
    );
}

#[test]
fn the_check_sees_what_it_is_for() {
    let map = read_map(
        "//! | floor | rooms | what |\n//! |---|---|---|\n//! | 0 words | [`ids`], [`yaml`] | x |\n\
         //! | 2 meaning | [`diff`] | see [`check`] |\n//! | 6 effects | [`git`] | x |\n",
    );
    assert_eq!(
        map,
        Map::from([
            ("ids".into(), 0),
            ("yaml".into(), 0),
            ("diff".into(), 2),
            ("git".into(), 6)
        ])
    );
    for (room, text, expected) in [
        ("diff", "use crate::ids::Login;", 0),
        ("diff", "use crate::git::Repository;", 1),
        ("diff", "    let x = crate::git::open();", 1),
        ("diff", "//! use crate::git;", 0),
        ("diff", "use crate::ids::{A, B};", 1),
        ("diff", "use crate::ids::{", 1),
        ("diff", "use std::fs;", 1),
        ("diff", "let now = Timestamp::now();", 1),
        ("git", "use std::fs;\nuse git2::Oid;", 0),
        ("git", "use octocrab::Octocrab;", 1),
        ("ids", "let x: serde_yaml::Value;", 1),
        ("yaml", "let x: serde_yaml::Value;", 0),
        ("ids", "let my_git2 = 1;\nlet s = \"git2::x\";", 0),
        (
            "ids",
            "let x = 1;\n#[cfg(test)]\nmod tests {\n    use crate::git::Repository;\n}",
            0,
        ),
        ("attic", "", 1),
    ] {
        let found = faults(&map, room, text);
        assert_eq!(found.len(), expected, "{room}: {text}: {found:?}");
    }
}

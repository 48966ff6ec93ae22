//! `ledger export` and `ledger verify`, on a store as the server leaves it.

use jiff::Timestamp;
use serde_json::json;
use specwarden::ids::InstallationId;
use specwarden::ids::PullNumber;
use specwarden::ids::RepoId;
use specwarden::store;
use specwarden::store::NewEntry;
use specwarden::store::PullKey;
use specwarden::store::PullRow;
use specwarden::store::Record;

use crate::bench::Bench;

/// Repository, its name, pull request, who said something.
const SAID: [(u64, &str, u64, &str); 5] = [
    (7, "acme/roles", 1, "dana"),
    (7, "acme/roles", 2, "sue"),
    (7, "acme/roles", 1, "olga"),
    (9, "acme/agents", 1, "max"),
    (7, "acme/roles", 1, "theo"),
];

/// A folder with a store in the default place.
fn house() -> Bench {
    let bench = Bench::folder();
    let url = format!("sqlite://{}", bench.path().join("specwarden.db").display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = store::open(&url).await.unwrap();
        for (repo, name, number, login) in SAID {
            let pull = PullRow {
                key: PullKey {
                    installation: InstallationId(1),
                    repo: RepoId(repo),
                    number: PullNumber(number),
                },
                name: name.to_owned(),
                base_ref: "main".to_owned(),
                open: true,
                evaluated_at: Timestamp::UNIX_EPOCH,
                state: "{}".to_owned(),
                head: String::new(),
            };
            let entry = json!({
                "at": "2026-11-21T08:00:00Z", "repo": repo, "pull": number,
                "who": { "id": 5, "login": login }, "deed": "approvals_cancelled",
            });
            let record = Record {
                pull,
                entries: vec![NewEntry {
                    at: Timestamp::UNIX_EPOCH,
                    entry: entry.to_string(),
                }],
                done: Vec::new(),
                at: Timestamp::UNIX_EPOCH,
                worker: None,
            };
            store.record(&record).await.unwrap();
        }
        store.close().await;
    });
    bench
}

fn exported(bench: &Bench, args: &[&str]) -> String {
    let ran = bench.run(&[&["ledger", "export"], args].concat());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    bench.write("export.jsonl", &ran.stdout);
    ran.stdout
}

#[test]
fn an_export_holds_every_decision_and_is_intact() {
    let bench = house();
    let text = exported(&bench, &[]);
    assert_eq!(text.lines().count(), 5, "{text}");
    for (_, _, _, login) in SAID {
        assert!(
            text.contains(&format!("\"login\":\"{login}\"")),
            "{login}: {text}"
        );
    }
    let ran = bench.run(&["ledger", "verify", "export.jsonl"]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stdout.contains("repository 7: 4 entries intact"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("repository 9: 1 entry intact"),
        "{}",
        ran.stdout
    );
    let one = exported(&bench, &["--repo", "ACME/agents"]);
    assert_eq!(one.lines().count(), 1, "{one}");
    assert!(
        text.ends_with(&one),
        "the chain is the same in every export: {one}"
    );
}

#[test]
fn a_part_leaves_out_what_others_said_and_is_intact() {
    let bench = house();
    let text = exported(&bench, &["--repo", "acme/roles", "--pull", "1"]);
    assert!(!text.contains("sue"), "{text}");
    assert_eq!(text.matches("\"login\"").count(), 3, "{text}");
    let ran = bench.run(&["ledger", "verify", "export.jsonl"]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("3 entries of 4"), "{}", ran.stdout);
    bench.write("export.jsonl", &text.replace("olga", "ivan"));
    let ran = bench.run(&["ledger", "verify", "export.jsonl"]);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("broken at entry 3"), "{}", ran.stdout);
}

#[test]
fn whatever_was_done_to_an_export_is_found_where_it_was_done() {
    let bench = house();
    let text = exported(&bench, &["--repo", "acme/roles"]);
    let lines: Vec<&str> = text.lines().collect();
    let swapped = [lines[0], lines[2], lines[1], lines[3]].join("\n");
    for (name, tampered, says) in [
        (
            "text",
            text.replace("sue", "ivan"),
            "broken at entry 2: its text was changed",
        ),
        (
            "removed",
            [lines[0], lines[2], lines[3]].join("\n"),
            "broken at entry 2",
        ),
        ("swapped", swapped, "broken at entry 2"),
        ("first", lines[1..].join("\n"), "broken at entry 1"),
        ("twice", text.repeat(2), "it has two chains"),
    ] {
        bench.write("export.jsonl", &tampered);
        let ran = bench.run(&["ledger", "verify", "export.jsonl"]);
        assert_eq!(ran.status, 1, "{name}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains(says), "{name}: {}", ran.stdout);
    }
}

#[test]
fn an_export_that_was_cut_off_is_found_by_a_hash_that_was_kept() {
    let bench = house();
    let text = exported(&bench, &["--repo", "acme/roles"]);
    let told = bench.run(&["ledger", "verify", "export.jsonl"]).stdout;
    let last = told.split_whitespace().last().unwrap();
    let verify = ["ledger", "verify", "export.jsonl", "--holds", last];
    assert_eq!(bench.run(&verify).status, 0);
    let shorter: Vec<&str> = text.lines().take(3).collect();
    bench.write("export.jsonl", &shorter.join("\n"));
    assert_eq!(bench.run(&["ledger", "verify", "export.jsonl"]).status, 0);
    let ran = bench.run(&verify);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("no entry has the hash"), "{}", ran.stdout);
}

#[test]
fn what_cannot_be_read_is_neither_intact_nor_broken() {
    let bench = house();
    bench.write("export.jsonl", &(exported(&bench, &[]) + "{\"seq\":6}\n"));
    bench.write("empty.jsonl", "\n");
    for (args, says) in [
        (&["ledger", "verify", "export.jsonl"][..], "line 6"),
        (&["ledger", "verify", "nowhere.jsonl"], "nowhere.jsonl"),
        (&["ledger", "verify", "empty.jsonl"], "holds no entries"),
        (&["ledger", "export", "--repo", "acme/other"], "acme/other"),
        (&["ledger", "export", "--pull", "1"], "--repo"),
        (
            &["ledger", "export", "--database-url", "mysql://u:hush@x/y"],
            "store",
        ),
    ] {
        let ran = bench.run(args);
        assert_eq!(
            (ran.status, ran.stdout.as_str()),
            (2, ""),
            "{args:?}: {}",
            ran.stderr
        );
        assert!(ran.stderr.contains(says), "{args:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains("hush"), "{}", ran.stderr);
    }
    let elsewhere = Bench::folder();
    assert_eq!(elsewhere.run(&["ledger", "export"]).status, 2);
    assert!(
        !elsewhere.path().join("specwarden.db").exists(),
        "reading makes no store"
    );
}

//! The README cannot lie: its tables are made from the code, its policy is a policy, its files exist.
//!
//! `UPDATE_README=1 cargo test --test readme` writes the tables anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use specwarden::command;
use specwarden::config::Config;
use specwarden::diff::ChangeKind;
use specwarden::rules;
use specwarden::rules::Level;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// What the shipped binary says about itself.
fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_specwarden"))
        .args(arguments)
        .env_clear()
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn table(head: &str, rows: impl IntoIterator<Item = String>) -> String {
    let columns = head.matches(" | ").count() + 1;
    let rule = format!("|{}\n", "---|".repeat(columns));
    let rows: String = rows.into_iter().map(|row| format!("| {row} |\n")).collect();
    format!("| {head} |\n{rule}{rows}")
}

fn commands() -> String {
    let text = help(&["--help"]);
    let list = text
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let rows = list.lines().filter_map(|line| {
        let (name, about) = line.trim().split_once("  ")?;
        (name != "help").then(|| format!("`specwarden {name}` | {}", about.trim()))
    });
    table("command | does", rows)
}

/// One setting of `serve`, as its help shows it.
#[derive(Default)]
struct Setting {
    about: String,
    env: Option<String>,
    default: Option<String>,
}

fn settings() -> Vec<Setting> {
    let text = help(&["serve", "--help"]);
    let options = text
        .split("Options:\n")
        .nth(1)
        .unwrap()
        .split("\nExamples:")
        .next()
        .unwrap();
    let mut found: Vec<Setting> = Vec::new();
    for line in options.lines().map(str::trim) {
        let tag = |name: &str| line.strip_prefix(name)?.strip_suffix(']').map(str::trim);
        if line.starts_with('-') && !line.starts_with("- ") {
            found.push(Setting::default());
        } else if let (Some(setting), Some(env)) = (found.last_mut(), tag("[env: ")) {
            setting.env = Some(env.trim_end_matches('=').to_owned());
        } else if let (Some(setting), Some(default)) = (found.last_mut(), tag("[default: ")) {
            setting.default = Some(default.to_owned());
        } else if let Some(setting) = found.last_mut()
            && !line.is_empty()
            && !line.starts_with("- ")
            && line != "Possible values:"
        {
            let space = if setting.about.is_empty() { "" } else { " " };
            setting.about = format!("{}{space}{line}", setting.about);
        }
    }
    found.retain(|setting| setting.env.is_some());
    found
}

fn environment() -> String {
    let rows = settings().into_iter().map(|setting| {
        let name = setting.env.unwrap();
        let default = setting
            .default
            .map(|default| format!("`{default}`"))
            .unwrap_or_default();
        format!("`{name}` | {} | {default}", setting.about)
    });
    let logged = "`RUST_LOG` | What is logged, in tracing's words | ".to_owned();
    table("variable | what | default", rows.chain([logged]))
}

fn chat() -> String {
    let written = |syntax: &str| {
        let ways: Vec<_> = syntax.split(" · ").map(|way| format!("`{way}`")).collect();
        ways.join(" · ")
    };
    table(
        "command | effect",
        command::TABLE
            .iter()
            .map(|row| format!("{} | {}", written(row.syntax), row.effect)),
    )
}

fn kinds() -> String {
    let mut families: BTreeMap<usize, (&str, Vec<String>)> = BTreeMap::new();
    for (at, kind) in ChangeKind::ALL.iter().enumerate() {
        let family = kind.family();
        let first = families
            .iter()
            .find(|(_, (name, _))| *name == family)
            .map_or(at, |(first, _)| *first);
        let told = format!("`{}` {}", kind.as_str(), kind.default_bump().as_str());
        families.entry(first).or_insert((family, Vec::new())).1.push(told);
    }
    let rows = families
        .into_values()
        .map(|(family, kinds)| format!("{family} | {}", kinds.join(" · ")));
    table("about | kinds, each with the step that it asks for", rows)
}

fn all_rules() -> String {
    let level = |level: Level| match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Off => "off",
    };
    let row = |rule: &rules::Rule| format!("`{}` | {} | {}", rule.id, level(rule.default), rule.summary);
    table("rule | default | fires when", rules::ALL.iter().map(row))
}

#[test]
fn the_tables_say_what_the_code_does() {
    let mut text = readme();
    for (name, made) in [
        ("commands", commands()),
        ("environment", environment()),
        ("chat", chat()),
        ("kinds", kinds()),
        ("rules", all_rules()),
    ] {
        let start = format!("<!-- table: {name} -->\n");
        let (before, rest) = text
            .split_once(&start)
            .unwrap_or_else(|| panic!("no `{}`", start.trim()));
        let (_, after) = rest.split_once("<!-- end -->").unwrap();
        text = format!("{before}{start}{made}<!-- end -->{after}");
    }
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(root().join("README.md"), &text).unwrap();
    }
    assert!(
        text == readme(),
        "run `UPDATE_README=1 cargo test --test readme` and look at what it changes"
    );
}

#[test]
fn every_setting_of_the_design_is_one() {
    let names: Vec<String> = settings().into_iter().filter_map(|setting| setting.env).collect();
    for expected in [
        "APP_ID",
        "PRIVATE_KEY",
        "PRIVATE_KEY_PATH",
        "WEBHOOK_SECRET",
        "GITHUB_API_URL",
        "GITHUB_URL",
        "DATABASE_URL",
        "HOST",
        "PORT",
        "PUBLIC_URL",
        "CLIENT_ID",
        "CLIENT_SECRET",
        "LOG_FORMAT",
    ] {
        assert!(
            names.iter().any(|name| name == expected),
            "{expected} is not in {names:?}"
        );
    }
}

#[test]
fn the_policy_is_one_that_can_be_used() {
    let text = readme();
    let policy = text
        .split("```yaml\n")
        .find(|block| block.starts_with("specs:"))
        .unwrap();
    let policy = policy.split("```").next().unwrap();
    let config = Config::parse(policy).unwrap();
    assert_eq!(config.problems(policy), []);
    assert!(config.approvals.is_some());
}

#[test]
fn what_it_links_to_is_there() {
    let text = readme();
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for target in targets.filter(|target| !target.contains("://")) {
        assert!(root().join(target).exists(), "{target}");
    }
}

#[test]
fn the_toolchain_it_asks_for_is_the_one_that_is_declared() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let declared = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "))
        .unwrap();
    assert!(
        readme().contains(&format!("({} or newer)", declared.trim_matches('"'))),
        "{declared}"
    );
}

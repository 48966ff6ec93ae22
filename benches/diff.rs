//! The meaning diff: a typical pair, and how the time grows with the number of statements.
//!
//! Read the group `growth` as ratios: doubling the size should cost at most 2.3 times as much.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::BenchmarkId;
use criterion::Criterion;
use criterion::criterion_group;
use criterion::criterion_main;
use specwarden::diff::diff;
use specwarden::spec::Spec;
use specwarden::spec::Vocabulary;
use specwarden::spec::parse;

const VERBS: &[&str] = &[
    "inspect",
    "record",
    "publish",
    "rotate",
    "archive",
    "measure",
    "translate",
    "repair",
    "paint",
];
const NOUNS: &[&str] = &[
    "lanterns",
    "ledgers",
    "pipelines",
    "turbines",
    "orchards",
    "vaccines",
    "parcels",
    "antennas",
    "bridges",
    "glaciers",
    "valves",
];
const SECTIONS: &[&str] = &["Responsibilities", "Constraints", "Privileges", "Escalation"];

/// A spec of `count` statements; `changed` tells which of them read differently.
fn spec(count: usize, changed: impl Fn(usize) -> bool) -> Spec {
    let mut text = String::from("---\nrole: warden\nversion: 1.0.0\n---\n\n# Warden\n");
    for (number, title) in SECTIONS.iter().enumerate() {
        let _ = write!(text, "\n## {title}\n\n");
        for item in (0..count).filter(|i| i % SECTIONS.len() == number) {
            let (verb, noun) = (VERBS[item % VERBS.len()], NOUNS[item % NOUNS.len()]);
            let modal = if changed(item) { "should" } else { "must" };
            let _ = writeln!(
                text,
                "- The warden {modal} {verb} the {noun} of lot {item}x{} in hall {}q",
                item * 7 % 997,
                item / 13
            );
        }
    }
    parse("warden.md", text.as_bytes(), &Vocabulary::default())
}

fn typical(c: &mut Criterion) {
    let words = Vocabulary::default();
    let (before, after) = (spec(100, |_| false), spec(100, |i| i % 25 == 3));
    c.bench_function("typical pair, 120 lines", |b| {
        b.iter(|| black_box(diff(Some(&before), Some(&after), true, &words)))
    });
}

fn growth(c: &mut Criterion) {
    let words = Vocabulary::default();
    let mut group = c.benchmark_group("growth, 5 % changed");
    group.sample_size(10);
    for count in [1000, 2000, 4000, 8000, 16000] {
        let (before, after) = (spec(count, |_| false), spec(count, |i| i % 20 == 3));
        group.bench_with_input(BenchmarkId::from_parameter(count), &count, |b, _| {
            b.iter(|| black_box(diff(Some(&before), Some(&after), true, &words)));
        });
    }
    group.finish();
}

/// Nothing matches and everything is a little alike: the worst there is.
fn hostile(c: &mut Criterion) {
    let words = Vocabulary::default();
    let side = |salt: usize| {
        let mut text = String::from("# Warden\n\n## Constraints\n\n");
        for item in 0..10_000_usize {
            let word = |n: usize| NOUNS[(item * 31 + n * 17 + salt) % NOUNS.len()];
            let _ = writeln!(
                text,
                "- must {} {} {} {} {}",
                word(1),
                word(2),
                VERBS[item % VERBS.len()],
                word(3),
                item * 3 + salt
            );
        }
        parse("warden.md", text.as_bytes(), &words)
    };
    let (before, after) = (side(1), side(2));
    let mut group = c.benchmark_group("hostile");
    group.sample_size(10);
    group.bench_function("10,000 unmatched items a side", |b| {
        b.iter(|| black_box(diff(Some(&before), Some(&after), true, &words)))
    });
    group.finish();
}

criterion_group!(benches, typical, growth, hostile);
criterion_main!(benches);

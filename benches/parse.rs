//! Reading a spec, against the Markdown parser alone on the same bytes in the same run.
//!
//! Both use the same options, take every event with its place, and start from text in memory.
//! The goal is a ratio of at most 3; it is printed after the measurements.

use std::hint::black_box;
use std::time::Duration;
use std::time::Instant;

use criterion::BenchmarkId;
use criterion::Criterion;
use criterion::Throughput;
use criterion::criterion_group;
use criterion::criterion_main;
use pulldown_cmark::Options;
use pulldown_cmark::Parser;
use specwarden::spec::Vocabulary;
use specwarden::spec::parse;

const SPECS: [(&str, &str); 3] = [
    (
        "agent-role",
        include_str!("../tests/fixtures/seeds/platform-engineer-agent.md"),
    ),
    (
        "human-role",
        include_str!("../tests/fixtures/seeds/director-of-platform-engineering.md"),
    ),
    (
        "agent-profile",
        include_str!("../tests/fixtures/seeds/director-of-infrastructure.md"),
    ),
];

fn markdown_alone(text: &str) -> usize {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(text, options).into_offset_iter().count()
}

fn spec(text: &str) -> usize {
    parse("roles/bench.md", text.as_bytes(), &Vocabulary::default())
        .items
        .len()
}

/// How often both are measured.
const ROUNDS: usize = 600;

fn took(text: &str, run: fn(&str) -> usize) -> Duration {
    let start = Instant::now();
    black_box(run(black_box(text)));
    start.elapsed()
}

/// The least times of a spec and of Markdown alone, and the median of how many times as long the one
/// took as the other just before it. They take turns, as the speed of a machine wanders.
fn compared(text: &str) -> (Duration, Duration, f64) {
    let rounds: Vec<[Duration; 2]> = (0..ROUNDS)
        .map(|_| {
            let alone = took(text, markdown_alone);
            [took(text, spec), alone]
        })
        .collect();
    let least = |which: usize| rounds.iter().map(|round| round[which]).min().unwrap_or_default();
    let mut ratios: Vec<f64> = rounds.iter().map(|[spec, alone]| ratio(*spec, *alone)).collect();
    ratios.sort_by(f64::total_cmp);
    (least(0), least(1), ratios[ROUNDS / 2])
}

fn ratio(ours: Duration, alone: Duration) -> f64 {
    ours.as_secs_f64() / alone.as_secs_f64().max(f64::MIN_POSITIVE)
}

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for (name, text) in SPECS {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("markdown-alone", name), text, |b, text| {
            b.iter(|| markdown_alone(black_box(text)));
        });
        group.bench_with_input(BenchmarkId::new("spec", name), text, |b, text| {
            b.iter(|| spec(black_box(text)));
        });
    }
    group.finish();
    for (name, text) in SPECS {
        let (ours, alone, usual) = compared(text);
        let least = ratio(ours, alone);
        println!(
            "{name}: spec {ours:?}, Markdown alone {alone:?}, ratio {least:.2}, median of ratios {usual:.2}"
        );
    }
}

criterion_group!(benches, reading);
criterion_main!(benches);

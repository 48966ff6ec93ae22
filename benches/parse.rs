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

/// The least and the median time of many runs.
fn took(text: &str, run: fn(&str) -> usize) -> [Duration; 2] {
    let mut times: Vec<Duration> = (0..400)
        .map(|_| {
            let start = Instant::now();
            black_box(run(black_box(text)));
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    [times[0], times[times.len() / 2]]
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
        let ([ours, our_median], [alone, median]) = (took(text, spec), took(text, markdown_alone));
        let (least, usual) = (ratio(ours, alone), ratio(our_median, median));
        println!("{name}: spec {ours:?}, Markdown alone {alone:?}, ratio {least:.2}, by medians {usual:.2}");
    }
}

criterion_group!(benches, reading);
criterion_main!(benches);

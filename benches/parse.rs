//! Reading a spec, against the Markdown parser alone on the same bytes in the same run.
//!
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

fn took(text: &str, run: fn(&str) -> usize) -> Duration {
    let best = (0..200).map(|_| {
        let start = Instant::now();
        black_box(run(black_box(text)));
        start.elapsed()
    });
    best.min().unwrap_or_default()
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
        let (ours, alone) = (took(text, spec), took(text, markdown_alone));
        let ratio = ours.as_secs_f64() / alone.as_secs_f64().max(f64::MIN_POSITIVE);
        println!("{name}: spec {ours:?}, Markdown alone {alone:?}, ratio {ratio:.2}");
    }
}

criterion_group!(benches, reading);
criterion_main!(benches);

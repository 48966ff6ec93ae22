//! `/metrics` after a story: well-formed, and with everything that an operator is promised.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::scene::Scene;
use crate::scene::declared;
use crate::scene::get;

/// A name and its labels.
type Series = (String, BTreeMap<String, String>);

/// Metrics as a scraper reads them
/// (<https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>).
#[derive(Default)]
struct Metrics {
    kinds: BTreeMap<String, String>,
    helped: BTreeSet<String>,
    samples: BTreeMap<Series, f64>,
}

impl Metrics {
    fn read(text: &str) -> Self {
        let mut metrics = Self::default();
        assert!(text.ends_with('\n'), "the last line has an end");
        for line in text.lines().filter(|line| !line.is_empty()) {
            match line.strip_prefix("# ") {
                Some(comment) => metrics.comment(comment),
                None => metrics.sample(line),
            }
        }
        metrics
    }

    fn comment(&mut self, comment: &str) {
        let mut words = comment.splitn(3, ' ');
        let mut word = || words.next().expect("a whole comment");
        let (what, name, rest) = (word(), word(), word());
        if what == "HELP" {
            assert!(self.helped.insert(name.to_owned()), "helped twice: {name}");
            return;
        }
        assert_eq!(what, "TYPE", "{comment}");
        assert!(["counter", "gauge", "histogram"].contains(&rest), "{comment}");
        let before = self.kinds.insert(name.to_owned(), rest.to_owned());
        assert_eq!(before, None, "{name} has two types");
    }

    fn sample(&mut self, line: &str) {
        let name_end = line.find(['{', ' ']).expect("a name");
        let (name, rest) = line.split_at(name_end);
        assert!(is_name(name), "{line}");
        let (labels, value) = match rest.strip_prefix('{') {
            Some(rest) => labels(rest),
            None => (BTreeMap::new(), rest),
        };
        let value = value.trim_start().parse().expect("a number");
        let family = ["_bucket", "_sum", "_count"]
            .iter()
            .filter_map(|end| name.strip_suffix(end))
            .find(|family| self.kinds.get(*family).is_some_and(|kind| kind == "histogram"));
        let family = family.unwrap_or(name);
        assert!(self.kinds.contains_key(family), "{name} comes before its type");
        let before = self.samples.insert((name.to_owned(), labels), value);
        assert_eq!(before, None, "told twice: {line}");
    }

    /// The sum over all samples of this name whose labels hold these.
    fn sum(&self, name: &str, having: &[(&str, &str)]) -> f64 {
        let holds = |labels: &BTreeMap<String, String>| {
            having
                .iter()
                .all(|(key, value)| labels.get(*key).is_some_and(|said| said == value))
        };
        let of =
            |((named, labels), value): (&Series, &f64)| (named == name && holds(labels)).then_some(*value);
        self.samples.iter().filter_map(of).sum()
    }

    fn labels_of(&self, name: &str) -> BTreeSet<&str> {
        let of = self.samples.keys().filter(|(named, _)| named == name);
        of.flat_map(|(_, labels)| labels.keys().map(String::as_str))
            .collect()
    }
}

fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
}

/// Labels, and what is behind their closing brace.
fn labels(mut rest: &str) -> (BTreeMap<String, String>, &str) {
    let mut labels = BTreeMap::new();
    loop {
        if let Some(behind) = rest.strip_prefix('}') {
            return (labels, behind);
        }
        let (name, quoted) = rest.split_once("=\"").expect("a label");
        assert!(is_name(name), "{name}");
        let mut value = String::new();
        let mut letters = quoted.char_indices();
        let end = loop {
            match letters.next().expect("an end") {
                (_, '\\') => match letters.next().expect("an escape").1 {
                    'n' => value.push('\n'),
                    escaped => value.push(escaped),
                },
                (at, '"') => break at,
                (_, letter) => value.push(letter),
            }
        };
        assert_eq!(labels.insert(name.to_owned(), value), None, "{name} twice");
        rest = &quoted[end + 1..];
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_story_the_metrics_read_well_and_tell_everything() {
    let scene = Scene::new().await;
    let running = scene.serve().await;
    scene.settled(running.address()).await;
    let number = scene.open("loosen", &declared()).await;
    scene.verdict(number, "action_required").await;
    scene.says(&scene.dana, number, "/approve-role").await;
    scene.verdict(number, "success").await;
    scene.settled(running.address()).await;
    let (status, text) = get(running.address(), "/metrics").await;
    assert_eq!(status, 200);
    let metrics = Metrics::read(&text);
    for (name, kind, labels, at_least) in [
        (
            "specwarden_webhooks_total",
            "counter",
            &["event", "status"][..],
            2.0,
        ),
        ("specwarden_webhook_seconds", "histogram", &[], 0.0),
        ("specwarden_connections", "gauge", &[], 0.0),
        ("specwarden_queue_due", "gauge", &[], 0.0),
        ("specwarden_queue_dead", "gauge", &[], 0.0),
        ("specwarden_queue_age_seconds", "gauge", &[], 0.0),
        ("specwarden_visits_total", "counter", &["outcome"], 2.0),
        ("specwarden_evaluations_total", "counter", &["conclusion"], 2.0),
        ("specwarden_evaluation_seconds", "histogram", &[], 0.0),
        (
            "specwarden_github_calls_total",
            "counter",
            &["route", "cause", "status"],
            3.0,
        ),
        (
            "specwarden_github_rate_limit_remaining",
            "gauge",
            &["installation"],
            1.0,
        ),
        ("specwarden_git_seconds", "histogram", &[], 0.0),
        ("specwarden_git_bytes_total", "counter", &[], 1.0),
    ] {
        assert_eq!(
            metrics.kinds.get(name).map(String::as_str),
            Some(kind),
            "{name}\n{text}"
        );
        assert!(metrics.helped.contains(name), "nothing says what {name} is");
        if kind != "histogram" {
            let found = metrics.labels_of(name);
            assert_eq!(found, labels.iter().copied().collect(), "{name}");
            assert!(metrics.sum(name, &[]) >= at_least, "{name}\n{text}");
        }
    }
    assert!(
        metrics.sum(
            "specwarden_webhooks_total",
            &[("event", "pull_request"), ("status", "202")]
        ) >= 1.0
    );
    let written = [("route", "POST /repos/{}/check-runs"), ("status", "201")];
    assert!(
        metrics.sum("specwarden_github_calls_total", &written) >= 1.0,
        "{text}"
    );
    for (name, kind) in &metrics.kinds {
        if kind == "histogram" {
            let count = metrics.sum(&format!("{name}_count"), &[]);
            let all = metrics.sum(&format!("{name}_bucket"), &[("le", "+Inf")]);
            assert!(count > 0.0 && count == all, "{name}: {count} and {all}");
            let first = metrics.sum(&format!("{name}_bucket"), &[("le", "0.001")]);
            assert!(first <= all, "{name}: buckets add up");
        }
    }
    running.stop().await;
}

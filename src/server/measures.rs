//! What `/metrics` tells, each with a line that says what it is.

use metrics::Unit;

/// How a measure moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Only up, from 0 at the start of the process.
    Counter,
    /// Up and down.
    Gauge,
    /// Seconds, in buckets.
    Seconds,
}

/// Every measure there is.
pub(super) const ALL: &[(&str, Kind, &str)] = &[
    (
        "specwarden_webhooks_total",
        Kind::Counter,
        "Webhooks that came in, by event and by the status they were answered with",
    ),
    (
        "specwarden_webhook_seconds",
        Kind::Seconds,
        "How long a webhook took from its head to its answer",
    ),
    ("specwarden_connections", Kind::Gauge, "Connections that are open"),
    (
        "specwarden_connections_total",
        Kind::Counter,
        "Connections that ended, by how: well, broken, late or crowded out",
    ),
    (
        "specwarden_queue_due",
        Kind::Gauge,
        "Pull requests that wait to be looked at",
    ),
    (
        "specwarden_queue_dead",
        Kind::Gauge,
        "Pull requests given up after repeated failure, until something new happens to them",
    ),
    (
        "specwarden_queue_age_seconds",
        Kind::Gauge,
        "How long the pull request that waits longest has been waiting",
    ),
    (
        "specwarden_visits_total",
        Kind::Counter,
        "Looks at pull requests, by outcome",
    ),
    (
        "specwarden_evaluation_seconds",
        Kind::Seconds,
        "How long a look at a pull request took",
    ),
    (
        "specwarden_evaluations_total",
        Kind::Counter,
        "Verdicts, by conclusion",
    ),
    (
        "specwarden_github_calls_total",
        Kind::Counter,
        "Calls of GitHub's API, by route, by the event that caused them, and by status",
    ),
    (
        "specwarden_github_cache_hits_total",
        Kind::Counter,
        "Calls of GitHub's API that were answered as not modified, by route",
    ),
    (
        "specwarden_github_rate_limit_remaining",
        Kind::Gauge,
        "What is left of the rate limit, by installation",
    ),
    (
        "specwarden_people_cache_hits_total",
        Kind::Counter,
        "Permissions and memberships that needed no call",
    ),
    (
        "specwarden_git_seconds",
        Kind::Seconds,
        "How long fetching from Git took",
    ),
    (
        "specwarden_git_bytes_total",
        Kind::Counter,
        "Bytes that were fetched from Git",
    ),
    (
        "specwarden_git_by_id_total",
        Kind::Counter,
        "Looks at repositories too large to fetch, read file by file over the API",
    ),
    (
        "specwarden_redeliveries_total",
        Kind::Counter,
        "Failed deliveries that GitHub was asked to send again",
    ),
];

/// Tells the recorder what each is.
pub(super) fn describe() {
    for (name, kind, about) in ALL {
        match kind {
            Kind::Counter => metrics::describe_counter!(*name, *about),
            Kind::Gauge => metrics::describe_gauge!(*name, *about),
            Kind::Seconds => metrics::describe_histogram!(*name, Unit::Seconds, *about),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;
    use std::path::PathBuf;

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                sources(&path, found);
            } else if !path.ends_with("server/measures.rs") {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_measure_in_the_code_is_described_and_no_other() {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let mut taken = BTreeSet::new();
        for file in files {
            let text = fs::read_to_string(file).unwrap();
            for rest in text.split("metrics::").skip(1) {
                let (Some((call, rest)), Some(name)) = (rest.split_once('('), rest.split('"').nth(1)) else {
                    continue;
                };
                let kind = match call {
                    "counter!" => Kind::Counter,
                    "gauge!" => Kind::Gauge,
                    "histogram!" => Kind::Seconds,
                    _ => continue,
                };
                assert!(rest.trim_start().starts_with('"'), "{rest:.60}");
                taken.insert((name.to_owned(), format!("{kind:?}")));
            }
        }
        let told: BTreeSet<_> = ALL
            .iter()
            .map(|(name, kind, _)| ((*name).to_owned(), format!("{kind:?}")))
            .collect();
        assert_eq!(taken, told);
    }
}

//! Findings in telling order: the same fault in several files is told once.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::report::Report;
use crate::rules::Finding;
use crate::rules::Severity;

/// From how many files on a fault is told once for all of them.
const SEVERAL: usize = 3;

/// One fault as it is told: a finding, or the same finding in several files.
#[derive(Clone, Debug)]
pub struct Fault<'a> {
    /// The findings, in the report's order. Never empty.
    pub findings: Vec<&'a Finding>,
}

impl<'a> Fault<'a> {
    /// The finding that is told for all of them.
    pub fn first(&self) -> &'a Finding {
        self.findings[0]
    }

    /// How bad it is; the same for all of them.
    pub fn severity(&self) -> Severity {
        self.first().severity
    }

    /// Whether it is told once for several files.
    pub fn is_shared(&self) -> bool {
        self.findings.len() > 1
    }
}

/// What two findings share that are one fault: the rule, how bad it is, and what to do about it.
type Remedy<'a> = (&'a str, Severity, &'a str);

fn remedy(finding: &Finding) -> Remedy<'_> {
    (&finding.rule, finding.severity, &finding.help)
}

/// The findings of a report, gathered; the report's order stays.
pub fn faults(report: &Report) -> Vec<Fault<'_>> {
    let mut files: BTreeMap<Remedy<'_>, BTreeSet<&str>> = BTreeMap::new();
    for finding in &report.findings {
        files
            .entry(remedy(finding))
            .or_default()
            .insert(finding.path.as_str());
    }
    let mut faults: Vec<Fault<'_>> = Vec::new();
    let mut told: BTreeMap<Remedy<'_>, usize> = BTreeMap::new();
    for finding in &report.findings {
        let remedy = remedy(finding);
        let shared = !finding.help.is_empty() && files.get(&remedy).is_some_and(|in_| in_.len() >= SEVERAL);
        if let Some(fault) = told.get(&remedy).and_then(|at| faults.get_mut(*at)) {
            fault.findings.push(finding);
            continue;
        }
        if shared {
            told.insert(remedy, faults.len());
        }
        faults.push(Fault {
            findings: vec![finding],
        });
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SpecPath;
    use crate::report::sample;

    fn report(found: &[(&str, &str)]) -> Report {
        let (mut report, _) = sample::loosened();
        let sample = report.findings[0].clone();
        report.findings = found
            .iter()
            .map(|(path, help)| Finding {
                path: SpecPath::new(*path),
                help: (*help).to_owned(),
                ..sample.clone()
            })
            .collect();
        report
    }

    fn sizes(report: &Report) -> Vec<usize> {
        faults(report).iter().map(|fault| fault.findings.len()).collect()
    }

    #[test]
    fn the_same_remedy_in_several_files_is_one_fault() {
        let found = [
            ("a.md", "mend"),
            ("b.md", "sew"),
            ("c.md", "mend"),
            ("d.md", "mend"),
        ];
        assert_eq!(sizes(&report(&found)), [3, 1]);
    }

    #[test]
    fn two_files_or_one_file_thrice_are_told_one_by_one() {
        assert_eq!(sizes(&report(&[("a.md", "mend"), ("b.md", "mend")])), [1, 1]);
        assert_eq!(
            sizes(&report(&[("a.md", "mend"), ("a.md", "mend"), ("a.md", "mend")])),
            [1, 1, 1]
        );
    }

    #[test]
    fn what_has_no_remedy_is_never_told_together() {
        assert_eq!(
            sizes(&report(&[("a.md", ""), ("b.md", ""), ("c.md", "")])),
            [1, 1, 1]
        );
    }
}

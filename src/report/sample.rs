//! A report with something of everything, for the tests of the renderers.

use crate::approvals::Approval;
use crate::approvals::Open;
use crate::diff::BothLines;
use crate::diff::Bump;
use crate::diff::Change;
use crate::diff::ChangeKind;
use crate::diff::Echo;
use crate::ids::ChangeId;
use crate::ids::Digest;
use crate::ids::SpecPath;
use crate::report::Conclusion;
use crate::report::Report;
use crate::report::SCHEMA;
use crate::report::Side;
use crate::report::Sources;
use crate::report::SpecReport;
use crate::report::Status;
use crate::rules::Finding;
use crate::rules::Severity;
use crate::rules::Suggestion;
use crate::rules::VersionVerdict;
use crate::spec::Facet;
use crate::spec::Lines;

pub(super) fn change(number: u8, kind: ChangeKind, before: Option<&str>, after: Option<&str>) -> Change {
    let digest = format!("{number:02x}").repeat(32);
    Change {
        id: ChangeId::new(format!("c{}", &digest[..7])),
        digest: Digest::new(digest),
        kind,
        facet: Facet::Limit,
        section: vec!["Constraints".to_owned()],
        moved_to: None,
        key: None,
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        lines: BothLines {
            before: before.map(|_| Lines::one(5)),
            after: after.map(|_| Lines::one(6)),
        },
        echoes: Vec::new(),
        evidence: Vec::new(),
        witness: None,
        bump: kind.default_bump(),
    }
}

pub(super) fn spec(path: &str, changes: Vec<Change>) -> SpecReport {
    let driver = changes.iter().max_by_key(|change| change.bump);
    SpecReport {
        path: SpecPath::new(path),
        previous_path: None,
        status: Status::Modified,
        role: "platform-engineer".to_owned(),
        version: VersionVerdict {
            before: Some("1.0.0".to_owned()),
            after: Some("1.0.0".to_owned()),
            actual_bump: Some(Bump::None),
            required_bump: driver.map(|change| change.bump).unwrap_or_default(),
            required_step: driver.map(|change| change.bump),
            driven_by: driver.map(|change| change.id.clone()),
        },
        changes,
        powers: None,
        fallback: None,
        reading: None,
    }
}

pub(super) fn report(specs: Vec<SpecReport>) -> Report {
    Report {
        schema: SCHEMA.to_owned(),
        base: "1111111111111111111111111111111111111111".to_owned(),
        head: "2222222222222222222222222222222222222222".to_owned(),
        conclusion: Conclusion::Success,
        specs,
        findings: Vec::new(),
        approvals: Vec::new(),
        power: Vec::new(),
        rejections: Vec::new(),
    }
}

pub(super) fn finding(rule: &str, severity: Severity, line: usize) -> Finding {
    Finding {
        rule: rule.to_owned(),
        severity,
        path: SpecPath::new("roles/platform-engineer.md"),
        line: Some(line),
        message: "the meaning changed, and the version is still `1.0.0`".to_owned(),
        help: "set the version to `2.0.0`".to_owned(),
        suggestion: Some(Suggestion {
            line,
            replacement: "version: 2.0.0".to_owned(),
        }),
    }
}

/// One spec that loses a limit, with everything around it.
pub(super) fn loosened() -> (Report, Sources) {
    let mut lost = change(0x1f, ChangeKind::ConstraintLoosened, Some("deployment"), None);
    lost.section = vec!["constraints".to_owned(), "requires_approval_for".to_owned()];
    lost.evidence = vec!["removed from `requires_approval_for`".to_owned()];
    lost.witness = Some("a deployment without anybody's approval".to_owned());
    lost.echoes = vec![Echo {
        section: vec!["Agent profile".to_owned()],
        lines: Lines::one(9),
    }];
    let weaker = change(
        0x2a,
        ChangeKind::ResponsibilityRelaxed,
        Some("Must review every change to production"),
        Some("Should review most changes to production"),
    );
    let words = change(
        0x3b,
        ChangeKind::RequirementReworded,
        Some("Knows Kubernetes"),
        Some("Knows Kubernetes well"),
    );
    let mut report = report(vec![spec(
        "roles/platform-engineer.md",
        vec![lost, weaker, words],
    )]);
    report.conclusion = Conclusion::Failure;
    report.findings = vec![
        finding("version-not-bumped", Severity::Error, 3),
        Finding {
            suggestion: None,
            message: "the row for 1.0.0 says nothing of the lost limit".to_owned(),
            help: "name it".to_owned(),
            ..finding("changelog-silent-on-risk", Severity::Warning, 8)
        },
    ];
    report.approvals = vec![Approval {
        name: "security".to_owned(),
        because: vec![ChangeId::new("c1f1f1f1")],
        require: 1,
        from: vec!["@acme/security".to_owned()],
        approved_by: Vec::new(),
        counted: Vec::new(),
        open: Open {
            changes: vec![ChangeId::new("c1f1f1f1")],
            missing: 1,
            ..Open::default()
        },
        satisfied: false,
        reasons: vec!["nobody of `@acme/security` has approved yet".to_owned()],
    }];
    let mut sources = Sources::default();
    let text = "---\nrole: platform-engineer\nversion: 1.0.0\n---\n# Role\n\n- Should\n| 1.0.0 | first |\n";
    sources.add(
        Side::After,
        &SpecPath::new("roles/platform-engineer.md"),
        text.as_bytes(),
    );
    (report, sources)
}

//! The report for people at a terminal: the verdict first, then spec by spec what changed and what
//! is wrong, with the cause underlined.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::approvals::Approval;
use crate::ids::SpecPath;
use crate::report::Conclusion;
use crate::report::Ink;
use crate::report::Paint;
use crate::report::Powers;
use crate::report::Report;
use crate::report::Sources;
use crate::report::SpecReport;
use crate::report::Status;
use crate::report::escape;
use crate::report::faults::Fault;
use crate::report::faults::faults;
use crate::report::outline::Entry;
use crate::report::outline::Outline;
use crate::report::snippet;
use crate::report::table;
use crate::report::wording;
use crate::report::wording::Run;
use crate::report::words;
use crate::rules::Finding;
use crate::rules::Severity;

/// The most statements of a new role per list.
const POWERS: usize = 8;

/// The report as text, verdict first.
pub fn render(report: &Report, sources: &Sources, paint: Paint) -> String {
    let mut page = Page {
        out: String::new(),
        paint,
        sources,
    };
    let (shared, own): (Vec<Fault<'_>>, Vec<Fault<'_>>) =
        faults(report).into_iter().partition(Fault::is_shared);
    let own: Vec<&Finding> = own.iter().map(Fault::first).collect();
    page.verdict(report);
    page.shared(report, &shared);
    for (spec, outline) in report.specs.iter().zip(Outline::by_spec(report)) {
        page.spec(spec, &outline, &own);
    }
    page.elsewhere(report, &own);
    page.people(report);
    page.approvals(&report.approvals);
    page.totals(report);
    page.out
}

/// The changes of one spec alone, without a verdict.
pub fn changes(spec: &SpecReport, paint: Paint) -> String {
    let sources = Sources::default();
    let mut page = Page {
        out: String::new(),
        paint,
        sources: &sources,
    };
    let outline = Outline::of_spec(spec);
    for entry in outline.changes.iter().chain(&outline.cosmetic) {
        page.change(entry);
    }
    if let Some(powers) = &spec.powers {
        page.powers(powers);
    }
    page.out
}

struct Page<'a> {
    out: String,
    paint: Paint,
    sources: &'a Sources,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn verdict(&mut self, report: &Report) {
        let (mark, ink) = match report.conclusion {
            Conclusion::Success => ("✓", Ink::Green),
            Conclusion::Failure => ("✗", Ink::Red),
            Conclusion::ActionRequired => ("…", Ink::Yellow),
            Conclusion::Neutral => ("–", Ink::Faint),
        };
        let title = format!("{mark} {}", escape::clean(&words::title(report)));
        let title = self.paint.ink(Ink::Bold, &self.paint.ink(ink, &title));
        self.line(&title);
    }

    /// What happened in several specs at once, told once.
    fn shared(&mut self, report: &Report, faults: &[Fault<'_>]) {
        let outline = Outline::of(report);
        let entries = outline.changes.iter().chain(&outline.cosmetic);
        let shared: Vec<&Entry<'_>> = entries.filter(|entry| entry.specs() > 1).collect();
        if shared.is_empty() && faults.is_empty() {
            return;
        }
        self.line("");
        let head = self.paint.ink(Ink::Bold, "in several specs");
        self.line(&head);
        for entry in shared {
            self.change(entry);
            for place in &entry.places {
                let lines = lines(place.change.lines.after.or(place.change.lines.before));
                let at = format!(
                    "      {} {}{lines}",
                    escape::clean(place.spec.path.as_str()),
                    place.change.id
                );
                self.line(&self.paint.ink(Ink::Faint, &at));
            }
        }
        for fault in faults {
            self.findings(&[fault.first()]);
            let more = &fault.findings[1..];
            self.line(&format!(
                "  and the same in {}",
                words::count(more.len(), "more place")
            ));
            for finding in more {
                let line = finding
                    .line
                    .map_or_else(String::new, |line| format!("  line {line}"));
                let at = format!("      {}{line}", escape::clean(finding.path.as_str()));
                self.line(&self.paint.ink(Ink::Faint, &at));
            }
        }
    }

    fn spec(&mut self, spec: &SpecReport, outline: &Outline<'_>, own: &[&Finding]) {
        let findings = own.iter().copied().filter(|finding| finding.path == spec.path);
        let findings: Vec<&Finding> = findings.collect();
        let quiet = outline.changes.is_empty() && outline.cosmetic.is_empty() && findings.is_empty();
        if quiet && spec.reading.is_none() && spec.powers.is_none() {
            return;
        }
        self.line("");
        self.spec_head(spec);
        if let Some(reading) = &spec.reading {
            self.out.push_str(&table::reading(reading, self.paint));
        }
        for entry in outline.changes.iter().chain(&outline.cosmetic) {
            self.change(entry);
        }
        if let Some(powers) = &spec.powers {
            self.powers(powers);
        }
        if let Some(fallback) = &spec.fallback {
            self.line(&format!("  note: {}", escape::clean(fallback)));
        }
        self.findings(&findings);
    }

    fn spec_head(&mut self, spec: &SpecReport) {
        let path = self.paint.ink(Ink::Bold, &escape::clean(spec.path.as_str()));
        let mut head = format!("{path}  {}", escape::clean(&spec.role));
        if spec.status != Status::Unchanged {
            let _ = write!(head, "  {}", words::status(spec.status));
        }
        if let Some(previous) = &spec.previous_path {
            let _ = write!(head, " from {}", escape::clean(previous.as_str()));
        }
        self.line(&head);
        if spec.status == Status::Unchanged {
            return;
        }
        let mut versions = format!(
            "  version {}; needed: {}",
            escape::clean(&words::declared(&spec.version)),
            words::needed(&spec.version)
        );
        if let Some(id) = &spec.version.driven_by {
            let _ = write!(versions, ", driven by {id}");
        }
        self.line(&versions);
    }

    fn change(&mut self, entry: &Entry<'_>) {
        let change = entry.change();
        let ink = match (change.kind.is_severe(), entry.is_cosmetic()) {
            (true, _) => Ink::Red,
            (false, true) => Ink::Faint,
            (false, false) => Ink::Yellow,
        };
        let mut head = format!("  {}", self.paint.ink(ink, change.kind.as_str()));
        if entry.specs() == 1 {
            for place in &entry.places {
                let id = self.paint.ink(Ink::Cyan, place.change.id.as_str());
                let at = place.change.lines.after.or(place.change.lines.before);
                let _ = write!(head, "  {id}{}", lines(at));
            }
        }
        let section: Vec<String> = change.section.iter().map(|title| escape::clean(title)).collect();
        let _ = write!(head, "  {}", section.join(" › "));
        self.line(head.trim_end());
        self.texts(change.before.as_deref(), change.after.as_deref());
        if let Some(to) = &change.moved_to {
            let to: Vec<String> = to.iter().map(|title| escape::clean(title)).collect();
            self.line(&format!("      now in: {}", to.join(" › ")));
        }
        if !change.evidence.is_empty() {
            let evidence: Vec<String> = change.evidence.iter().map(|text| escape::clean(text)).collect();
            self.line(&format!("      because: {}", evidence.join("; ")));
        }
        if let Some(witness) = &change.witness {
            self.line(&format!(
                "      allowed now and not before: {}",
                escape::clean(witness)
            ));
        }
        for echo in &change.echoes {
            let section: Vec<String> = echo.section.iter().map(|title| escape::clean(title)).collect();
            self.line(&format!(
                "      said again in: {}{}",
                section.join(" › "),
                lines(Some(echo.lines))
            ));
        }
    }

    fn texts(&mut self, before: Option<&str>, after: Option<&str>) {
        let (before, after) = match (before, after) {
            (Some(before), Some(after)) if before == after => {
                self.line(&format!("      {}", escape::clean(&wording::alone(before))));
                return;
            }
            (Some(before), Some(after)) => {
                let wording = wording::compare(before, after);
                (
                    Some(self.runs(&wording.before, Ink::Red)),
                    Some(self.runs(&wording.after, Ink::Green)),
                )
            }
            (before, after) => (
                before.map(|text| self.paint.ink(Ink::Red, &escape::clean(&wording::alone(text)))),
                after.map(|text| self.paint.ink(Ink::Green, &escape::clean(&wording::alone(text)))),
            ),
        };
        for (mark, ink, text) in [("-", Ink::Red, before), ("+", Ink::Green, after)] {
            if let Some(text) = text {
                self.line(&format!("    {} {text}", self.paint.ink(ink, mark)));
            }
        }
    }

    fn runs(&self, runs: &[Run], ink: Ink) -> String {
        let parts = runs.iter().map(|run| {
            let text = escape::clean(&run.text);
            if run.changed {
                self.paint.ink(ink, &text)
            } else {
                text
            }
        });
        parts.collect::<Vec<_>>().join(" ")
    }

    fn powers(&mut self, powers: &Powers) {
        let lists = [
            ("may, on its own", &powers.grants),
            ("must not, or must ask for", &powers.limits),
            ("must", &powers.duties),
        ];
        for (title, items) in lists.into_iter().filter(|(_, items)| !items.is_empty()) {
            self.line(&format!("    {title} ({})", items.len()));
            for item in items.iter().take(POWERS) {
                self.line(&format!("      · {}", escape::clean(&escape::cut(item, 160))));
            }
            if items.len() > POWERS {
                self.line(&format!("      · … and {} more", items.len() - POWERS));
            }
        }
    }

    fn findings(&mut self, findings: &[&Finding]) {
        for finding in findings {
            let line = finding.line.and_then(|line| {
                let side = self.sources.side_of(&finding.path);
                self.sources.line(side, &finding.path, line)
            });
            self.line("");
            let shown = snippet::finding(finding, line, self.paint);
            self.line(&shown);
        }
    }

    /// Findings about files that are no specs of this report, such as the policy.
    fn elsewhere(&mut self, report: &Report, own: &[&Finding]) {
        let specs: BTreeSet<&SpecPath> = report.specs.iter().map(|spec| &spec.path).collect();
        let others = own
            .iter()
            .copied()
            .filter(|finding| !specs.contains(&finding.path));
        self.findings(&others.collect::<Vec<_>>());
    }

    /// Objections, and changes to who may approve.
    fn people(&mut self, report: &Report) {
        for rejection in &report.rejections {
            let mark = match rejection.blocks {
                true => self.paint.ink(Ink::Red, "objection"),
                false => self.paint.ink(Ink::Faint, "objection, does not count"),
            };
            let role = rejection
                .role
                .as_deref()
                .map_or_else(String::new, |role| format!(" ({role})"));
            let text = format!("{}{role}: {}", rejection.login, rejection.reason);
            self.line("");
            self.line(&format!("{mark} {}", escape::clean(&text)));
            self.line(&format!("  {}", escape::clean(&rejection.because)));
        }
        for note in &report.power {
            self.line("");
            let text = format!("{}  {}  {}", note.kind, note.id, note.path);
            self.line(&self.paint.ink(Ink::Yellow, &escape::clean(&text)));
            for sentence in &note.sentences {
                self.line(&format!("  {}", escape::clean(sentence)));
            }
        }
    }

    fn approvals(&mut self, approvals: &[Approval]) {
        if approvals.is_empty() {
            return;
        }
        self.line("");
        let head = self.paint.ink(Ink::Bold, "approvals");
        self.line(&head);
        for approval in approvals {
            let mark = match approval.satisfied {
                true => self.paint.ink(Ink::Green, "✓"),
                false => self.paint.ink(Ink::Yellow, "…"),
            };
            let because: Vec<&str> = approval.because.iter().map(|id| id.as_str()).collect();
            let from: Vec<String> = approval.from.iter().map(|who| escape::clean(who)).collect();
            let mut text = format!(
                "  {mark} {}: {} of {}, for {}",
                escape::clean(&approval.name),
                approval.require,
                from.join(", "),
                because.join(", ")
            );
            if !approval.approved_by.is_empty() {
                let by: Vec<&str> = approval.approved_by.iter().map(|who| who.as_str()).collect();
                let _ = write!(text, "; approved by {}", by.join(", "));
            }
            self.line(&text);
            for reason in &approval.reasons {
                let reason = self
                    .paint
                    .ink(Ink::Faint, &format!("      {}", escape::clean(reason)));
                self.line(&reason);
            }
        }
    }

    fn totals(&mut self, report: &Report) {
        if report.specs.is_empty() && report.findings.is_empty() {
            return;
        }
        let changes = report.specs.iter().flat_map(|spec| &spec.changes);
        let severe = changes.clone().filter(|change| change.kind.is_severe()).count();
        let mut parts = vec![words::count(report.specs.len(), "spec")];
        if report.specs.iter().all(|spec| spec.status == Status::Unchanged) {
            let items = report.specs.iter().filter_map(|spec| spec.reading.as_ref());
            parts.push(words::count(
                items.map(|reading| reading.items.len()).sum(),
                "statement",
            ));
        } else {
            parts.push(format!(
                "{} ({severe} severe)",
                words::count(changes.count(), "change")
            ));
        }
        parts.push(words::count(words::findings(report, Severity::Error), "error"));
        parts.push(words::count(
            words::findings(report, Severity::Warning),
            "warning",
        ));
        let notes = words::findings(report, Severity::Note);
        if notes > 0 {
            parts.push(words::count(notes, "note"));
        }
        let pending = words::pending(report).count();
        if pending > 0 {
            parts.push(format!("{} missing", words::count(pending, "approval")));
        }
        self.line("");
        self.line(&parts.join(" · "));
    }
}

fn lines(lines: Option<crate::spec::Lines>) -> String {
    match lines {
        None => String::new(),
        Some(lines) if lines.first == lines.last => format!("  line {}", lines.first),
        Some(lines) => format!("  lines {}–{}", lines.first, lines.last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_verdict_comes_first_and_the_cause_is_underlined() {
        let (report, sources) = sample::loosened();
        insta::assert_snapshot!(render(&report, &sources, Paint::Plain), @r##"
        ✗ 1 error: platform-engineer needs a major step, none made

        roles/platform-engineer.md  platform-engineer  modified
          version 1.0.0, not bumped; needed: major, driven by c2a2a2a2
          constraint.loosened  c1f1f1f1  line 5  constraints › requires_approval_for
            - deployment
              because: removed from `requires_approval_for`
              allowed now and not before: a deployment without anybody's approval
              said again in: Agent profile  line 9
          responsibility.relaxed  c2a2a2a2  line 6  Constraints
            - Must review every change to production
            + Should review most changes to production
          requirement.reworded  c3b3b3b3  line 6  Constraints
            - Knows Kubernetes
            + Knows Kubernetes well

        error[version-not-bumped]: the meaning changed, and the version is still `1.0.0`
         --> roles/platform-engineer.md:3:10
          |
        3 | version: 1.0.0
          |          ^^^^^
          |
        help: set the version to `2.0.0`
          |
        3 - version: 1.0.0
        3 + version: 2.0.0
          |

        warning[changelog-silent-on-risk]: the row for 1.0.0 says nothing of the lost limit
         --> roles/platform-engineer.md:8:3
          |
        8 | | 1.0.0 | first |
          |   ^^^^^
          |
          = help: name it

        approvals
          … security: 1 of @acme/security, for c1f1f1f1
              nobody of `@acme/security` has approved yet

        1 spec · 3 changes (2 severe) · 1 error · 1 warning · 1 approval missing
        "##);
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let (report, sources) = sample::loosened();
        let coloured = render(&report, &sources, Paint::Colour);
        assert!(coloured.contains('\u{1b}'));
        let plain = anstream::adapter::strip_str(&coloured).to_string();
        assert_eq!(plain, render(&report, &sources, Paint::Plain));
    }
}

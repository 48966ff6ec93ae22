//! Workflow commands: what GitHub Actions shows beside the lines.
//!
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>

use crate::report::Report;
use crate::report::check_run::Annotation;
use crate::report::check_run::Level;
use crate::report::check_run::annotations;
use crate::report::words;

/// One command per line: a notice with the verdict, then one per finding and severe change.
pub fn render(report: &Report) -> String {
    let mut out = format!("::notice title=specwarden::{}\n", data(&words::title(report)));
    for annotation in annotations(report) {
        out.push_str(&command(&annotation));
        out.push('\n');
    }
    out
}

fn command(annotation: &Annotation) -> String {
    let name = match annotation.level {
        Level::Failure => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    format!(
        "::{name} file={},line={},endLine={},title={}::{}",
        property(&annotation.path),
        annotation.start_line,
        annotation.end_line,
        property(&annotation.title),
        data(&annotation.message)
    )
}

/// A command's message: what would end its line is encoded.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A command's property: what would end it is encoded as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SpecPath;
    use crate::report::sample;
    use crate::rules::Severity;

    #[test]
    fn a_message_cannot_end_its_command() {
        let mut report = sample::report(Vec::new());
        let mut finding = sample::finding("version-conflict", Severity::Error, 3);
        finding.path = SpecPath::new("roles/a,b:c.md");
        finding.message = "50% done\n::error::forged\r::stop-commands::x".to_owned();
        finding.help = String::new();
        report.findings.push(finding);
        let text = render(&report);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert_eq!(
            lines[1],
            "::error file=roles/a%2Cb%3Ac.md,line=3,endLine=3,title=version-conflict::50%25 done ::error::forged ::stop-commands::x"
        );
    }

    #[test]
    fn the_annotations_say_what_and_where() {
        let (report, _) = sample::loosened();
        insta::assert_snapshot!(render(&report), @r##"
        ::notice title=specwarden::1 error: platform-engineer needs a major step, none made
        ::error file=roles/platform-engineer.md,line=3,endLine=3,title=version-not-bumped::the meaning changed, and the version is still `1.0.0`. Set the version to `2.0.0`.
        ::warning file=roles/platform-engineer.md,line=8,endLine=8,title=changelog-silent-on-risk::the row for 1.0.0 says nothing of the lost limit. Name it.
        ::notice file=roles/platform-engineer.md,line=6,endLine=6,title=Responsibility relaxed (c2a2a2a2)::before: Must review every change to production%0Aafter: Should review most changes to production
        "##);
    }
}

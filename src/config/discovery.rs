//! Finding specs where no policy names them: by their paths, then by what they say.

use crate::ids::SpecPath;
use crate::spec::Facet;
use crate::spec::Section;
use crate::spec::Spec;
use crate::spec::Voice;

/// Documents of a repository that are about the repository, whatever they say. Lower case, without
/// the extension.
const HOUSE_FILES: &[&str] = &[
    "readme",
    "changelog",
    "changes",
    "history",
    "news",
    "releases",
    "release-notes",
    "contributing",
    "license",
    "licence",
    "copying",
    "notice",
    "code_of_conduct",
    "code-of-conduct",
    "security",
    "support",
    "governance",
    "maintainers",
    "authors",
    "contributors",
    "codeowners",
    "install",
    "upgrading",
    "migration",
    "todo",
    "index",
    "summary",
    "faq",
    "glossary",
    "pull_request_template",
    "issue_template",
    "funding",
];

/// Folders whose documents nobody wrote for this repository, or that are forms.
const FOREIGN_FOLDERS: &[&str] = &[
    "node_modules",
    "vendor",
    "third_party",
    "target",
    "dist",
    ".git",
    "issue_template",
    "fixtures",
];

/// Folders whose documents are role specs as a rule.
const SPEC_FOLDERS: &[&str] = &[
    "roles",
    "role",
    "agents",
    "subagents",
    "personas",
    "job-descriptions",
    "charters",
];

/// Whether a file may be a spec, by its path: Markdown that is no house file.
pub fn may_hold_a_spec(path: &SpecPath) -> bool {
    let lower = path.as_str().to_ascii_lowercase();
    let (folders, file) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let Some((stem, extension)) = file.rsplit_once('.') else {
        return false;
    };
    matches!(extension, "md" | "markdown" | "mdx")
        && !HOUSE_FILES.contains(&stem)
        && !folders.split('/').any(|folder| FOREIGN_FOLDERS.contains(&folder))
}

/// Whether the path alone says that it is one: `….role.md`, `….agent.md`, `.claude/agents/….md`.
pub(super) fn named_as_a_spec(path: &SpecPath) -> bool {
    let lower = path.as_str().to_ascii_lowercase();
    let named = [".role.md", ".agent.md", ".chatmode.md"]
        .iter()
        .any(|end| lower.ends_with(end));
    let agents = [".claude/agents/", ".github/agents/", ".opencode/agent/"]
        .iter()
        .any(|folder| lower.starts_with(folder) || lower.contains(&format!("/{folder}")));
    may_hold_a_spec(path) && (named || agents)
}

/// Whether a document reads like a role spec: front matter that names a role and its tools, at least
/// two sections about duties, limits, powers or demands, or a version and duties. In a folder of
/// roles or agents one such section is enough.
pub fn reads_like_a_spec(spec: &Spec) -> bool {
    let lower = spec.path.as_str().to_ascii_lowercase();
    let among_roles = lower
        .rsplit_once('/')
        .is_some_and(|(folders, _)| folders.split('/').any(|folder| SPEC_FOLDERS.contains(&folder)));
    let typed = typed_sections(spec);
    let has = |facet: Facet| spec.items.iter().any(|item| item.facet == facet);
    let agent = spec.role_id.is_some() && states_tools(spec);
    let versioned_duties = spec.version().is_some() && typed > 0 && has(Facet::Duty);
    agent || typed >= 2 || versioned_duties || (among_roles && (typed >= 1 || spec.role_id.is_some()))
}

/// How many sections say by their own title or key that they hold duties, limits, powers or demands,
/// and hold some.
fn typed_sections(spec: &Spec) -> usize {
    let mut speaks = vec![false; spec.sections.len()];
    for item in &spec.items {
        let mut at = Some(item.section);
        // What encloses a section that has been met has been met as well.
        while let Some(index) = at.filter(|index| !speaks[*index]) {
            speaks[index] = true;
            at = spec.sections[index].parent;
        }
    }
    let mut facets: Vec<Facet> = spec
        .sections
        .iter()
        .enumerate()
        .filter(|(index, section)| section.typed && is_of_roles(section) && speaks[*index])
        .map(|(_, section)| section.facet)
        .collect();
    facets.sort_unstable();
    facets.dedup();
    facets.len()
}

fn is_of_roles(section: &Section) -> bool {
    matches!(
        section.facet,
        Facet::Duty | Facet::Limit | Facet::Grant | Facet::Demand
    )
}

/// Whether front matter grants something.
fn states_tools(spec: &Spec) -> bool {
    spec.items.iter().any(|item| {
        item.facet == Facet::Grant
            && spec
                .sections
                .get(item.section)
                .is_some_and(|section| section.voice == Voice::FrontMatter)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Vocabulary;
    use crate::spec::parse;

    fn reads(path: &str, text: &str) -> bool {
        reads_like_a_spec(&parse(path, text.as_bytes(), &Vocabulary::default()))
    }

    #[test]
    fn house_files_are_never_specs() {
        for path in [
            "README.md",
            "docs/Changelog.md",
            "CONTRIBUTING.md",
            "LICENSE.md",
            ".github/ISSUE_TEMPLATE/role.md",
            "node_modules/x/agents/a.md",
            "roles/cto.txt",
            "roles/README.md",
            "Makefile",
        ] {
            assert!(!may_hold_a_spec(&SpecPath::new(path)), "{path}");
        }
        for path in ["roles/cto.md", "docs/Porter.MD", "a.markdown", "x.role.md"] {
            assert!(may_hold_a_spec(&SpecPath::new(path)), "{path}");
        }
    }

    #[test]
    fn some_names_are_enough() {
        for path in [
            "porter.role.md",
            ".claude/agents/a.md",
            "sub/.claude/agents/a.md",
            "x.agent.md",
        ] {
            assert!(named_as_a_spec(&SpecPath::new(path)), "{path}");
        }
        assert!(!named_as_a_spec(&SpecPath::new(".claude/agents/README.md")));
    }

    #[test]
    fn roles_are_told_from_other_documents() {
        let porter = "# Night Porter\n\n## Responsibilities\n\n- Walk the corridors\n\n## Constraints\n\n- Must not lend out keys\n";
        assert!(reads("people/porter.md", porter));
        assert!(reads(
            "a.md",
            "---\nname: sorter\ntools: Read, Bash\n---\n\nYou sort letters.\n"
        ));
        assert!(reads("roles/a.md", "# Porter\n\n## Responsibilities\n\n- Walk\n"));
        for other in [
            "# How to bake\n\n## Ingredients\n\n- Flour\n\n## Steps\n\n- You must preheat the oven\n",
            "# Release notes\n\n**Version:** 2.0\n\n- Faster\n",
            "# Set-up\n\n## Requirements\n\n- A C compiler\n\n## Usage\n\n- Run it\n",
            "",
        ] {
            assert!(!reads("docs/x.md", other), "{other}");
        }
    }
}

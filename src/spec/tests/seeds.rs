//! The three families of specs, counted by hand.

use super::count;
use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::LogShape;
use crate::spec::Spec;
use crate::spec::Vocabulary;
use crate::spec::Voice;

const AGENT: &str = include_str!("../../../tests/fixtures/seeds/platform-engineer-agent.md");
const DIRECTOR: &str = include_str!("../../../tests/fixtures/seeds/director-of-platform-engineering.md");
const PROFILE: &str = include_str!("../../../tests/fixtures/seeds/director-of-infrastructure.md");

fn read(text: &str) -> Spec {
    crate::spec::parse("roles/seed.md", text.as_bytes(), &Vocabulary::default())
}

/// How many items of a facet stand below a section, and the line of the first.
fn below(spec: &Spec, facet: Facet, path: &[&str]) -> (usize, usize) {
    let found: Vec<_> = spec
        .items
        .iter()
        .filter(|item| {
            item.facet == facet
                && spec
                    .section_path(item.section)
                    .starts_with(&path.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>())
        })
        .collect();
    (found.len(), found.first().map_or(0, |item| item.lines.first))
}

#[test]
fn the_agent_role_is_read_to_the_last_item() {
    let spec = read(AGENT);
    assert_eq!(spec.role_id.as_ref().unwrap().value, "platform-engineer");
    assert_eq!(spec.title.as_ref().unwrap().value, "Senior Platform Engineer");
    assert_eq!(spec.versions.len(), 1);
    assert_eq!((spec.version(), spec.versions[0].line), (Some("1.0.0"), 3));
    assert!(spec.changelog.is_none());
    assert!(spec.problems.is_empty(), "{:?}", spec.problems);
    for (facet, path, expected) in [
        (Facet::Demand, &["expertise"][..], (39, 9)),
        (Facet::Duty, &["responsibilities"], (12, 49)),
        (Facet::Grant, &["capabilities"], (4, 62)),
        (Facet::Limit, &["constraints", "requires_approval_for"], (6, 68)),
        (Facet::Limit, &["constraints", "forbidden_paths"], (3, 75)),
        (Facet::Grant, &["decision_making"], (1, 79)),
        (Facet::Limit, &["decision_making", "escalation_criteria"], (7, 81)),
        (Facet::Limit, &["context_requirements"], (5, 89)),
        (Facet::Metadata, &["output_format"], (3, 95)),
        (Facet::Demand, &["Expertise Scope"], (34, 112)),
        (Facet::Duty, &["Responsibilities"], (21, 170)),
        (
            Facet::Grant,
            &["Capabilities", "Technical Capabilities"],
            (4, 208),
        ),
        (
            Facet::Grant,
            &["Capabilities", "Operational Capabilities"],
            (7, 215),
        ),
        (Facet::Limit, &["Constraints", "Approval Required For"], (6, 227)),
        (Facet::Limit, &["Constraints", "Forbidden Paths"], (4, 235)),
        (Facet::Limit, &["Constraints", "Operational Boundaries"], (5, 243)),
        (Facet::Grant, &["Decision-Making Model"], (7, 251)),
        (
            Facet::Grant,
            &["Decision-Making Model", "Autonomous Decisions"],
            (6, 257),
        ),
        (
            Facet::Limit,
            &["Decision-Making Model", "Escalation Required For"],
            (8, 266),
        ),
        (Facet::Limit, &["Context and Information Requirements"], (4, 289)),
        (Facet::Prose, &["Mission Statement"], (3, 104)),
        (Facet::Prose, &["Tool Use Strategy"], (31, 361)),
    ] {
        assert_eq!(below(&spec, facet, path), expected, "{facet:?} {path:?}");
    }
    let first = spec
        .items
        .iter()
        .find(|item| item.text == "delete_files")
        .unwrap();
    assert_eq!(first.form, ItemForm::SetEntry);
    assert!(spec.sections[first.section].trigger);
    assert_eq!(&AGENT[first.bytes.clone()], "delete_files");
}

#[test]
fn the_human_role_is_read_to_the_last_item() {
    let spec = read(DIRECTOR);
    assert_eq!(spec.owner.as_ref().unwrap().value, "Travis Sheppard");
    assert_eq!(spec.status.as_ref().unwrap().value, "Draft");
    assert_eq!(spec.date.as_ref().unwrap().value, "2025-10-17");
    assert_eq!((spec.version(), spec.versions[0].line), (Some("v1.0"), 5));
    let log = spec.changelog.as_ref().unwrap();
    assert_eq!((log.shape, log.rows.len()), (LogShape::Table, 1));
    assert_eq!(log.rows[0].author.as_deref(), Some("Travis Sheppard"));
    assert_eq!(log.rows[0].lines.first, 118);
    for (facet, path, expected) in [
        (Facet::Duty, &["Responsibilities"][..], (20, 32)),
        (
            Facet::Duty,
            &["Responsibilities", "Leadership & Team Building"],
            (4, 56),
        ),
        (Facet::Outcome, &["What Success Looks Like"], (4, 66)),
        (Facet::Outcome, &["Key Metrics"], (5, 74)),
        (Facet::Demand, &["Requirements", "Must Have"], (5, 85)),
        (Facet::Demand, &["Requirements", "Nice to Have"], (4, 92)),
        (Facet::Demand, &["Requirements", "DNA"], (5, 98)),
        (Facet::Prose, &["Leadership Principles for This Role"], (5, 107)),
        (Facet::Prose, &["Mission of the Role"], (6, 20)),
        (Facet::Prose, &["Role Purpose"], (4, 13)),
    ] {
        assert_eq!(below(&spec, facet, path), expected, "{facet:?} {path:?}");
    }
    assert_eq!(count(&spec, Facet::Limit) + count(&spec, Facet::Grant), 0);
    assert_eq!(spec.items.len(), 2 + 4 + 6 + 20 + 4 + 5 + 14 + 5);
}

#[test]
fn the_page_with_an_agent_profile_is_read_to_the_last_item() {
    let spec = read(PROFILE);
    assert_eq!(spec.role_code.as_ref().unwrap().value, "SWEN0002");
    assert_eq!(spec.title.as_ref().unwrap().value, "Director of Infrastructure");
    assert_eq!(spec.version(), None);
    assert!(spec.changelog.is_none());
    for (facet, path, expected) in [
        (Facet::Duty, &["Responsibilities"][..], (17, 10)),
        (
            Facet::Duty,
            &[
                "Responsibilities",
                "Role Variations",
                "The SRE Director",
                "Average Daily Tasks",
            ],
            (4, 37),
        ),
        (
            Facet::Duty,
            &["AI Agent Profile", "System Prompt", "Key Responsibilities"],
            (5, 58),
        ),
        (
            Facet::Prose,
            &["AI Agent Profile", "System Prompt", "Agent Persona"],
            (6, 68),
        ),
        (
            Facet::Prose,
            &["AI Agent Profile", "System Prompt", "Dialogue Style"],
            (6, 76),
        ),
        (
            Facet::Prose,
            &["AI Agent Profile", "Personalities", "Example Phrases"],
            (15, 91),
        ),
        (Facet::Prose, &["Recommended Reading"], (1, 117)),
    ] {
        assert_eq!(below(&spec, facet, path), expected, "{facet:?} {path:?}");
    }
    let profile = spec
        .items
        .iter()
        .filter(|item| spec.sections[item.section].voice == Voice::Profile);
    assert_eq!(profile.count(), 1 + 3 + 5 + 1 + 6 + 6);
    let duty = &spec.items[4];
    assert_eq!(duty.key.as_deref(), Some("Platform Strategy"));
    assert_eq!(
        duty.text,
        "Platform Strategy: Define the infrastructure roadmap (Cloud, Kubernetes, Serverless)."
    );
}

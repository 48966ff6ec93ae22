//! Forms that stand in published files, each beside what only looks like it.

use super::read;
use super::told;
use crate::spec::Facet;

#[test]
fn a_key_directly_below_a_list_is_no_part_of_its_last_entry() {
    let spec = read(
        "# T\n\n## Architect\nname: Architect\nallowed_actions:\n- Propose schemas\nforbidden_actions:\n\
         - Write code,\nin any language\n- Edit files\noutput_contract: a plan,\nand no more\nInputs:\n- A problem\n",
    );
    assert_eq!(
        told(&spec),
        [
            "prose Architect: name: Architect",
            "grant Architect/allowed_actions: Propose schemas",
            "limit Architect/forbidden_actions: Write code, in any language",
            "limit Architect/forbidden_actions: Edit files",
            "prose Architect: output_contract: a plan, and no more",
            "prose Architect/Inputs: A problem",
        ]
    );
    // A list may be wrapped as people like, and its entries may have keys of their own.
    for text in [
        "# T\n\n## Duties\n\n- keep the books\nand the key: always\n- and more\n",
        "# T\n\n## Duties\n\n- keep the books\n  Limits:\n- and more\n",
    ] {
        assert_eq!(
            told(&read(text)).last().unwrap(),
            "duty Duties: and more",
            "{text}"
        );
    }
}

#[test]
fn below_a_title_of_powers_and_limits_each_statement_says_which_it_is() {
    let spec = read(
        "# T\n\n## Authority & Guardrails\n\n- **Decision authority**: small repairs\n- **Risk limits**: big repairs\n\
         - Cannot change the source\n- May open issues\n- Merge small fixes\n- Escalate outages\n",
    );
    let facets: Vec<String> = told(&spec)
        .iter()
        .map(|item| item.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(facets, ["grant", "limit", "limit", "grant", "grant", "limit"]);
    // Where the title names one of them, the title says it.
    let spec = read("# T\n\n## Authority\n\n- Cannot change the source\n");
    assert_eq!(told(&spec), ["grant Authority: Cannot change the source"]);
}

#[test]
fn what_is_not_required_is_no_duty() {
    let spec = read("# T\n\n## What mentors do\n\n### Required\n\n- Call\n\n### Not required\n\n- Write\n");
    let facets: Vec<Facet> = spec.items.iter().map(|item| item.facet).collect();
    assert_eq!(facets, [Facet::Duty, Facet::Prose]);
}

#[test]
fn a_sentence_is_the_same_however_it_is_wrapped() {
    let below = |wrap: &str| {
        let text =
            format!("# T\n\n## Duties\n\nThe members of the board will be{wrap}required to:\n\n- call\n");
        told(&read(&text))
    };
    assert_eq!(below(" "), below("\n"));
    let entry = |wrap: &str| {
        let text = format!("# T\n\n## Duties\n\n- They are{wrap}required to:\n  - call\n");
        told(&read(&text))
    };
    assert_eq!(entry(" "), entry("\n"));
}

#[test]
fn the_only_heading_above_all_others_is_the_title() {
    let spec = read("\n## Role: Baker\n\n### Duties\n\n- Bake\n\n### Limits\n\n- No sweets\n");
    assert_eq!(
        spec.title.map(|title| title.value).as_deref(),
        Some("Role: Baker")
    );
    assert_eq!(spec.sections.len(), 3);
    for text in [
        "## Duties\n\n- Bake\n\n### Bread\n\n- Rye\n",
        "## Duties\n\n- Bake\n\n## Bread\n\n- Rye\n",
    ] {
        let spec = read(text);
        assert_eq!((spec.title, spec.items[0].facet), (None, Facet::Duty), "{text}");
    }
}

#[test]
fn a_bold_line_that_binds_is_a_statement_and_speaks_for_the_list_below() {
    let spec = read(
        "# T\n\n## Alerts\n\nAsk early.\n**If anyone notices this you MUST alert the captain:**\n\n- Fog\n- Ice\n\n\
         **When to be alert:**\n\n- At night\n",
    );
    assert_eq!(
        told(&spec),
        [
            "prose Alerts: Ask early.",
            "limit Alerts: If anyone notices this you MUST alert the captain:",
            "limit Alerts: Fog",
            "limit Alerts: Ice",
            "prose Alerts/When to be alert: At night",
        ]
    );
}

#[test]
fn a_heading_that_orders_is_a_statement_of_the_section_around() {
    let spec = read(
        "# T\n\n## Habits\n\n### 1. Never deploy on Fridays\n\nThey are quiet.\n\n### 2. Be kind\n\nAlways.\n",
    );
    assert_eq!(
        told(&spec),
        [
            "limit Habits: Never deploy on Fridays",
            "prose Habits/Never deploy on Fridays: They are quiet.",
            "prose Habits/Be kind: Always.",
        ]
    );
    for (title, facet) in [
        ("Powers", Facet::Limit),
        ("Duties", Facet::Limit),
        ("Habits", Facet::Limit),
    ] {
        let spec = read(&format!(
            "# T\n\n## {title}\n\n### Never deploy on Fridays\n\nThey are quiet.\n"
        ));
        assert_eq!(spec.items[0].facet, facet, "{title}");
    }
    let spec = read("# T\n\n## Duties\n\n### Clerks must keep the books\n\nAll of them.\n");
    assert_eq!(spec.items[0].facet, Facet::Duty);
    let spec = read("# T\n\n## What agents must never do\n\n- Push\n");
    assert_eq!(told(&spec), ["limit What agents must never do: Push"]);
}

#[test]
fn a_column_of_levels_says_what_each_row_is() {
    let table = |levels: [&str; 3], title: &str| {
        let rows = levels.map(|level| format!("| Act | **{level}** | x |\n"));
        let text = format!(
            "# T\n\n## {title}\n\n| Act | Level | Why |\n|-|-|-|\n{}",
            rows.concat()
        );
        let spec = read(&text);
        spec.items.iter().map(|item| item.facet).collect::<Vec<Facet>>()
    };
    use Facet::*;
    for title in ["Builder", "Authority", "Escalation"] {
        assert_eq!(
            table(["Autonomous", "Ask first", "Never"], title),
            [Grant, Limit, Limit],
            "{title}"
        );
    }
    assert_eq!(table(["Autonomous", "Ask first", "Never"], "Duties"), [Duty; 3]);
    assert_eq!(table(["Autonomous", "Ask first", "High"], "Builder"), [Prose; 3]);
    let reviewed = ["Auto-approve", "Lead review", "Human required + tests"];
    assert_eq!(table(reviewed, "Builder"), [Grant, Limit, Limit]);
    // A way of doing something is no level of autonomy, unless the column says so.
    assert_eq!(table(["Auto", "Manual", "Auto"], "Builder"), [Prose; 3]);
    let spec = read(
        "# T\n\n## Acts\n\n| Act | Autonomy |\n|-|-|\n| Fix | Auto |\n| Merge | Propose |\n| Drop | NEVER |\n",
    );
    let facets: Vec<Facet> = spec.items.iter().map(|item| item.facet).collect();
    assert_eq!(facets, [Grant, Limit, Limit]);
}

#[test]
fn a_column_of_responsibilities_makes_duties_of_its_rows() {
    let table = |header: &str| {
        let text = format!("# T\n\n## Crew\n\n| Role | {header} | Phone |\n|-|-|-|\n| Cook | Meals | 12 |\n");
        read(&text).items[0].facet
    };
    assert_eq!(table("Responsibility"), Facet::Duty);
    assert_eq!(table("Key Responsibilities"), Facet::Duty);
    assert_eq!(table("Favourite"), Facet::Prose);
    let letters = read("# T\n\n## Crew\n\n| Act | Responsibility |\n|-|-|\n| Cook | A/R |\n| Sail | R |\n");
    assert_eq!(letters.items[0].facet, Facet::Prose);
}

#[test]
fn a_label_that_says_the_contrary_has_the_last_word() {
    let spec = read("# T\n\n## Tools\n\n- **Allowed:** Read\n- **Denied:** Write\n- Edit\n");
    let facets: Vec<Facet> = spec.items.iter().map(|item| item.facet).collect();
    assert_eq!(facets, [Facet::Grant, Facet::Limit, Facet::Grant]);
}

#[test]
fn a_title_of_duties_is_above_all_sections() {
    let spec = read(
        "# Roles & Responsibilities\n\n**Version:** 1.0\n**Owner:** Jo\n\n| Role | Acts | When |\n|-|-|-|\n| Author | Drafts | first |\n| Reader | Reads | last |\n\n\
         ## Scribe\n\n- Takes minutes\n\n## Purpose\n\n- To be clear\n\n## Limits\n\n- No votes\n",
    );
    assert_eq!(
        told(&spec),
        [
            "metadata : Owner: Jo",
            "duty : Author | Drafts | first",
            "duty : Reader | Reads | last",
            "duty Scribe: Takes minutes",
            "prose Purpose: To be clear",
            "limit Limits: No votes",
        ]
    );
    assert_eq!(
        told(&read("# Duty Manager\n\n## Scribe\n\n- Takes minutes\n")),
        ["prose Scribe: Takes minutes"]
    );
}

#[test]
fn a_program_below_a_title_of_duties_is_none() {
    let spec = read("# T\n\n## Duties\n\n```bash\ngit push\n```\n\n```\nKeep the books\n```\n");
    assert_eq!(
        told(&spec),
        ["prose Duties: git push", "duty Duties: Keep the books"]
    );
}

#[test]
fn a_map_of_permissions_is_read_by_its_levels() {
    let spec = read(
        "---\npermission:\n  edit: ask\n  bash:\n    \"rm *\": deny\n    ls: allow\n  read: true\n---\n# T\n",
    );
    let facets: Vec<(String, Facet)> = spec
        .items
        .iter()
        .map(|item| (item.text.to_string(), item.facet))
        .collect();
    let told: Vec<(&str, Facet)> = facets
        .iter()
        .map(|(text, facet)| (text.as_str(), *facet))
        .collect();
    use Facet::*;
    assert_eq!(
        told,
        [
            ("edit: ask", Limit),
            ("rm *: deny", Limit),
            ("ls: allow", Grant),
            ("read: true", Grant)
        ]
    );
}

#[test]
fn data_says_something_about_powers_and_limits_only() {
    let block = "```json\n{ \"a\": 1 }\n```\n\n```\n├── a branch\n```\n";
    let facets = |title: &str| {
        let spec = read(&format!("# T\n\n## {title}\n\n{block}"));
        spec.items.iter().map(|item| item.facet).collect::<Vec<Facet>>()
    };
    assert_eq!(facets("Permissions"), [Facet::Grant, Facet::Prose]);
    assert_eq!(facets("Duties"), [Facet::Prose, Facet::Prose]);
}

//! What titles and keys say, and what only sounds like it.

use proptest::prelude::*;

use crate::spec::Facet;
use crate::spec::KeyMeaning;
use crate::spec::Vocabulary;
use crate::spec::title::folded_title;
use crate::spec::title::title_parts;
use crate::spec::vocabulary::Lexicon;
use crate::spec::vocabulary::LogTitle;
use crate::spec::vocabulary::folded_key;
use crate::spec::vocabulary::is_plain;
use crate::spec::vocabulary::log_title;
use crate::spec::vocabulary::logs::has_log_ending;
use crate::spec::vocabulary::signs::Signs;
use crate::spec::vocabulary::tables::tables;

fn facet_of(title: &str) -> Option<Facet> {
    Lexicon::new(&Vocabulary::default())
        .title(title)
        .and_then(|typing| typing.facet)
}

#[test]
fn titles_say_their_facet_however_they_are_dressed() {
    use Facet::*;
    for (title, facet) in [
        ("Responsibilities", Duty),
        ("3. Responsibilities", Duty),
        ("4. Duties of the keeper", Duty),
        ("Powers of the council", Grant),
        ("🎯 Key Responsibilities:", Duty),
        ("Platform-Specific Responsibilities", Duty),
        ("Core duties & accountabilities", Duty),
        ("What you'll do", Duty),
        ("Technical Capabilities", Grant),
        ("Autonomous Decisions", Grant),
        ("4.2) Decision rights", Grant),
        ("Agent constraints", Limit),
        ("Operational Boundaries", Limit),
        ("Escalation Required For", Limit),
        ("Out of scope", Limit),
        ("制約 / Constraints", Limit),
        ("Constraints (制約)", Limit),
        ("Requirements for this role", Demand),
        ("Must Have", Demand),
        ("Preferred qualifications", Demand),
        ("KPIs", Outcome),
        ("What success looks like", Outcome),
        ("Guardrail", Limit),
        ("What I Own", Duty),
        ("What the treasurer does", Duty),
        ("What Mentors Do", Duty),
        ("Tier A — Allowed automatically", Grant),
        ("Tier C — Human-gated", Limit),
        ("You succeed when:", Outcome),
        ("What does the job entail?", Duty),
        ("What skills do you need?", Demand),
        ("Weekly Tasks", Duty),
        ("Orchestrator cannot approve (human required)", Limit),
        ("GUARD-003: No commitments without authorization", Limit),
        ("Roles of a treasurer", Duty),
        ("Forbidden Writing Areas", Limit),
        ("Permitted writing areas", Grant),
        ("System access", Grant),
        ("I don't handle", Limit),
        ("What the treasurer may not do", Limit),
        ("You must never", Limit),
        ("Stop (require approval)", Limit),
        ("Changes that need sign-off", Limit),
        ("Approval requirements", Limit),
        ("When to escalate to a person", Limit),
        ("Matters reserved to the board", Limit),
        ("Proceed (without asking)", Grant),
        ("Always auto-approve", Grant),
        ("No approval needed", Grant),
        ("You can decide", Grant),
        ("Can decide", Grant),
        ("May sign", Grant),
        ("Decisions you can make alone", Grant),
        ("Actions you must never take", Limit),
        ("Needs agreement from the team", Limit),
        ("Metrics we watch", Outcome),
        ("Person specification", Demand),
        ("How we will know it works", Outcome),
        ("Success in this role looks like", Outcome),
        ("E. What nobody may do", Limit),
        ("You decide together with the director", Limit),
        ("You ask first", Limit),
        ("Needs a board decision", Limit),
        ("You decide", Grant),
        ("Key responsibilities involve:", Duty),
        ("Signs of success", Outcome),
        ("What the bot keeps its hands off", Limit),
        ("Things I won't touch", Limit),
        ("Not part of this role", Limit),
        ("Please don't", Limit),
        ("Powers reserved to the board", Limit),
        ("Matters to be referred upwards", Limit),
        ("Ask the person on call first", Limit),
        ("Call Maureen before you...", Limit),
        ("Wake someone when", Limit),
        ("Things to clear first", Limit),
        ("Who has to be asked", Limit),
        ("Only with approval", Limit),
        ("Decisions requiring controller review", Limit),
        ("Powers delegated to the clerk", Grant),
        ("Feel free to", Grant),
        ("Files you may write", Grant),
        ("Authority of the post", Grant),
        ("What's expected of you", Duty),
        ("I take care of", Duty),
        ("Every night", Duty),
        ("Each shift", Duty),
        ("Tasks in detail", Duty),
        ("You'd be great if you", Demand),
        ("Needs to know", Demand),
        ("What good looks like after a year", Outcome),
        ("What the team counts", Outcome),
        ("How we'll know it's working", Outcome),
        ("Was du nicht darfst", Limit),
        ("Nur mit Freigabe / Only with approval", Limit),
        ("Aufgaben des Schatzmeisters", Duty),
        ("5. 承認が必要な事項", Limit),
        ("評価指標", Outcome),
    ] {
        assert_eq!(facet_of(title), Some(facet), "{title}");
    }
}

#[test]
fn titles_that_only_sound_like_it_say_nothing() {
    for title in [
        "Mission",
        "Tool Use Strategy",
        "Decision Framework",
        "Easy access",
        "Company history",
        "Example phrases",
        "Recommended MCP Servers",
        "Reliability is a feature",
        "Scope",
        "What we are",
        "How we work",
        "May 2026",
        "Can we help",
        "People you meet",
        "When to use",
        "When I'm unsure",
        "I am invisible",
        "House rules",
        "The approval of the public",
        "Memories of the council",
        "Successors",
        "What good it does",
        "A matter of reserve",
        "Seats reserved early",
        "You ask a lot",
        "The decision of the board",
        "Call centre",
        "Page layout",
        "Ask the experts",
        "Things to bring",
        "Who we are",
        "Every beginning",
        "Meetings every week",
        "What everybody should know",
        "How we meet",
        "Files and folders",
        "Decisions so far",
    ] {
        let facet = facet_of(title).filter(|facet| *facet != Facet::Prose);
        assert_eq!(facet, None, "{title}");
    }
}

#[test]
fn keys_say_their_facet() {
    let lexicon = Lexicon::new(&Vocabulary::default());
    for (key, facet) in [
        ("can_write_code", Facet::Grant),
        ("canWriteCode", Facet::Grant),
        ("requires_knowledge_gathering", Facet::Limit),
        ("requires_approval_for", Facet::Limit),
        ("forbidden_paths", Facet::Limit),
        ("allowed-tools", Facet::Grant),
        ("permissionMode", Facet::Grant),
        ("autonomy_level", Facet::Grant),
        ("network_access", Facet::Grant),
        ("escalation_criteria", Facet::Limit),
        ("expertise", Facet::Demand),
        ("responsibilities", Facet::Duty),
        ("output_format", Facet::Metadata),
        ("tags", Facet::Metadata),
    ] {
        assert_eq!(
            lexicon.key(&folded_key(key)).and_then(|typing| typing.facet),
            Some(facet),
            "{key}"
        );
    }
    assert!(lexicon.key("requires_approval_for").unwrap().trigger);
    assert!(lexicon.key("escalation_criteria").unwrap().trigger);
    assert!(!lexicon.key("forbidden_paths").unwrap().trigger);
}

#[test]
fn a_policy_adds_words_of_its_own() {
    let mut vocabulary = Vocabulary::default();
    vocabulary
        .sections
        .insert("Dos and Donts of Ops".into(), Facet::Limit);
    vocabulary
        .keys
        .insert("trust".into(), KeyMeaning::Scale(vec!["none".into()]));
    let lexicon = Lexicon::new(&vocabulary);
    assert_eq!(
        lexicon.title("## Dos and donts of ops").unwrap().facet,
        Some(Facet::Limit)
    );
    assert_eq!(lexicon.key("trust").unwrap().facet, Some(Facet::Grant));
}

#[test]
fn every_log_title_passes_the_quick_look() {
    for title in tables().logs.keys() {
        assert!(!title.is_ascii() || has_log_ending(title), "{title}");
        assert!(log_title(title).is_some(), "{title}");
    }
    assert_eq!(
        log_title("6. Historique / Revision History"),
        Some(LogTitle::Sure)
    );
    assert!(has_log_ending("3. CHANGE-LOG:"));
    assert!(!has_log_ending("Logical unchanged historian"));
}

proptest! {
    #[test]
    fn what_is_not_taken_apart_has_no_parts(words in prop::collection::vec(prop::sample::select(vec![
        "Duties", "the", "And", "for", "of", "to", "in", "when", "with", "by", "on", "Daily", "tasks", "a", "limits",
        "-", "/", "(b)", "x:", "–", "2", "Step", "Our",
    ]), 1..6)) {
        let title = words.join(" ");
        let folded = folded_title(&title);
        if is_plain(&title) && !Signs::of(&folded).has(Signs::JOINT) && !folded.is_empty() {
            let parts = title_parts(&title, &folded);
            prop_assert_eq!(parts.iter().collect::<Vec<_>>(), vec![folded.as_str()], "{}", title);
        }
    }

    #[test]
    fn a_look_at_the_words_misses_nothing(words in prop::collection::vec(prop::sample::select(
        tables().titles.keys().map(String::as_str).chain([
            "the", "We", "you", "i", "include", "are", "as follows", "Key", "of", "and", "to", "for", "-", "s", "'s",
            "what", "may", "approval", "needs", "no", "(", ")", "/", ": ", "ups", "ies", "é", "職責", "team", "agent",
        ]).collect::<Vec<_>>()), 1..5), gap in prop::sample::select(vec![" ", " ", " ", "-", ""])) {
        let title = words.join(gap);
        let folded = folded_title(&title);
        let lexicon = Lexicon::new(&Vocabulary::default());
        let read = lexicon.hinted(&title, &folded, Signs::ALL);
        prop_assert_eq!(lexicon.folded(&title, &folded), read, "{}", title);
    }
}

//! What the value of a key bounds, by the parts of the key's name.

use crate::spec::KeyMeaning;
use crate::spec::KeyName;
use crate::spec::Vocabulary;

/// What a key's value bounds.
#[derive(Clone, Debug, PartialEq)]
pub enum Sense {
    /// `true` gives power.
    Power,
    /// `true` binds.
    Restriction,
    /// A number that bounds from above.
    Ceiling,
    /// A number that bounds from below.
    Floor,
    /// An ordered scale of power.
    Scale(Vec<Vec<String>>),
    /// Nothing is known.
    Open,
}

/// What a key's value bounds; `grant` tells the facet of the key.
pub fn sense(key: &str, grant: bool, vocabulary: &Vocabulary) -> Sense {
    let name = key.rsplit('.').next().unwrap_or(key);
    let told = [key, name].into_iter().find_map(|k| {
        vocabulary
            .keys
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(k))
            .map(|(_, meaning)| meaning)
    });
    match told {
        Some(KeyMeaning::Named(KeyName::Ceiling)) => return Sense::Ceiling,
        Some(KeyMeaning::Named(KeyName::Floor)) => return Sense::Floor,
        Some(KeyMeaning::Scale(values)) => {
            return Sense::Scale(values.iter().map(|v| vec![v.to_lowercase()]).collect());
        }
        _ => {}
    }
    let parts = name_parts(name);
    let has = |words: &[&str]| parts.iter().any(|p| words.contains(&p.as_str()));
    let first = parts.first().map_or("", String::as_str);
    let last = parts.last().map_or("", String::as_str);
    let threshold = has(&["threshold", "above", "over", "from"])
        && has(&[
            "escalate",
            "escalation",
            "approval",
            "approve",
            "ask",
            "notify",
            "review",
            "report",
        ]);
    let confidence = has(&["confidence", "certainty", "score"])
        || (has(&["below", "under"]) && has(&["escalate", "escalation", "ask"]));
    if first == "min"
        || last == "min"
        || has(&["minimum", "floor"])
        || confidence
            && has(&[
                "threshold",
                "below",
                "under",
                "escalate",
                "escalation",
                "required",
            ])
    {
        return Sense::Floor;
    }
    if first == "max"
        || last == "max"
        || has(&[
            "maximum",
            "ceiling",
            "limit",
            "budget",
            "quota",
            "cap",
            "allowance",
        ])
        || threshold
    {
        return Sense::Ceiling;
    }
    if has(&[
        "approvals",
        "approvers",
        "reviewers",
        "signatures",
        "retention",
        "quorum",
        "cooldown",
    ]) {
        return Sense::Floor;
    }
    const BINDING: &[&str] = &[
        "require",
        "requires",
        "required",
        "needs",
        "must",
        "deny",
        "denies",
        "denied",
        "forbid",
        "forbids",
        "forbidden",
        "disable",
        "disabled",
        "disallow",
        "disallowed",
        "block",
        "blocked",
        "no",
        "never",
        "mandatory",
        "enforce",
        "enforced",
        "restricted",
        "readonly",
        "sandbox",
        "sandboxed",
        "supervised",
        "prohibit",
        "prohibited",
        "only",
        "dry",
        "audit",
        "audited",
        "masked",
        "encrypted",
        "confirm",
        "confirmation",
        "ask",
        "loop",
        "isolated",
        "locked",
        "frozen",
    ];
    const GIVING: &[&str] = &[
        "can",
        "may",
        "allow",
        "allows",
        "allowed",
        "enable",
        "enables",
        "enabled",
        "auto",
        "autonomous",
        "autonomy",
        "permit",
        "permits",
        "permitted",
        "skip",
        "bypass",
        "access",
        "unattended",
        "dangerously",
        "unsupervised",
        "override",
        "write",
        "admin",
        "sudo",
        "permission",
        "permissions",
        "trust",
        "privilege",
        "privileges",
    ];
    if has(BINDING) && !matches!(first, "can" | "may" | "allow" | "allows" | "skip" | "bypass") {
        return Sense::Restriction;
    }
    if has(GIVING) || grant {
        Sense::Power
    } else {
        Sense::Open
    }
}

/// `canWriteCode`, `can_write_code` and `can-write-code` alike.
fn name_parts(name: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut lower = false;
    for c in name.chars() {
        let joint = matches!(c, '_' | '-' | ' ' | '.') || (c.is_uppercase() && lower);
        if joint && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
        }
        if c.is_alphanumeric() {
            part.extend(c.to_lowercase());
        }
        lower = c.is_lowercase() || c.is_ascii_digit();
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

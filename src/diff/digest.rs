//! The names of changes: a digest that approvals bind to, and a short id that people type.

use std::collections::HashMap;

use sha2::Digest as _;
use sha2::Sha256;

use super::Change;
use super::normal::normalise;
use crate::ids::ChangeId;
use crate::ids::Digest;
use crate::spec::Spec;

/// The fewest hex digits of an id.
const SHORT: usize = 7;

/// Gives each change its digest, and its id.
///
/// The digest covers the spec's identity at base, the kind, the facet, the normalised texts and,
/// for a statement that moved, where it went: approving a move to one place must not approve a
/// move to another. Of several changes that are equal in all that, the later ones also carry their
/// number.
pub fn name(changes: &mut [Change], identity: &str) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for change in changes.iter_mut() {
        let facet = format!("{:?}", change.facet);
        let moved = change.moved_to.as_deref().map(|path| normalise(&path.join("/")));
        let parts = [
            Some(normalise(identity)),
            Some(change.kind.as_str().to_owned()),
            Some(facet),
            change.before.as_deref().map(normalise),
            change.after.as_deref().map(normalise),
            moved,
        ];
        let mut digest = hash(&parts, 0);
        let times = seen.entry(digest.clone()).or_default();
        if *times > 0 {
            digest = hash(&parts, *times);
        }
        *times += 1;
        change.id = ChangeId::new(format!("c{}", &digest[..SHORT]));
        change.digest = Digest::new(digest);
    }
}

/// Names the change of a file that comes or goes as a whole. Its digest also covers every statement
/// of the spec, since approving a new role must not approve the powers it is given afterwards. The
/// order of the statements does not matter.
pub fn name_whole(changes: &mut [Change], spec: &Spec) {
    let mut statements: Vec<String> = spec
        .items
        .iter()
        .map(|item| {
            let section = spec.section_path(item.section).join("/");
            let parts = [
                Some(format!("{:?}", item.facet)),
                Some(normalise(&section)),
                Some(normalise(&item.text)),
            ];
            hash(&parts, 0)
        })
        .collect();
    statements.sort();
    for change in changes {
        let parts = [
            Some(normalise(spec.identity())),
            Some(change.kind.as_str().to_owned()),
            Some(statements.concat()),
        ];
        let digest = hash(&parts, 0);
        change.id = ChangeId::new(format!("c{}", &digest[..SHORT]));
        change.digest = Digest::new(digest);
    }
}

/// SHA-256 in hex over length-prefixed parts, so that no two lists of parts run together alike.
fn hash(parts: &[Option<String>], times: usize) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"specwarden.change.v1");
    for part in parts {
        match part {
            Some(text) => {
                hasher.update((text.len() as u64 + 1).to_be_bytes());
                hasher.update(text.as_bytes());
            }
            None => hasher.update(0_u64.to_be_bytes()),
        }
    }
    if times > 0 {
        hasher.update((times as u64).to_be_bytes());
    }
    hex::encode(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use crate::diff::diff;
    use crate::ids::Digest;
    use crate::spec::Vocabulary;
    use crate::spec::parse;

    fn digest(text: &str) -> Digest {
        let words = Vocabulary::default();
        let spec = parse("roles/x.md", text.as_bytes(), &words);
        let found = diff(None, Some(&spec), true, &words);
        assert_eq!(found.changes.len(), 1);
        found.changes[0].digest.clone()
    }

    #[test]
    fn approving_a_new_spec_approves_no_later_power() {
        let one = "# X\n\n## Capabilities\n\n- May read logs.\n";
        let more = "# X\n\n## Capabilities\n\n- May read logs.\n- May deploy.\n";
        let moved = "# X\n\n## Constraints\n\n- May read logs.\n";
        assert_ne!(digest(one), digest(more));
        assert_ne!(digest(one), digest(moved));
        assert_eq!(
            digest(one),
            digest("# X\n\n## Capabilities\n* May  read\n  logs.\n")
        );
    }
}

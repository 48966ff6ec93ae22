//! The names of changes: a digest that approvals bind to, and a short id that people type.

use std::collections::HashMap;

use sha2::Digest as _;
use sha2::Sha256;

use super::Change;
use super::normal::normalise;
use crate::ids::ChangeId;
use crate::ids::Digest;

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

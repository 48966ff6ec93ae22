//! Short names for changes, unique in one report.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::diff::Change;
use crate::ids::ChangeId;
use crate::ids::Digest;

/// Gives every change the shortest id, from 7 hex digits up, that no other digest in the report has.
pub(super) fn name<'a>(changes: impl Iterator<Item = &'a mut Change>) {
    let changes: Vec<&mut Change> = changes.collect();
    let digests: BTreeSet<Digest> = changes.iter().map(|change| change.digest.clone()).collect();
    let names = short_names(&digests);
    for change in changes {
        if let Some(name) = names.get(&change.digest) {
            change.id = name.clone();
        }
    }
}

fn short_names(digests: &BTreeSet<Digest>) -> BTreeMap<Digest, ChangeId> {
    let sorted: Vec<&str> = digests.iter().map(Digest::as_str).collect();
    let shared = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let mut names = BTreeMap::new();
    for (at, digest) in sorted.iter().enumerate() {
        // In sorted order only the neighbours can share the longest beginning.
        let before = at.checked_sub(1).map_or(0, |left| shared(sorted[left], digest));
        let after = sorted.get(at + 1).map_or(0, |right| shared(right, digest));
        let length = before.max(after).saturating_add(1).max(7).min(digest.len());
        let short = digest.get(..length).unwrap_or(digest);
        names.insert(Digest::new(*digest), ChangeId::new(format!("c{short}")));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(digests: &[&str]) -> Vec<String> {
        let digests = digests.iter().map(|d| Digest::new(*d)).collect();
        short_names(&digests).into_values().map(|id| id.0).collect()
    }

    #[test]
    fn ids_are_seven_digits_and_longer_only_where_two_would_clash() {
        assert_eq!(
            names(&["00000000aa", "1234567890", "12345678ff", "abcdef0123"]),
            ["c0000000", "c123456789", "c12345678f", "cabcdef0"]
        );
    }

    #[test]
    fn one_digest_twice_has_one_id() {
        assert_eq!(names(&["1234567890", "1234567890"]), ["c1234567"]);
    }
}

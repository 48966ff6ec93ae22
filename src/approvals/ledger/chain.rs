//! The chain: every entry's hash covers its own text and the hash before it.

use serde::Deserialize;
use sha2::Digest as _;
use sha2::Sha256;

/// One entry in its place. An exported ledger has one per line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place in the repository's chain, from 1.
    pub seq: u64,
    /// The hash of the line before; empty for the first.
    pub prev: String,
    /// [`link`] of `prev` and `entry`.
    pub hash: String,
    /// The entry as one line of JSON, exactly as it was written; empty where an export of a part
    /// left it out and kept only its place in the chain.
    pub entry: String,
}

/// SHA-256 over the hash before, a line break and the entry's text: 64 lower-case hex digits.
pub fn link(prev: &str, entry: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(prev.as_bytes());
    hash.update(b"\n");
    hash.update(entry.as_bytes());
    hex::encode(hash.finalize())
}

impl Line {
    /// The line behind `last`, or the first of a chain.
    pub fn append(last: Option<&Self>, entry: String) -> Self {
        let prev = last.map(|line| line.hash.clone()).unwrap_or_default();
        Self {
            seq: last.map_or(1, |line| line.seq + 1),
            hash: link(&prev, &entry),
            prev,
            entry,
        }
    }

    /// The same place in the chain, without what was said there.
    #[must_use]
    pub fn without_entry(self) -> Self {
        Self {
            entry: String::new(),
            ..self
        }
    }

    /// Whether only its place is known.
    pub fn is_left_out(&self) -> bool {
        self.entry.is_empty()
    }

    /// The line as JSON, without a line break.
    pub fn to_json(&self) -> String {
        if self.is_left_out() {
            return format!("{}}}", self.head());
        }
        format!("{},\"entry\":{}}}", self.head(), self.entry)
    }

    fn head(&self) -> String {
        let text = |value: &str| serde_json::Value::from(value).to_string();
        format!(
            "{{\"seq\":{},\"prev\":{},\"hash\":{}",
            self.seq,
            text(&self.prev),
            text(&self.hash)
        )
    }

    /// Reads a line as [`Self::to_json`] wrote it. The entry's text is taken as it stands, since
    /// the hash is over the text.
    pub(super) fn from_json(json: &str) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Head {
            seq: u64,
            prev: String,
            hash: String,
            #[serde(default)]
            entry: Option<serde_json::Value>,
        }
        let head: Head = serde_json::from_str(json).ok()?;
        let told = head.entry.is_some();
        if head.entry.is_some_and(|entry| !entry.is_object()) {
            return None;
        }
        let mut line = Self {
            seq: head.seq,
            prev: head.prev,
            hash: head.hash,
            entry: String::new(),
        };
        let rest = json.strip_prefix(&line.head())?.strip_suffix('}')?;
        line.entry = match told {
            true => rest.strip_prefix(",\"entry\":")?.to_owned(),
            false if rest.is_empty() => String::new(),
            false => return None,
        };
        Some(line)
    }
}

/// A line of an export that is no ledger line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {0} is no line of a ledger")]
pub struct NoLedgerLine(pub usize);

/// An export: one line of JSON per entry.
pub fn export<'a>(lines: impl IntoIterator<Item = &'a Line>) -> String {
    lines.into_iter().map(|line| line.to_json() + "\n").collect()
}

/// Reads an export; blank lines are passed over.
///
/// # Errors
/// At the first line that [`export`] cannot have written.
pub fn import(text: &str) -> Result<Vec<Line>, NoLedgerLine> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| Line::from_json(line).ok_or(NoLedgerLine(index + 1)))
        .collect()
}

/// Where a chain does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ledger does not hold at entry {seq}: {why}")]
pub struct Broken {
    /// The first place that does not hold.
    pub seq: u64,
    /// What is wrong there.
    pub why: Breach,
}

/// What is wrong with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// The text is not the one that was hashed.
    #[error("its text was changed")]
    Text,
    /// It does not follow the entry before it.
    #[error("an entry before it was changed, removed or put in another place")]
    Order,
    /// It is in the chain of a repository that is not its own.
    #[error("it belongs to another repository")]
    Repository,
    /// It is told of a pull request that is not its own.
    #[error("it belongs to another pull request")]
    Pull,
}

/// Checks a repository's whole chain, from its first entry on. Of an entry that was left out only
/// its place is checked. Entries cut off at the end leave a chain that holds: compare the last hash
/// with one that was noted elsewhere.
///
/// # Errors
/// At the first entry that does not hold.
pub fn verify<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Result<(), Broken> {
    let mut last: Option<&Line> = None;
    for line in lines {
        let seq = last.map_or(1, |last| last.seq + 1);
        let prev = last.map_or("", |last| last.hash.as_str());
        if line.seq != seq || line.prev != prev {
            return Err(Broken {
                seq,
                why: Breach::Order,
            });
        }
        if !line.is_left_out() && line.hash != link(&line.prev, &line.entry) {
            return Err(Broken {
                seq,
                why: Breach::Text,
            });
        }
        last = Some(line);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chain(entries: &[&str]) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for entry in entries {
            lines.push(Line::append(lines.last(), (*entry).to_owned()));
        }
        lines
    }

    #[test]
    fn an_export_comes_back_and_holds() {
        let lines = chain(&["{\"a\":1}", "{\"b\": \"}\\\"\" }", "{\"c\":{\"entry\":[]}}"]);
        let text = export(&lines);
        assert_eq!(import(&text), Ok(lines.clone()));
        assert_eq!(verify(&lines), Ok(()));
        assert_eq!(verify(&[]), Ok(()));
    }

    #[test]
    fn a_part_keeps_its_place_in_the_whole_chain() {
        let whole = chain(&["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"]);
        let mut part = whole.clone();
        part[1] = part[1].clone().without_entry();
        let text = export(&part);
        assert!(!text.contains("\"b\""), "{text}");
        assert_eq!(import(&text), Ok(part.clone()));
        assert_eq!(verify(&part), Ok(()));
        part.remove(1);
        let (seq, why) = (2, Breach::Order);
        assert_eq!(
            verify(&part),
            Err(Broken { seq, why }),
            "the place itself is gone"
        );
        let text = export(&whole[..1]).replace("\"entry\":{\"a\":1}", "\"entry\":null");
        assert_eq!(import(&text), Err(NoLedgerLine(1)), "{text}");
    }

    #[test]
    fn every_kind_of_tampering_is_found_where_it_is() {
        type Tamper = fn(&mut Vec<Line>);
        let table: [(&str, Tamper, u64, Breach); 5] = [
            (
                "text",
                |lines| lines[1].entry = "{\"b\":3}".to_owned(),
                2,
                Breach::Text,
            ),
            ("removed", |lines| drop(lines.remove(1)), 2, Breach::Order),
            ("first removed", |lines| drop(lines.remove(0)), 1, Breach::Order),
            ("swapped", |lines| lines.swap(0, 1), 1, Breach::Order),
            (
                "rewritten with its own hash",
                |lines| {
                    lines[1].entry = "{\"b\":3}".to_owned();
                    lines[1].hash = link(&lines[1].prev, &lines[1].entry);
                },
                3,
                Breach::Order,
            ),
        ];
        for (name, tamper, seq, why) in table {
            let mut lines = chain(&["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"]);
            tamper(&mut lines);
            assert_eq!(verify(&lines), Err(Broken { seq, why }), "{name}");
        }
    }

    #[test]
    fn what_is_no_ledger_is_named_by_line() {
        for text in [
            "{}",
            "[]",
            "nonsense",
            "{\"seq\":1,\"prev\":\"\",\"hash\":\"\",\"entry\":3}",
        ] {
            let good = chain(&["{\"a\":1}"])[0].to_json();
            assert_eq!(
                import(&format!("{good}\n{text}\n")),
                Err(NoLedgerLine(2)),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_changed_byte_goes_unseen(at in 0_usize..1_000, byte in 32_u8..127) {
            let lines = chain(&["{\"a\":1}", "{\"b\":\"two\"}", "{\"c\":3}"]);
            let text = export(&lines);
            let mut bytes = text.clone().into_bytes();
            let at = at % bytes.len();
            prop_assume!(bytes[at] != byte && bytes[at] != b'\n');
            bytes[at] = byte;
            let found = import(&String::from_utf8(bytes).unwrap());
            prop_assert!(found.is_err() || verify(&found.unwrap()).is_err());
        }
    }
}

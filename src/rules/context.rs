//! What rules ask of one spec on both sides.

use std::ops::Range;

use crate::diff::Bump;
use crate::rules::Context;
use crate::rules::Suggestion;
use crate::rules::edit;
use crate::rules::edit::Edit;
use crate::rules::step;
use crate::spec::ChangeLog;
use crate::spec::Spec;
use crate::spec::Version;
use crate::spec::VersionPlace;

/// How the version went from base to head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// Neither side has one, or one side has no file.
    Absent,
    /// New at head.
    Introduced,
    /// Gone at head.
    Removed,
    /// Head's cannot be read.
    Unreadable,
    /// Both count the same.
    Same,
    /// It went up.
    Up,
    /// It went down.
    Down,
    /// It counts in another way now: they do not compare.
    Recounted,
}

/// The places that state the version outside the change log.
pub(super) fn explicit(spec: &Spec) -> impl Iterator<Item = &VersionPlace> {
    spec.versions.iter().filter(|place| place.form != "changelog")
}

impl<'a> Context<'a> {
    /// Both sides, where the file stands on both.
    pub(super) fn both(&self) -> Option<(&'a Spec, &'a Spec)> {
        self.before.zip(self.after)
    }

    /// The version at base.
    pub fn old_version(&self) -> Option<Version> {
        self.before.and_then(Spec::version).and_then(Version::parse)
    }

    /// The version at head. Where places disagree, the highest: who raised one of them has begun
    /// the step, and the disagreement is told by a rule of its own.
    pub fn new_version(&self) -> Option<Version> {
        let after = self.after?;
        let mut best = after.version().and_then(Version::parse)?;
        for version in explicit(after).filter_map(|place| Version::parse(&place.value)) {
            if version > best {
                best = version;
            }
        }
        Some(best)
    }

    /// The version to step from: base's, or that of the base branch's newest commit where it has
    /// moved on and head is past it.
    pub(super) fn floor_version(&self) -> Option<Version> {
        let old = self.old_version()?;
        let tip = self.base_tip.and_then(Spec::version).and_then(Version::parse);
        match (tip, self.new_version()) {
            (Some(tip), Some(new)) if tip > old && new > tip => Some(tip),
            _ => Some(old),
        }
    }

    /// Every version that head states outside its log.
    pub(super) fn stated(&self) -> Vec<Version> {
        self.after
            .into_iter()
            .flat_map(explicit)
            .filter_map(|place| Version::parse(&place.value))
            .collect()
    }

    /// How the version went.
    pub fn moved(&self) -> Moved {
        let Some((before, after)) = self.both() else {
            return Moved::Absent;
        };
        match (before.version(), after.version()) {
            (None, None) => return Moved::Absent,
            (Some(_), None) => return Moved::Removed,
            (None, Some(_)) | (Some(_), Some(_)) => {}
        }
        let Some(new) = self.new_version() else {
            return Moved::Unreadable;
        };
        let Some(old) = self.old_version() else {
            return Moved::Introduced;
        };
        match old.partial_cmp(&new) {
            Some(std::cmp::Ordering::Equal) => Moved::Same,
            Some(std::cmp::Ordering::Less) => Moved::Up,
            Some(std::cmp::Ordering::Greater) => Moved::Down,
            None => Moved::Recounted,
        }
    }

    /// The step that was made, where it went up.
    pub(super) fn made(&self) -> Option<Bump> {
        let (old, new) = (self.old_version()?, self.new_version()?);
        step::actual_bump(&old, &new)
    }

    /// The step that is needed.
    pub(super) fn needed(&self) -> Bump {
        self.version.required_step.unwrap_or_default()
    }

    /// The version that the changes ask for: one needed step from the base.
    pub fn wanted_version(&self) -> Option<Version> {
        let old = self.old_version()?;
        Some(step::next(&old, self.needed(), self.today))
    }

    /// The line of head's winning version place.
    pub(super) fn version_line(&self) -> Option<usize> {
        self.after?.versions.first().map(|place| place.line)
    }

    /// The edits that write a version into every place of head that states another one.
    pub fn version_edits(&self, version: &Version) -> Vec<Edit> {
        let Some(after) = self.after else {
            return Vec::new();
        };
        let mut edits: Vec<Edit> = Vec::new();
        for place in explicit(after) {
            let text = in_style_of(&place.value, version);
            if text == place.value || self.after_bytes.get(place.bytes.clone()).is_none() {
                continue;
            }
            let ranges = match place.form {
                // A badge says the version in its address and again in its description.
                "badge" => self.repeated_in_line(place),
                _ => vec![place.bytes.clone()],
            };
            for range in ranges {
                if edits
                    .iter()
                    .all(|edit| edit.range.end <= range.start || edit.range.start >= range.end)
                {
                    edits.push(Edit {
                        range,
                        text: text.clone(),
                    });
                }
            }
        }
        edits
    }

    /// Where a place's value stands in its line, as a number of its own.
    fn repeated_in_line(&self, place: &VersionPlace) -> Vec<Range<usize>> {
        let only = vec![place.bytes.clone()];
        let Some(line) = edit::line_range(self.after_bytes, place.line) else {
            return only;
        };
        let Ok(text) = std::str::from_utf8(&self.after_bytes[line.clone()]) else {
            return only;
        };
        let part_of_number = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '.');
        let found: Vec<Range<usize>> = text
            .match_indices(place.value.as_str())
            .filter(|(at, _)| {
                !part_of_number(text[..*at].chars().next_back())
                    && !part_of_number(text[at + place.value.len()..].chars().next())
            })
            .map(|(at, value)| line.start + at..line.start + at + value.len())
            .collect();
        if found.contains(&place.bytes) { found } else { only }
    }

    /// A suggestion that writes a version into head, where one line is all it takes.
    pub(super) fn suggest_version(&self, version: &Version) -> Option<Suggestion> {
        edit::suggestion(self.after_bytes, &self.version_edits(version))
    }

    /// `because constraint.loosened (c1f3a09b)`: what drives the needed step.
    pub(super) fn driver(&self) -> String {
        let driver = self
            .changes
            .iter()
            .find(|change| Some(&change.id) == self.version.driven_by.as_ref());
        driver.map_or_else(String::new, |change| {
            let what = change.before.as_deref().or(change.after.as_deref()).unwrap_or("");
            format!(
                " because of {} {} ({})",
                change.kind,
                change.id,
                shorten(what, 60)
            )
        })
    }

    /// The change log at base and head, and the file it stands in.
    pub(super) fn logs(&self) -> Logs<'a> {
        match self.separate_log {
            Some(separate) => Logs {
                path: separate.path,
                before: separate.before.and_then(|spec| spec.changelog.as_ref()),
                after: separate.after.and_then(|spec| spec.changelog.as_ref()),
                before_bytes: separate.before_bytes,
                after_bytes: separate.after_bytes,
            },
            None => Logs {
                path: self.path,
                before: self.before.and_then(|spec| spec.changelog.as_ref()),
                after: self.after.and_then(|spec| spec.changelog.as_ref()),
                before_bytes: self.before_bytes,
                after_bytes: self.after_bytes,
            },
        }
    }
}

/// The change log on both sides, in the spec's own file or in a separate one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logs<'a> {
    /// The file that holds it.
    pub(super) path: &'a crate::ids::SpecPath,
    pub(super) before: Option<&'a ChangeLog>,
    pub(super) after: Option<&'a ChangeLog>,
    pub(super) before_bytes: &'a [u8],
    pub(super) after_bytes: &'a [u8],
}

/// A version as this place would write it: with its own `v` and words around the number.
pub(super) fn in_style_of(place: &str, version: &Version) -> String {
    let Some(own) = Version::parse(place) else {
        return version.as_written().to_owned();
    };
    match (version.numbers(), version.revision()) {
        (Some(numbers), _) if own.grammar() == version.grammar() && !version.is_prerelease() => {
            own.with_numbers(numbers).as_written().to_owned()
        }
        (_, Some(number)) if own.revision().is_some() && !own.as_written().contains(',') => {
            own.with_numbers([number, 0, 0]).as_written().to_owned()
        }
        _ => version.as_written().to_owned(),
    }
}

/// The text, cut at a word's end to at most `limit` characters.
pub(super) fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let cut: String = text.chars().take(limit).collect();
    let end = cut.rfind(' ').filter(|&at| at > limit / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([' ', ',', ';', ':', '.']))
}

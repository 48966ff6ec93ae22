//! Front matter: from YAML nodes to sections, items and fields.

use std::collections::HashMap;
use std::ops::Range;

use serde::de::IgnoredAny;

use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::ProblemKind;
use crate::spec::Voice;
use crate::spec::binding;
use crate::spec::builder::Builder;
use crate::spec::builder::Found;
use crate::spec::builder::NewItem;
use crate::spec::builder::NewSection;
use crate::spec::builder::Rank;
use crate::spec::change_log;
use crate::spec::inline::joined;
use crate::spec::inline::trimmed;
use crate::spec::vocabulary::Field;
use crate::spec::vocabulary::Typing;
use crate::spec::vocabulary::folded_key;
use crate::spec::vocabulary::is_comma_list;
use crate::spec::vocabulary::log_title;
use crate::spec::yaml_lines;
use crate::spec::yaml_lines::Node;
use crate::spec::yaml_lines::Tree;
use crate::yaml;

/// Front matter larger than this is read but not checked against YAML itself.
const MAX_CHECKED: usize = 256 * 1024;

/// At most this many keys that stand twice are told.
const MAX_DUPLICATES: usize = 20;

/// Finds the front matter: the range between its fences, where the body begins, and whether it is closed.
pub(super) fn find(text: &str) -> Option<(Range<usize>, usize, bool)> {
    let mut at = 0;
    // Blank lines above the fence are common.
    while let Some(line) = text[at..].lines().next() {
        if !line.trim().is_empty() {
            break;
        }
        at += text[at..].find('\n').map_or(text.len() - at, |n| n + 1);
        if at >= text.len() {
            return None;
        }
    }
    let first = text[at..].split('\n').next().unwrap_or("");
    if first.trim_end() != "---" {
        return None;
    }
    let start = (at + first.len() + 1).min(text.len());
    let mut line_at = start;
    let mut blank = None;
    let mut first_line = true;
    while line_at < text.len() {
        let line = text[line_at..].split('\n').next().unwrap_or("");
        let next = (line_at + line.len() + 1).min(text.len());
        let bare = line.trim_end();
        if bare == "---" || bare == "..." {
            // Two rules with text between them are no front matter.
            let inside = &text[start..line_at];
            let sound = inside.trim().is_empty() || inside.lines().any(looks_like_key);
            return sound.then_some((start..line_at, next, true));
        }
        if first_line && !bare.trim().is_empty() {
            first_line = false;
            if !looks_like_key(bare) && !bare.trim_start().starts_with(['#', '-']) {
                return None;
            }
        }
        if blank.is_none() && (bare.trim().is_empty() || bare.starts_with("# ") || bare.starts_with("## ")) {
            blank = Some(line_at);
        }
        line_at = next;
    }
    let end = blank.unwrap_or(text.len());
    let keys = text[start..end]
        .lines()
        .filter(|line| looks_like_key(line))
        .count();
    (keys > 0).then_some((start..end, end, false))
}

fn looks_like_key(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t', '-']).trim_end();
    let Some(colon) = line.find(':') else {
        return false;
    };
    let key = line[..colon].trim_matches(['"', '\'']);
    let rest = &line[colon + 1..];
    !key.is_empty()
        && key.len() <= 60
        && key.split(' ').count() <= 4
        && !key.starts_with(['*', '>', '|', '`', '<', '#'])
        && (rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// Reads `range` of the source as front matter.
pub(super) fn read(builder: &mut Builder<'_>, range: Range<usize>, closed: bool) {
    let source = builder.source;
    let tree = yaml_lines::read(&source.text, range.clone());
    report(builder, &tree, &range, closed);
    Interpreter::new(builder, &tree).run();
}

fn report(builder: &mut Builder<'_>, tree: &Tree, range: &Range<usize>, closed: bool) {
    let first = builder.source.line(range.start);
    if !closed {
        let line = first.saturating_sub(1).max(1);
        builder.problem(
            ProblemKind::FrontMatterUnreadable,
            line,
            format!("front matter that begins at line {line} is not closed by `---`"),
        );
    }
    let duplicates = duplicates(builder, tree);
    if tree.too_deep {
        builder.problem(
            ProblemKind::FrontMatterUnreadable,
            first,
            format!("front matter at line {first} is nested too deeply; it was read flat"),
        );
        return;
    }
    if let Some(fault) = tree.faults.first() {
        let line = builder.source.line(fault.at);
        unreadable(builder, line, fault.message);
        return;
    }
    let text = &builder.source.text[range.clone()];
    if duplicates || text.len() > MAX_CHECKED || nests_deeply(text) {
        return;
    }
    if let Err(error) = yaml::from_str::<IgnoredAny>(text) {
        let last = builder.source.line(range.end.saturating_sub(1));
        let line = first + error.line.unwrap_or(1).saturating_sub(1);
        let told = error.message.split(" at line").next().unwrap_or_default();
        unreadable(builder, line.clamp(first, last.max(first)), told);
    }
}

fn unreadable(builder: &mut Builder<'_>, line: usize, told: &str) {
    builder.problem(
        ProblemKind::FrontMatterUnreadable,
        line,
        format!("front matter is no YAML at line {line}: {told}"),
    );
}

/// True for text whose brackets would cost a YAML parser more than linear time.
fn nests_deeply(text: &str) -> bool {
    let mut depth = 0usize;
    text.bytes().any(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > 64
    })
}

/// Reports keys that stand twice in one map; true if there are any.
fn duplicates(builder: &mut Builder<'_>, tree: &Tree) -> bool {
    let mut seen = HashMap::new();
    let mut told = 0;
    for node in &tree.nodes {
        let Some((key, range)) = &node.key else {
            continue;
        };
        let line = builder.source.line(range.start);
        if let Some(first) = seen.insert((node.parent, key.as_str()), line) {
            told += 1;
            if told > MAX_DUPLICATES {
                continue;
            }
            builder.problem(
                ProblemKind::DuplicateKey,
                line,
                format!("key `{key}` at line {line} stands already at line {first}"),
            );
        }
    }
    told > 0
}

struct Interpreter<'t, 'b, 's> {
    builder: &'b mut Builder<'s>,
    tree: &'t Tree,
    /// Per node: the section its children stand in.
    sections: Vec<usize>,
    paths: Vec<String>,
    /// Per node: its content has been taken over by an ancestor.
    taken: Vec<bool>,
    children: Vec<Vec<usize>>,
}

impl<'t, 'b, 's> Interpreter<'t, 'b, 's> {
    fn new(builder: &'b mut Builder<'s>, tree: &'t Tree) -> Self {
        let count = tree.nodes.len();
        let mut children = vec![Vec::new(); count];
        for (index, node) in tree.nodes.iter().enumerate() {
            if let Some(parent) = node.parent {
                children[parent].push(index);
            }
        }
        Self {
            builder,
            tree,
            sections: vec![0; count],
            paths: vec![String::new(); count],
            taken: vec![false; count],
            children,
        }
    }

    fn run(&mut self) {
        for index in 0..self.tree.nodes.len() {
            let node = &self.tree.nodes[index];
            let parent_section = node.parent.map_or(0, |parent| self.sections[parent]);
            self.sections[index] = parent_section;
            let above = node.parent.map_or("", |parent| self.paths[parent].as_str());
            self.paths[index] = match (&node.key, above.is_empty()) {
                (Some((key, _)), true) => key.clone(),
                (Some((key, _)), false) => format!("{above}.{key}"),
                (None, _) => above.to_owned(),
            };
            if node.parent.is_some_and(|parent| self.taken[parent]) {
                self.taken[index] = true;
            }
            if self.taken[index] {
                continue;
            }
            match &node.key {
                Some((key, place)) => self.keyed(index, node, key, place, parent_section),
                None => self.entry(index, node, parent_section),
            }
        }
    }

    fn keyed(&mut self, index: usize, node: &'t Node, key: &'t str, place: &Range<usize>, above: usize) {
        if node.has_children {
            if log_title(key).is_some() && change_log::from_nodes(self.builder, self.tree, index) {
                self.taken[index] = true;
                return;
            }
            self.sections[index] = self.key_section(key, place, above);
            return;
        }
        let Some(value) = &node.value else {
            return;
        };
        let value = joined(value);
        if value.is_empty() {
            return;
        }
        let field = self.field(node, key, &value);
        if matches!(field, Some(Field::Version | Field::Date)) {
            return;
        }
        if node.line && field.is_none() && is_comma_list(key) {
            self.commas(key, place, node, above);
            return;
        }
        let facet = self.scalar_facet(key, above, field.is_some());
        let path = &self.paths[index];
        let item_key = if field.is_some() {
            path.to_lowercase()
        } else {
            path.clone()
        };
        self.builder.item(NewItem {
            facet,
            key: Some(item_key),
            text: format!("{key}: {value}"),
            section: above,
            form: ItemForm::Scalar,
            parent: None,
            range: place.start..node.range.end.max(place.end),
        });
    }

    /// Takes over a value that is a field of the document: at the top or below `metadata:`.
    fn field(&mut self, node: &Node, key: &str, value: &str) -> Option<Field> {
        let (form, rank) = match node.parent {
            None => ("front-matter", Rank::FrontMatter),
            Some(parent) => {
                let above = &self.tree.nodes[parent];
                let name = above.key.as_ref().map(|(key, _)| folded_key(key))?;
                let holds = matches!(
                    name.as_str(),
                    "metadata" | "meta" | "document" | "info" | "frontmatter"
                );
                if !holds || above.parent.is_some() {
                    return None;
                }
                ("metadata", Rank::Nested)
            }
        };
        self.builder.state(&Found {
            label: key,
            value,
            range: node.range.clone(),
            form,
            rank,
        })
    }

    fn key_section(&mut self, key: &str, place: &Range<usize>, above: usize) -> usize {
        let typing = self.typing(key, above);
        let index = self.builder.section(NewSection {
            title: key,
            parent: above,
            typing,
            key: true,
            voice: Voice::FrontMatter,
            range: place.clone(),
        });
        let section = &mut self.builder.spec.sections[index];
        if section.facet == Facet::Prose {
            section.facet = Facet::Metadata;
        }
        index
    }

    /// What a key says; `max_` and `min_` depend on what they stand in.
    fn typing(&self, key: &str, above: usize) -> Option<Typing> {
        let typing = self
            .builder
            .lexicon
            .key(key)
            .filter(|typing| typing.facet.is_some());
        if typing.is_some() {
            return typing;
        }
        let folded = folded_key(key);
        let bound = |prefix: &str, suffix: &str| folded.starts_with(prefix) || folded.ends_with(suffix);
        let facet = if bound("max_", "_max") || bound("maximum_", "_maximum") || bound("up_to_", "_ceiling") {
            Facet::Grant
        } else if bound("min_", "_min") || bound("minimum_", "_minimum") || bound("at_least_", "_floor") {
            Facet::Limit
        } else {
            return None;
        };
        let section = &self.builder.spec.sections[above];
        let open = above == 0 || !(section.typed || section.facet != Facet::Metadata);
        open.then_some(Typing {
            facet: Some(facet),
            weight: None,
            trigger: false,
        })
    }

    fn scalar_facet(&self, key: &str, above: usize, is_field: bool) -> Facet {
        let section = &self.builder.spec.sections[above];
        let held = match section.facet {
            Facet::Prose => Facet::Metadata,
            facet => facet,
        };
        if is_field {
            return Facet::Metadata;
        }
        match self.typing(key, above).and_then(|typing| typing.facet) {
            Some(Facet::Metadata) => held,
            Some(Facet::Prose) | None => held,
            Some(facet) => facet,
        }
    }

    fn entry_facet(&self, section: usize, text: &str) -> Facet {
        let section = &self.builder.spec.sections[section];
        match section.facet {
            Facet::Prose | Facet::Metadata if !section.typed => {
                binding::rule(text).unwrap_or(Facet::Metadata)
            }
            facet => facet,
        }
    }

    /// `tools: Read, Bash(git log:*)`
    fn commas(&mut self, key: &str, place: &Range<usize>, node: &Node, above: usize) {
        let section = self.key_section(key, place, above);
        let source = builder_text(self.builder);
        for range in comma_parts(source, node.range.clone()) {
            let text = joined(&source[range.clone()]);
            let facet = self.builder.spec.sections[section].facet;
            self.set_entry(section, facet, None, text, range);
        }
    }

    fn set_entry(
        &mut self,
        section: usize,
        facet: Facet,
        key: Option<String>,
        text: String,
        range: Range<usize>,
    ) {
        self.builder.item(NewItem {
            facet,
            key,
            text,
            section,
            form: ItemForm::SetEntry,
            parent: None,
            range,
        });
    }

    fn entry(&mut self, index: usize, node: &'t Node, above: usize) {
        if let Some(value) = &node.value {
            let text = joined(value);
            let facet = self.entry_facet(above, &text);
            let key = explicit_id(&text);
            self.set_entry(above, facet, key, text, node.range.clone());
            return;
        }
        // A list of single-key maps is a map; one with more keys is a list of records.
        let scalars: Vec<usize> = self.children[index]
            .iter()
            .copied()
            .filter(|child| self.tree.nodes[*child].key.is_some() && self.tree.nodes[*child].value.is_some())
            .collect();
        if self.children[index].len() < 2 || scalars.is_empty() {
            return;
        }
        let mut cells = Vec::new();
        let mut name = None;
        let mut range: Option<Range<usize>> = None;
        for child in scalars {
            self.taken[child] = true;
            let node = &self.tree.nodes[child];
            let (Some((key, place)), Some(value)) = (&node.key, &node.value) else {
                continue;
            };
            if name.is_none() && matches!(key.as_str(), "id" | "name" | "title" | "key") {
                name = Some(joined(value));
            }
            cells.push(format!("{key}: {}", joined(value)));
            let span = place.start..node.range.end.max(place.end);
            range = Some(match range {
                Some(known) => known.start..span.end,
                None => span,
            });
        }
        let text = cells.join(" | ");
        let facet = self.entry_facet(above, &text);
        if let Some(range) = range {
            self.set_entry(above, facet, name, text, range);
        }
    }
}

fn builder_text<'s>(builder: &Builder<'s>) -> &'s str {
    &builder.source.text
}

fn explicit_id(text: &str) -> Option<String> {
    super::lead::explicit_id(text).map(|range| text[range].to_owned())
}

/// The parts of a comma list; commas in brackets separate nothing.
pub(super) fn comma_parts(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut depth = 0usize;
    let mut start = range.start;
    for (at, byte) in text.as_bytes()[range.clone()].iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(start..range.start + at);
                start = range.start + at + 1;
            }
            _ => {}
        }
    }
    parts.push(start..range.end);
    parts
        .into_iter()
        .map(|part| trimmed(text, part))
        .filter(|part| !part.is_empty())
        .collect()
}

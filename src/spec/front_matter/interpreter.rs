//! From the nodes of front matter to sections, items and fields.

use std::cell::OnceCell;
use std::ops::Range;

use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::Level;
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
use crate::spec::lead;
use crate::spec::title::folded_title;
use crate::spec::vocabulary::Field;
use crate::spec::vocabulary::Typing;
use crate::spec::vocabulary::field_folded;
use crate::spec::vocabulary::folded_key;
use crate::spec::vocabulary::is_comma_list;
use crate::spec::vocabulary::log_title;
use crate::spec::yaml_lines::Node;
use crate::spec::yaml_lines::Tree;

pub(super) struct Interpreter<'t, 'b, 's> {
    builder: &'b mut Builder<'s>,
    tree: &'t Tree<'t>,
    /// Per node: the section its children stand in.
    sections: Vec<usize>,
    /// Per node: its content has been taken over by an ancestor.
    taken: Vec<bool>,
    /// Per node: the nodes directly in it, found once where a list of maps asks for them.
    children: OnceCell<Vec<Vec<usize>>>,
}

fn children(tree: &Tree<'_>) -> Vec<Vec<usize>> {
    let mut children = vec![Vec::new(); tree.nodes.len()];
    for (index, node) in tree.nodes.iter().enumerate() {
        if let Some(parent) = node.parent {
            children[parent].push(index);
        }
    }
    children
}

impl<'t, 'b, 's> Interpreter<'t, 'b, 's> {
    pub(super) fn new(builder: &'b mut Builder<'s>, tree: &'t Tree<'t>) -> Self {
        let count = tree.nodes.len();
        Self {
            builder,
            tree,
            sections: vec![0; count],
            taken: vec![false; count],
            children: OnceCell::new(),
        }
    }

    pub(super) fn run(&mut self) {
        for index in 0..self.tree.nodes.len() {
            let node = &self.tree.nodes[index];
            let parent_section = node.parent.map_or(0, |parent| self.sections[parent]);
            self.sections[index] = parent_section;
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

    /// The keys from the top to a node, joined with `.`.
    fn path(&self, index: usize) -> String {
        let above = |index: &usize| self.tree.nodes[*index].parent;
        let keys: Vec<&str> = std::iter::successors(Some(index), above)
            .filter_map(|index| self.tree.nodes[index].key.as_ref())
            .map(|(key, _)| key.as_ref())
            .collect();
        let mut path = String::with_capacity(keys.iter().map(|key| key.len() + 1).sum());
        for key in keys.into_iter().rev() {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(key);
        }
        path
    }

    fn keyed(&mut self, index: usize, node: &'t Node<'t>, key: &'t str, place: &Range<usize>, above: usize) {
        if node.has_children {
            if log_title(key).is_some() && change_log::from_nodes(self.builder, self.tree, index) {
                self.taken[index] = true;
                return;
            }
            let folded = folded_key(key);
            if field_folded(&folded) == Some(Field::Owner) {
                self.owners(index, node, key);
            }
            self.sections[index] = self.key_section(key, &folded, place, above);
            return;
        }
        let Some(value) = &node.value else {
            return;
        };
        let value = joined(value);
        if value.is_empty() {
            return;
        }
        let folded = folded_key(key);
        let field = self.field(node, key, &value);
        if matches!(field, Some(Field::Version | Field::Date)) {
            return;
        }
        if node.line && field.is_none() && is_comma_list(&folded) {
            self.commas(key, &folded, place, node, above);
            return;
        }
        let facet = match self.scalar_facet(&folded, above, field.is_some()) {
            // `permission: { edit: ask, webfetch: deny }`
            Facet::Grant | Facet::Limit if above != 0 && Level::of(&value) == Some(Level::Free) => {
                Facet::Grant
            }
            Facet::Grant | Facet::Limit if above != 0 && Level::of(&value).is_some() => Facet::Limit,
            // `- IMPORTANT: never push` is an entry of a list that says what it is about.
            Facet::Metadata if field.is_none() && self.is_listed(node) => {
                let rule = binding::rule(&value).filter(|_| value.contains(' '));
                rule.unwrap_or(Facet::Metadata)
            }
            facet => facet,
        };
        let path = self.path(index);
        let item_key = if field.is_some() {
            path.to_lowercase()
        } else {
            path
        };
        self.builder.item(NewItem {
            facet,
            key: Some(&item_key),
            text: &[key, ": ", &value].concat(),
            section: above,
            form: ItemForm::Scalar,
            parent: None,
            range: place.start..node.range.end.max(place.end),
        });
    }

    fn is_listed(&self, node: &Node<'_>) -> bool {
        node.parent
            .is_some_and(|parent| self.tree.nodes[parent].key.is_none())
    }

    /// Takes over a value that is a field of the document: at the top or below `metadata:`.
    fn field(&mut self, node: &Node<'_>, key: &str, value: &str) -> Option<Field> {
        self.field_at(node, key, value, node.range.clone())
    }

    fn field_at(&mut self, node: &Node<'_>, key: &str, value: &str, range: Range<usize>) -> Option<Field> {
        let (form, rank) = match node.parent {
            None => ("front-matter", Rank::FrontMatter),
            Some(parent) => {
                let above = &self.tree.nodes[parent];
                let name = above.key.as_ref().map(|(key, _)| folded_key(key))?;
                let holds = matches!(
                    name.as_ref(),
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
            range,
            form,
            rank,
        })
    }

    /// `owners: [jo, ann]`: all of them are the owner.
    fn owners(&mut self, index: usize, node: &Node<'_>, key: &str) {
        let tree = self.tree;
        let below = tree.nodes[index + 1..]
            .iter()
            .take_while(|node| node.parent.is_some_and(|parent| parent >= index));
        let names: Vec<&Node<'_>> = below
            .filter(|node| node.parent == Some(index) && node.value.is_some())
            .collect();
        let (Some(first), Some(last)) = (names.first(), names.last()) else {
            return;
        };
        let range = first.range.start..last.range.end;
        let values = names.iter().filter_map(|node| node.value.as_deref());
        let value = values.map(joined).collect::<Vec<_>>().join(", ");
        self.field_at(node, key, &value, range);
    }

    fn key_section(&mut self, key: &str, folded: &str, place: &Range<usize>, above: usize) -> usize {
        let typing = self.typing(folded, above);
        let index = self.builder.section(NewSection {
            title: key,
            folded: &folded_title(key),
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

    /// What a folded key says; `max_` and `min_` depend on what they stand in.
    fn typing(&self, folded: &str, above: usize) -> Option<Typing> {
        // `dependencies: tasks: [create-doc.md]` are files.
        if self.builder.folded(above) == "dependencies" {
            return None;
        }
        let typing = self
            .builder
            .lexicon
            .key(folded)
            .filter(|typing| typing.facet.is_some());
        if typing.is_some() {
            return typing;
        }
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
        open.then(|| Typing::facet(facet))
    }

    fn scalar_facet(&self, folded: &str, above: usize, is_field: bool) -> Facet {
        let section = &self.builder.spec.sections[above];
        let held = match section.facet {
            Facet::Prose => Facet::Metadata,
            facet => facet,
        };
        if is_field {
            return Facet::Metadata;
        }
        match self.typing(folded, above).and_then(|typing| typing.facet) {
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
    fn commas(&mut self, key: &str, folded: &str, place: &Range<usize>, node: &Node<'_>, above: usize) {
        let section = self.key_section(key, folded, place, above);
        let source = builder_text(self.builder);
        let mut parts = split(source, node.range.clone(), |byte| byte == b',');
        if let [whole] = &parts[..]
            && folded.ends_with("tools")
        {
            let words = split(source, whole.clone(), |byte| byte.is_ascii_whitespace());
            if words.iter().all(|word| is_tool(&source[word.clone()])) {
                parts = words;
            }
        }
        for range in parts {
            let text = joined(&source[range.clone()]);
            let facet = self.builder.spec.sections[section].facet;
            self.set_entry(section, facet, None, &text, range);
        }
    }

    fn set_entry(
        &mut self,
        section: usize,
        facet: Facet,
        key: Option<&str>,
        text: &str,
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

    fn entry(&mut self, index: usize, node: &'t Node<'t>, above: usize) {
        if let Some(value) = &node.value {
            let text = joined(value);
            let facet = self.entry_facet(above, &text);
            let key = explicit_id(&text);
            self.set_entry(above, facet, key.as_deref(), &text, node.range.clone());
            return;
        }
        // A list of single-key maps is a map; one with more keys is a list of records.
        let nodes = &self.tree.nodes;
        let named = |child: usize| nodes.get(child).is_some_and(|node| node.key.is_some());
        if !named(index + 1) {
            return;
        }
        let tree = self.tree;
        let children = &self.children.get_or_init(|| children(tree))[index];
        let scalars: Vec<usize> = children
            .iter()
            .copied()
            .filter(|child| nodes[*child].key.is_some() && nodes[*child].value.is_some())
            .collect();
        if children.len() < 2 || scalars.is_empty() {
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
            if name.is_none() && matches!(key.as_ref(), "id" | "name" | "title" | "key") {
                name = Some(joined(value).into_owned());
            }
            cells.push([key, ": ", &joined(value)].concat());
            let span = place.start..node.range.end.max(place.end);
            range = Some(match range {
                Some(known) => known.start..span.end,
                None => span,
            });
        }
        let text = cells.join(" | ");
        let facet = self.entry_facet(above, &text);
        if let Some(range) = range {
            self.set_entry(above, facet, name.as_deref(), &text, range);
        }
    }
}

fn builder_text<'s>(builder: &Builder<'s>) -> &'s str {
    &builder.source.text
}

fn explicit_id(text: &str) -> Option<String> {
    lead::explicit_id(text).map(|range| text[range].to_owned())
}

/// The parts of a list in one string; separators in brackets separate nothing.
fn split(text: &str, range: Range<usize>, separates: impl Fn(u8) -> bool) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut depth = 0usize;
    let mut start = range.start;
    for (at, byte) in text.as_bytes()[range.clone()].iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            byte if depth == 0 && separates(*byte) => {
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

/// `Read`, `Bash(git log:*)`, `mcp__notes__write`: names of tools, which no sentence is made of.
fn is_tool(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase()) && word.len() > 1 || word.contains("__")
}

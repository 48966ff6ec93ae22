//! Paragraphs: bold lines that serve as headings, fields, and sentences; and blocks of code.

use std::ops::Range;

use crate::spec::Facet;
use crate::spec::ItemForm;
use crate::spec::binding;
use crate::spec::body::BOLD_LEVEL;
use crate::spec::body::Body;
use crate::spec::body::clauses;
use crate::spec::body::clauses::Mark;
use crate::spec::body::introductions::LINE_LEVEL;
use crate::spec::body::is_typed;
use crate::spec::body::line_ranges;
use crate::spec::body::statement;
use crate::spec::builder::NewItem;
use crate::spec::deed;
use crate::spec::front_matter;
use crate::spec::inline::Inline;
use crate::spec::inline::joined;
use crate::spec::inline::trimmed;
use crate::spec::lead;
use crate::spec::lead::Pair;
use crate::spec::title::bare_title;
use crate::spec::title::folded_bare;
use crate::spec::vocabulary::field;

impl Body<'_, '_, '_> {
    pub(super) fn paragraph(&mut self, at: usize) -> usize {
        let block = &self.blocks[at];
        let inline = self.inline(block);
        if inline.is_blank() {
            return at + 1;
        }
        let nested = block.entry().is_some();
        if !nested
            && inline.line_break().is_none()
            && let Some(next) = self.plain_heading(at)
        {
            return next;
        }
        self.lines(at, 0, nested)
    }

    /// Reads a paragraph from one of its lines on; returns where to go on.
    pub(super) fn lines(&mut self, at: usize, from: usize, nested: bool) -> usize {
        let inline = self.inline(&self.blocks[at]);
        let lines = line_ranges(inline.text);
        let alone = lines.len() == 1;
        let fields = !nested && !alone && are_fields(inline, &lines);
        let mut run: Option<Range<usize>> = None;
        let mut index = from;
        while let Some(line) = lines.get(index) {
            index += 1;
            if line.is_empty() {
                continue;
            }
            if !nested && inline.strong_at(line.start).is_some() {
                // `**2. Your duties**` stands above its clauses as well as alone.
                let heads = alone
                    || lines
                        .get(index)
                        .is_some_and(|next| begins_with(inline, next, Mark::Entry));
                if let Some(title) = lead::bold_heading(inline, line, heads)
                    && !self.is_rule(&inline.text[title.clone()])
                {
                    self.sentences(at, run.take());
                    if index == 1
                        && let Some(next) = self.bold_log(at, inline, &title)
                    {
                        return next;
                    }
                    self.bold_section(inline, &title);
                    continue;
                }
                let mut pairs = lead::bold_pairs(inline, line);
                if pairs.iter().any(|pair| !pair.value.is_empty()) {
                    self.sentences(at, run.take());
                    index += self.wrapped(inline, &mut pairs, &lines[index..]);
                    let form = if pairs.len() > 1 { "bar" } else { "bold" };
                    self.fields(inline, &pairs, form, fields);
                    continue;
                }
            }
            if !nested && self.plain_field(inline, line) {
                self.sentences(at, run.take());
                continue;
            }
            if let Some((mark, length)) = clauses::mark(&inline.text[line.clone()])
                && (!nested || mark == Mark::Entry)
            {
                let more = clause_lines(inline, &lines[index..]);
                index += more;
                let end = lines[index - 1].end;
                let start = match mark {
                    Mark::Definition => self.term(inline, &run, &lines[index..]),
                    Mark::Entry => None,
                };
                if start.is_some() {
                    run = None;
                } else {
                    self.before_clauses(at, run.take(), mark);
                }
                self.clause(at, inline, start.unwrap_or(line.start + length)..end);
                continue;
            }
            if lines.len() > 1 && lead::code_name(inline, line) {
                self.before_clauses(at, run.take(), Mark::Entry);
                self.clause(at, inline, line.clone());
                continue;
            }
            run = Some(match run.take() {
                Some(run) => run.start..line.end,
                None => line.clone(),
            });
        }
        self.last_sentences(at, run.take(), false);
        at + 1
    }

    /// True for a bold line that is a rule and names nothing: `If in doubt you must call the captain:`.
    fn is_rule(&self, line: &str) -> bool {
        line.split(' ').count() > 4
            && binding::rule(line).is_some()
            && self.builder.lexicon.title(line).is_none()
    }

    /// Where a term begins that has a single definition: both are one statement, unless the term is
    /// the title of statements.
    fn term(&self, inline: Inline<'_>, run: &Option<Range<usize>>, below: &[Range<usize>]) -> Option<usize> {
        let run = run.as_ref()?;
        let term = joined(&inline.text[run.clone()]);
        let defines = |line: &Range<usize>| begins_with(inline, line, Mark::Definition);
        let names = self.builder.lexicon.title(&term).is_some() || below.iter().any(defines);
        (!names).then_some(run.start)
    }

    /// What stands above the first clause of a paragraph names or introduces what follows.
    fn before_clauses(&mut self, at: usize, run: Option<Range<usize>>, mark: Mark) {
        let Some(run) = run else {
            return;
        };
        match mark {
            Mark::Definition => {
                let inline = self.inline(&self.blocks[at]);
                self.line_section(LINE_LEVEL, inline, &run);
            }
            Mark::Entry => self.last_sentences(at, Some(run), true),
        }
    }

    /// The sentences before the list below or, with `listed`, before the clauses of the same
    /// paragraph; the last may introduce them.
    fn last_sentences(&mut self, at: usize, run: Option<Range<usize>>, listed: bool) {
        let inline = self.inline(&self.blocks[at]);
        let last = run.as_ref().and_then(|run| self.introducing(at, run, listed));
        let (Some(run), Some(last)) = (&run, last) else {
            return self.sentences(at, run);
        };
        if self.introduced_section(inline, &last) {
            if last.start > run.start {
                // What stands before belongs to the section around.
                let section = self.open.pop();
                self.sentences(at, Some(run.start..last.start));
                self.open.extend(section);
            }
            return;
        }
        self.introduced = binding::introduction(&joined(&inline.text[last]));
        self.sentences(at, Some(run.clone()));
    }

    /// Lets a single value go on in the lines below that begin nothing of their own; returns how
    /// many it took. The value of a field goes on only where its sentence does.
    fn wrapped(&self, inline: Inline<'_>, pairs: &mut [Pair], below: &[Range<usize>]) -> usize {
        let [pair] = pairs else {
            return 0;
        };
        let text = inline.text;
        if pair.value.is_empty() {
            return 0;
        }
        let is_field = field(&text[pair.label.clone()]).is_some();
        let goes_on = |line: &&Range<usize>| {
            let begins = text[(*line).clone()].chars().next();
            let lower = begins.is_some_and(char::is_lowercase);
            let known = lead::plain_pair(text, line).is_some_and(|pair| field(&text[pair.label]).is_some());
            inline.strong_at(line.start).is_none() && !known && (lower || (!is_field && begins.is_some()))
        };
        let taken = below.iter().take_while(goes_on).count();
        if let Some(last) = taken.checked_sub(1).and_then(|last| below.get(last)) {
            pair.value.end = last.end;
        }
        taken
    }

    fn bold_log(&mut self, at: usize, inline: Inline<'_>, title: &Range<usize>) -> Option<usize> {
        self.log(at, BOLD_LEVEL, &inline.text[title.clone()])
    }

    fn bold_section(&mut self, inline: Inline<'_>, title: &Range<usize>) {
        let text = &inline.text[title.clone()];
        let bare = bare_title(text);
        let range = title.start + bare.start..title.start + bare.end;
        let title = joined(&text[bare]);
        let folded = folded_bare(&title);
        let typing = self.builder.lexicon.folded(&title, &folded);
        self.open_section(BOLD_LEVEL, &title, &folded, inline.source(&range), typing);
    }

    pub(super) fn sentences(&mut self, at: usize, run: Option<Range<usize>>) {
        let Some(run) = run else {
            return;
        };
        let inline = self.inline(&self.blocks[at]);
        let section = self.section_of(at);
        let held = self.builder.spec.sections[section].facet;
        let parent = self.parent_item(at);
        for range in binding::sentences(inline.text, run) {
            let range = statement(inline, range);
            if range.is_empty() {
                continue;
            }
            let text = joined(&inline.text[range.clone()]);
            let facet = if is_typed(held) {
                let tells = match held {
                    Facet::Duty => {
                        let title = self.builder.title().unwrap_or_default();
                        deed::tells_deed(&text, [title, self.builder.folded(section)])
                    }
                    Facet::Outcome => deed::tells_result(&text),
                    Facet::Limit => deed::tells_ban(&text) || deed::is_fragment(&text),
                    Facet::Grant => deed::is_fragment(&text),
                    Facet::Demand | Facet::Metadata | Facet::Prose => false,
                };
                if tells || binding::binds(&text) {
                    self.facet(section, &text)
                } else {
                    Facet::Prose
                }
            } else {
                binding::rule(&text).unwrap_or(Facet::Prose)
            };
            self.builder.item(NewItem {
                facet,
                key: None,
                text: &text,
                section,
                form: ItemForm::Sentence,
                parent,
                range: inline.source(&range),
            });
        }
    }

    /// Reads a fenced block as the agent's definition, if the document has none yet and it is one.
    fn definition(&mut self, block: &Range<usize>) -> bool {
        let text = &self.builder.source.text;
        if self.builder.spec.front_matter.is_some() || self.defined {
            return false;
        }
        let first = text[block.clone()].lines().next().unwrap_or_default();
        let yaml =
            matches!(first.trim_end().trim_start_matches('`'), "yaml" | "yml") && first.starts_with("```");
        let inside = block.start + first.len() + 1..block.end;
        let end = text.get(inside.clone()).and_then(|inside| inside.rfind("```"));
        let Some(end) = end.filter(|_| yaml) else {
            return false;
        };
        self.defined = front_matter::read_definition(self.builder, inside.start..inside.start + end);
        self.defined
    }

    pub(super) fn code(&mut self, at: usize) {
        let block = &self.blocks[at];
        let source = self.builder.source;
        let section = self.section_of(at);
        let held = self.builder.spec.sections[section].facet;
        let facet = if is_typed(held) && !is_program(&source.text[block.range()], held) {
            held
        } else {
            Facet::Prose
        };
        if self.quote == 0 && self.definition(&block.range()) {
            return;
        }
        let mut line_at = block.range().start;
        let mut first = true;
        while line_at < block.range().end {
            let end = source.line_end(line_at).min(block.range().end);
            let line = trimmed(&source.text, line_at..end.max(line_at));
            let next = source.next_line(line_at);
            let text = source.text[line.clone()].trim_start_matches('>').trim();
            let fence = text.starts_with("```") || text.starts_with("~~~");
            let skip = text.is_empty() || (fence && (first || next >= block.range().end));
            first = false;
            line_at = next.max(line_at + 1);
            if skip {
                continue;
            }
            let start = line.end - text.len();
            if self.preamble && self.quote == 0 && self.preamble_code(text, start) {
                continue;
            }
            let drawn = text.starts_with(['├', '└', '│', '┌', '▼', '↓']);
            self.builder.item(NewItem {
                facet: if drawn { Facet::Prose } else { facet },
                key: None,
                text: &joined(text),
                section,
                form: ItemForm::Code,
                parent: self.parent_item(at),
                range: start..line.end,
            });
        }
    }
}

/// True for a block of code in a language of programs or pages, whose lines are no statements; data says
/// something only about powers and limits.
fn is_program(block: &str, held: Facet) -> bool {
    let fence = block.trim_start_matches(['`', '~']);
    let language = fence
        .split(['\n', ' ', ',', '{'])
        .next()
        .unwrap_or_default()
        .trim();
    let language = language.to_ascii_lowercase();
    let program = matches!(
        language.as_str(),
        "bash"
            | "sh"
            | "shell"
            | "zsh"
            | "console"
            | "powershell"
            | "python"
            | "py"
            | "javascript"
            | "js"
            | "jsx"
            | "typescript"
            | "ts"
            | "tsx"
            | "rust"
            | "go"
            | "java"
            | "ruby"
            | "c"
            | "cpp"
            | "csharp"
            | "php"
            | "sql"
            | "graphql"
            | "html"
            | "css"
            | "xml"
            | "svg"
            | "markdown"
            | "md"
            | "diff"
            | "mermaid"
            | "dockerfile"
            | "http"
            | "regex"
    );
    let data = matches!(
        language.as_str(),
        "json" | "jsonc" | "yaml" | "yml" | "toml" | "ini"
    );
    let powers = matches!(held, Facet::Grant | Facet::Limit);
    fence.len() < block.len() && (program || data && !powers)
}

fn begins_with(inline: Inline<'_>, line: &Range<usize>, mark: Mark) -> bool {
    clauses::mark(&inline.text[line.clone()]).is_some_and(|(found, _)| found == mark)
}

/// True for lines that are bold labels of the document's own fields throughout, wherever they stand.
fn are_fields(inline: Inline<'_>, lines: &[Range<usize>]) -> bool {
    lines.iter().filter(|line| !line.is_empty()).all(|line| {
        inline.strong_at(line.start).is_some() && {
            let pairs = lead::bold_pairs(inline, line);
            let known = |pair: &Pair| field(&inline.text[pair.label.clone()]).is_some();
            !pairs.is_empty() && pairs.iter().all(known)
        }
    })
}

/// How many lines go on with a clause: those that begin nothing of their own.
fn clause_lines(inline: Inline<'_>, below: &[Range<usize>]) -> usize {
    let goes_on = |line: &&Range<usize>| {
        let text = &inline.text[(*line).clone()];
        !line.is_empty() && clauses::mark(text).is_none() && inline.strong_at(line.start).is_none()
    };
    below.iter().take_while(goes_on).count()
}

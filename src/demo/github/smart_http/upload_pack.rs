//! `git-upload-pack` over stateless HTTP, protocol version 0: references, negotiation, shallow
//! boundaries and the pack. <https://git-scm.com/docs/pack-protocol>

use std::collections::BTreeSet;
use std::collections::HashSet;
use std::collections::VecDeque;

use anyhow::Context;
use anyhow::bail;
use git2::ObjectType;
use git2::Oid;
use git2::PackBuilder;
use git2::Repository;

use super::pkt_line;
use super::pkt_line::Line;

const CAPABILITIES: &str = "multi_ack_detailed side-band side-band-64k ofs-delta shallow no-progress \
     allow-tip-sha1-in-want allow-reachable-sha1-in-want";

/// What the stand-in advertises: every reference and what it can do.
pub(super) fn advertise(repo: &Repository) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    pkt_line::write_line(&mut out, "# service=git-upload-pack");
    pkt_line::flush(&mut out);
    let mut refs: Vec<(String, Oid)> = Vec::new();
    let head = repo.find_reference("HEAD").ok();
    let target = head
        .as_ref()
        .and_then(|head| head.symbolic_target().ok().flatten().map(str::to_owned));
    if let Some(id) = head
        .and_then(|head| head.resolve().ok())
        .and_then(|head| head.target())
    {
        refs.push(("HEAD".to_owned(), id));
    }
    let mut names: Vec<(String, Oid)> = repo
        .references()?
        .flatten()
        .filter_map(|one| Some((one.name().ok()?.to_owned(), one.target()?)))
        .collect();
    names.sort();
    refs.extend(names);
    let symref = target
        .map(|name| format!(" symref=HEAD:{name}"))
        .unwrap_or_default();
    let mut abilities = format!("\0{CAPABILITIES}{symref} object-format=sha1 agent=stand-in");
    if refs.is_empty() {
        refs.push(("capabilities^{}".to_owned(), Oid::ZERO_SHA1));
    }
    for (name, id) in refs {
        pkt_line::write_line(&mut out, &format!("{id} {name}{abilities}"));
        abilities.clear();
    }
    pkt_line::flush(&mut out);
    Ok(out)
}

/// What a client asks for in one request.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) wants: Vec<Oid>,
    pub(super) haves: Vec<Oid>,
    shallow: BTreeSet<Oid>,
    depth: Option<usize>,
    done: bool,
    negotiates: bool,
    side_band: Option<usize>,
    multi_ack: bool,
}

impl Request {
    /// Reads a request's pkt-lines.
    pub(super) fn parse(body: &[u8]) -> anyhow::Result<Self> {
        let mut request = Self::default();
        let mut needs_are_over = false;
        for line in pkt_line::read(body)? {
            let Line::Text(text) = line else {
                request.negotiates |= needs_are_over;
                needs_are_over = true;
                continue;
            };
            let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
            match word {
                "want" => request.want(rest)?,
                "shallow" => {
                    request.shallow.insert(oid(rest)?);
                }
                "deepen" => request.depth = Some(rest.parse().context("no number after `deepen`")?),
                "have" => request.haves.push(oid(rest)?),
                "done" => request.done = true,
                other => bail!("unexpected `{other}`"),
            }
            request.negotiates |= needs_are_over;
        }
        Ok(request)
    }

    fn want(&mut self, rest: &str) -> anyhow::Result<()> {
        let (id, abilities) = rest.split_once(' ').unwrap_or((rest, ""));
        self.wants.push(oid(id)?);
        for ability in abilities.split(' ') {
            match ability {
                "side-band-64k" => self.side_band = Some(pkt_line::LONGEST - 1),
                "side-band" => self.side_band = self.side_band.or(Some(994)),
                "multi_ack_detailed" => self.multi_ack = true,
                _ => {}
            }
        }
        Ok(())
    }

    /// The answer to this request.
    pub(super) fn answer(&self, repo: &Repository) -> anyhow::Result<Vec<u8>> {
        let mut out = Vec::new();
        if let Some(unknown) = self.wants.iter().find(|id| repo.find_object(**id, None).is_err()) {
            pkt_line::write_line(&mut out, &format!("ERR upload-pack: not our ref {unknown}"));
            return Ok(out);
        }
        if self.wants.is_empty() {
            return Ok(out);
        }
        let boundary = self.boundary(repo);
        if self.depth.is_some() {
            for id in boundary.difference(&self.shallow) {
                pkt_line::write(&mut out, format!("shallow {id}").as_bytes());
            }
            let reached = reach(repo, &self.wants, &boundary);
            for id in self
                .shallow
                .difference(&boundary)
                .filter(|id| reached.contains(id))
            {
                pkt_line::write(&mut out, format!("unshallow {id}").as_bytes());
            }
            pkt_line::flush(&mut out);
            if !self.negotiates && !self.done {
                return Ok(out);
            }
        }
        let common: Vec<Oid> = self
            .haves
            .iter()
            .copied()
            .filter(|id| repo.find_commit(*id).is_ok())
            .collect();
        self.acknowledge(&mut out, &common);
        if self.done {
            let pack = self.pack(repo, &common, &boundary)?;
            self.send(&mut out, &pack);
        }
        Ok(out)
    }

    fn acknowledge(&self, out: &mut Vec<u8>, common: &[Oid]) {
        if self.multi_ack {
            for id in common {
                pkt_line::write_line(out, &format!("ACK {id} common"));
            }
        }
        match common.last() {
            Some(last) if !self.done && self.multi_ack => {
                pkt_line::write_line(out, &format!("ACK {last} ready"));
                pkt_line::write_line(out, "NAK");
            }
            Some(last) => pkt_line::write_line(out, &format!("ACK {last}")),
            None => pkt_line::write_line(out, "NAK"),
        }
    }

    fn send(&self, out: &mut Vec<u8>, pack: &[u8]) {
        let Some(longest) = self.side_band else {
            out.extend(pack);
            return;
        };
        for part in pack.chunks(longest) {
            let mut payload = vec![1];
            payload.extend(part);
            pkt_line::write(out, &payload);
        }
        pkt_line::flush(out);
    }

    /// The commits whose parents the client will not have: those at the asked depth, or those
    /// where its history ends already.
    fn boundary(&self, repo: &Repository) -> BTreeSet<Oid> {
        let Some(depth) = self.depth else {
            return self.shallow.clone();
        };
        let mut boundary = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut queue: VecDeque<(Oid, usize)> = self
            .wants
            .iter()
            .filter_map(|id| peeled(repo, *id))
            .map(|id| (id, 1))
            .collect();
        while let Some((id, level)) = queue.pop_front() {
            if !seen.insert(id) {
                continue;
            }
            let Ok(commit) = repo.find_commit(id) else {
                continue;
            };
            if level < depth {
                queue.extend(commit.parent_ids().map(|parent| (parent, level + 1)));
            } else if commit.parent_count() > 0 {
                boundary.insert(id);
            }
        }
        boundary
    }

    /// A pack with everything that the wants reach inside the boundary and the client lacks.
    fn pack(&self, repo: &Repository, common: &[Oid], boundary: &BTreeSet<Oid>) -> anyhow::Result<Vec<u8>> {
        let mut builder = repo.packbuilder()?;
        let theirs = reach(repo, common, &self.shallow);
        let mut seen: HashSet<Oid> = HashSet::new();
        for id in common {
            let tree = repo.find_commit(*id)?.tree_id();
            trees(repo, tree, &mut seen, None)?;
        }
        for id in &self.wants {
            let mut object = repo.find_object(*id, None)?;
            while object.kind() == Some(ObjectType::Tag) {
                builder.insert_object(object.id(), None)?;
                object = object.peel(ObjectType::Any)?;
            }
            match object.kind() {
                Some(ObjectType::Blob) => builder.insert_object(object.id(), None)?,
                Some(ObjectType::Tree) => trees(repo, object.id(), &mut seen, Some(&mut builder))?,
                _ => {}
            }
        }
        for id in reach(repo, &self.wants, boundary) {
            if theirs.contains(&id) {
                continue;
            }
            builder.insert_object(id, None)?;
            let tree = repo.find_commit(id)?.tree_id();
            trees(repo, tree, &mut seen, Some(&mut builder))?;
        }
        let mut buffer = git2::Buf::new();
        builder.write_buf(&mut buffer)?;
        Ok(buffer.to_vec())
    }
}

fn oid(text: &str) -> anyhow::Result<Oid> {
    Oid::from_str(text.trim()).with_context(|| format!("`{text}` is no object id"))
}

fn peeled(repo: &Repository, id: Oid) -> Option<Oid> {
    let commit = repo.find_object(id, None).ok()?.peel_to_commit().ok()?;
    Some(commit.id())
}

/// Every commit that these reach, not going beyond the boundary.
fn reach(repo: &Repository, from: &[Oid], boundary: &BTreeSet<Oid>) -> HashSet<Oid> {
    let mut seen = HashSet::new();
    let mut stack: Vec<Oid> = from.iter().filter_map(|id| peeled(repo, *id)).collect();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) || boundary.contains(&id) {
            continue;
        }
        if let Ok(commit) = repo.find_commit(id) {
            stack.extend(commit.parent_ids());
        }
    }
    seen
}

/// Notes a tree and all below it as seen; what is new goes into the pack, if there is one.
fn trees(
    repo: &Repository,
    tree: Oid,
    seen: &mut HashSet<Oid>,
    mut pack: Option<&mut PackBuilder<'_>>,
) -> anyhow::Result<()> {
    let mut stack = vec![tree];
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let Some(pack) = pack.as_deref_mut() {
            pack.insert_object(id, None)?;
        }
        for entry in repo.find_tree(id)?.iter() {
            match entry.kind() {
                Some(ObjectType::Tree) => stack.push(entry.id()),
                Some(ObjectType::Blob) => {
                    if seen.insert(entry.id())
                        && let Some(pack) = pack.as_deref_mut()
                    {
                        pack.insert_object(entry.id(), None)?;
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_with_its_abilities() {
        let id = "1".repeat(40);
        let mut body = Vec::new();
        pkt_line::write_line(
            &mut body,
            &format!("want {id} multi_ack_detailed side-band-64k agent=x"),
        );
        pkt_line::write_line(&mut body, "deepen 3");
        pkt_line::flush(&mut body);
        let first = Request::parse(&body).unwrap();
        assert_eq!(
            (first.depth, first.negotiates, first.done),
            (Some(3), false, false)
        );
        pkt_line::write_line(&mut body, &format!("have {id}"));
        pkt_line::write_line(&mut body, "done");
        let second = Request::parse(&body).unwrap();
        assert!(second.negotiates && second.done && second.multi_ack);
        assert_eq!(second.haves.len(), 1);
    }

    #[test]
    fn nonsense_is_refused() {
        let mut body = Vec::new();
        pkt_line::write_line(&mut body, "gimme all");
        assert!(Request::parse(&body).is_err());
        assert!(Request::parse(b"zzzz").is_err());
    }
}

//! One fetch into a mirror: which commits to ask for, how deep, and whether that was enough.

use std::collections::HashMap;
use std::collections::HashSet;
use std::fs;

use git2::AutotagOption;
use git2::Direction;
use git2::ErrorClass;
use git2::ErrorCode;
use git2::FetchOptions;
use git2::Oid;
use git2::RemoteCallbacks;
use git2::Repository;

use crate::git::MirrorError;
use crate::git::Reach;
use crate::git::Want;
use crate::git::session::Session;
use crate::git::transport;
use crate::ids::CommitSha;

/// Commits per line of history that are asked for, until the merge base is among them. The last is
/// Git's word for all.
const DEPTHS: [i32; 4] = [64, 512, 4096, i32::MAX];

/// Where a mirror's configuration keeps its depth.
const DEPTH_KEY: &str = "specwarden.depth";

/// Brings what is wanted into a mirror; the commits, in the order of the wants. Runs inside
/// [`Session::run`].
pub(super) fn fetch(
    repo: &Repository,
    session: &Session,
    wants: &[Want],
    reach: Reach,
) -> Result<Vec<CommitSha>, MirrorError> {
    let told = |error| cause(session, &error);
    if let Some(ids) = known(wants) {
        let here = ids
            .iter()
            .try_fold(true, |all, id| Ok(all && complete(repo, *id)?))
            .map_err(told)?;
        if here && (reach == Reach::Trees || settled(repo, &ids).map_err(told)?) {
            return Ok(named_commits(&ids));
        }
    }
    let mut ids = Vec::new();
    for depth in depths(repo, reach) {
        ids = download(repo, session, wants, depth)?;
        remember(repo, depth).map_err(told)?;
        if reach == Reach::Trees || settled(repo, &ids).map_err(told)? {
            break;
        }
    }
    Ok(named_commits(&ids))
}

fn named_commits(ids: &[Oid]) -> Vec<CommitSha> {
    ids.iter().map(|id| CommitSha(id.to_string())).collect()
}

/// The depths to try, in this order; 0 asks for all that is missing. Never less than what this
/// mirror has: cut again at a smaller depth, it would have to be sent the rest a second time.
fn depths(repo: &Repository, reach: Reach) -> Vec<i32> {
    let before = repo
        .config()
        .and_then(|config| config.get_i32(DEPTH_KEY))
        .unwrap_or(0);
    match (reach, before) {
        (_, i32::MAX) if !repo.is_shallow() => vec![0],
        (Reach::Trees, _) => vec![before.max(1)],
        (Reach::Fork, _) => DEPTHS.into_iter().filter(|depth| *depth >= before).collect(),
    }
}

fn remember(repo: &Repository, depth: i32) -> Result<(), git2::Error> {
    let complete = !repo.is_shallow();
    repo.config()?
        .set_i32(DEPTH_KEY, if complete { i32::MAX } else { depth })
}

/// The wanted commits, where no ref has to be asked for.
fn known(wants: &[Want]) -> Option<Vec<Oid>> {
    let id = |want: &Want| match want {
        Want::Ref(_) => None,
        Want::Commit { sha, .. } => Oid::from_str(sha.as_str()).ok(),
    };
    wants.iter().map(id).collect()
}

/// Whether a commit is there. Packs are indexed only when complete, so its tree is, too; the root
/// is looked at to notice a file that was lost.
fn complete(repo: &Repository, id: Oid) -> Result<bool, git2::Error> {
    match repo.find_commit(id) {
        Ok(commit) => commit.tree().map(|_| true),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the first two commits' history is there down to their merge base: no commit above it is
/// one where the server stopped. Otherwise a better merge base could lie in what is not there.
fn settled(repo: &Repository, ids: &[Oid]) -> Result<bool, git2::Error> {
    let [one, two, ..] = *ids else {
        return Ok(true);
    };
    let edge = shallow_roots(repo);
    let bases = match repo.merge_bases(one, two) {
        Ok(bases) => bases.iter().copied().collect(),
        Err(error) if error.code() == ErrorCode::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let mut walk = repo.revwalk()?;
    walk.push(one)?;
    walk.push(two)?;
    for base in bases {
        walk.hide(base)?;
    }
    for id in walk {
        if edge.contains(&id?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The commits whose parents the server was not asked for.
fn shallow_roots(repo: &Repository) -> HashSet<Oid> {
    let text = fs::read_to_string(repo.path().join("shallow")).unwrap_or_default();
    text.lines()
        .filter_map(|line| Oid::from_str(line.trim()).ok())
        .collect()
}

/// Asks for all wants at one depth, and keeps what came under refs, so that the next fetch can say
/// what is there. The commits come back in the order of the wants.
fn download(
    repo: &Repository,
    session: &Session,
    wants: &[Want],
    depth: i32,
) -> Result<Vec<Oid>, MirrorError> {
    let told = |error: git2::Error| cause(session, &error);
    let mut remote = repo.remote_anonymous(transport::URL).map_err(told)?;
    let mut connection = remote.connect_auth(Direction::Fetch, None, None).map_err(told)?;
    let heads = connection.list().map_err(told)?;
    let advertised: HashMap<String, Oid> = heads
        .iter()
        .map(|head| (head.name().to_owned(), head.oid()))
        .collect();
    let mut ids = Vec::new();
    let mut specs = Vec::new();
    for want in wants {
        let (id, spec) = ask(want, &advertised)?;
        ids.push(id);
        specs.push(spec);
    }
    specs.sort();
    specs.dedup();
    let mut downloaded = connection
        .remote()
        .download(&specs, Some(&mut options(session, depth)));
    if matches!(&downloaded, Err(error) if error.class() == ErrorClass::Invalid) {
        // A server that hands out refs alone. What is wanted must be below one of its branches or
        // below the refs that the caller named.
        let mut specs: Vec<String> = wants.iter().filter_map(|want| named(want, &advertised)).collect();
        specs.push("+refs/heads/*:refs/heads/*".to_owned());
        downloaded = connection
            .remote()
            .download(&specs, Some(&mut options(session, i32::MAX)));
    }
    drop(connection);
    downloaded.map_err(told)?;
    for (want, id) in wants.iter().zip(&ids) {
        if !complete(repo, *id).map_err(told)? {
            return Err(MirrorError::Missing(id.to_string()));
        }
        let keep = match want {
            Want::Ref(name) => name.clone(),
            Want::Commit { .. } => format!("refs/specwarden/{id}"),
        };
        repo.reference(&keep, *id, true, "fetch").map_err(told)?;
    }
    Ok(ids)
}

fn options(session: &Session, depth: i32) -> FetchOptions<'_> {
    let mut callbacks = RemoteCallbacks::new();
    // Also called while packs are unpacked, where no byte comes in.
    callbacks.transfer_progress(|_| session.in_time());
    let mut options = FetchOptions::new();
    options
        .remote_callbacks(callbacks)
        .depth(depth)
        .download_tags(AutotagOption::None);
    options
}

/// The commit that a want means, and the refspec to ask for it with.
fn ask(want: &Want, advertised: &HashMap<String, Oid>) -> Result<(Oid, String), MirrorError> {
    match want {
        Want::Ref(name) => {
            let id = advertised
                .get(name)
                .ok_or_else(|| MirrorError::Missing(name.clone()))?;
            Ok((*id, name.clone()))
        }
        Want::Commit { sha, on } => {
            let id = Oid::from_str(sha.as_str()).map_err(|_| MirrorError::Missing(sha.to_string()))?;
            let here = |name: &&String| advertised.get(*name) == Some(&id);
            let any = || {
                advertised
                    .keys()
                    .filter(|name| name.starts_with("refs/"))
                    .find(here)
            };
            let name = on.as_ref().filter(here).or_else(any);
            Ok((id, name.map_or_else(|| sha.to_string(), Clone::clone)))
        }
    }
}

fn named(want: &Want, advertised: &HashMap<String, Oid>) -> Option<String> {
    let name = match want {
        Want::Ref(name) => Some(name),
        Want::Commit { on, .. } => on.as_ref(),
    };
    name.filter(|name| advertised.contains_key(*name)).cloned()
}

/// What a failure was: seen by the transport, said by the server, or a broken mirror.
fn cause(session: &Session, error: &git2::Error) -> MirrorError {
    if let Some(failure) = session.failure() {
        return failure;
    }
    // Only a fetch locks what is in a mirror, and there is one at a time: whoever left the lock is gone.
    if error.code() == ErrorCode::Locked {
        return MirrorError::Damaged(error.message().to_owned());
    }
    match error.class() {
        // The far side; what libgit2 says there names no URL but our private one.
        ErrorClass::Net | ErrorClass::Http | ErrorClass::Ssl => {
            MirrorError::Network(error.message().to_owned())
        }
        ErrorClass::Os => MirrorError::Disk(error.message().to_owned()),
        _ => MirrorError::Damaged(error.message().to_owned()),
    }
}

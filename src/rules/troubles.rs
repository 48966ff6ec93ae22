//! What three rules share that turn the reader's problems into findings.

use crate::rules::Context;
use crate::rules::registry::Found;
use crate::spec::Problem;
use crate::spec::ProblemKind;
use crate::spec::Spec;

/// One finding per problem of the given kinds at head; those that stood at base are old faults.
pub(super) fn findings(
    ctx: &Context<'_>,
    kinds: &[ProblemKind],
    help: impl Fn(ProblemKind) -> &'static str,
) -> Vec<Found> {
    findings_where(ctx, kinds, |_| true, help)
}

/// The same, for those problems at head that `told` lets pass; it sees them in order.
pub(super) fn findings_where(
    ctx: &Context<'_>,
    kinds: &[ProblemKind],
    mut told: impl FnMut(&Problem) -> bool,
    help: impl Fn(ProblemKind) -> &'static str,
) -> Vec<Found> {
    let of = |spec: Option<&Spec>| -> Vec<Problem> {
        spec.map(|spec| {
            spec.problems
                .iter()
                .filter(|problem| kinds.contains(&problem.kind))
                .cloned()
                .collect()
        })
        .unwrap_or_default()
    };
    let mut stood: Vec<(ProblemKind, String)> = of(ctx.before).iter().map(essence).collect();
    of(ctx.after)
        .iter()
        .filter(|problem| told(problem))
        .map(|problem| {
            let essence = essence(problem);
            let old = stood
                .iter()
                .position(|old| *old == essence)
                .map(|at| stood.swap_remove(at));
            Found::at(Some(problem.line), problem.message.clone())
                .help(help(problem.kind))
                .old_fault(old.is_some())
        })
        .collect()
}

/// The problem without the numbers in its message: lines move.
fn essence(problem: &Problem) -> (ProblemKind, String) {
    let message = problem.message.chars().filter(|c| !c.is_ascii_digit()).collect();
    (problem.kind, message)
}

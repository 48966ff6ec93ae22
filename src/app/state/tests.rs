use super::*;

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap()
}

fn spec(digests: &[&str]) -> Vec<command::Shown> {
    vec![command::Shown {
        role: "r".to_owned(),
        also: Vec::new(),
        path: crate::ids::SpecPath::new("r.md"),
        previous_path: None,
        changes: digests
            .iter()
            .map(|digest| {
                (
                    crate::ids::ChangeId::new(format!("c{digest}")),
                    Digest::new(*digest),
                )
            })
            .collect(),
    }]
}

fn digests(state: &State, written: i64, received: i64) -> Vec<String> {
    let read = state.read_before(at(written), at(received));
    read.into_iter()
        .flat_map(|spec| spec.changes)
        .map(|(_, digest)| digest.0)
        .collect()
}

#[test]
fn a_command_binds_to_what_was_shown_before_it() {
    let mut state = State::default();
    assert_eq!(digests(&state, 9_000, 9_500), [""; 0]);
    state.show(at(1_500), spec(&["a"]));
    state.show(at(5_200), spec(&["a", "b"]));
    state.show(at(8_000), spec(&["c"]));
    assert_eq!(digests(&state, 1_000, 1_900), ["a"], "same second");
    assert_eq!(digests(&state, 0, 900), [""; 0], "before anything was shown");
    assert_eq!(digests(&state, 4_000, 4_100), ["a"]);
    assert_eq!(digests(&state, 5_000, 5_900), ["a"], "may not have read b yet");
    assert_eq!(digests(&state, 6_000, 6_100), ["a", "b"]);
    assert_eq!(digests(&state, 9_000, 9_100), ["c"]);
}

#[test]
fn the_same_summary_again_is_not_shown_anew() {
    let mut state = State::default();
    state.show(at(1_000), spec(&["a"]));
    state.show(at(5_000), spec(&["a"]));
    assert_eq!(state.shown.len(), 1);
    for second in 0..200 {
        state.show(at(10_000 + second), spec(&[&second.to_string()]));
    }
    assert_eq!(state.shown.len(), SHOWN_KEPT);
}

#[test]
fn a_state_comes_back_as_it_was() {
    let mut state = State::default();
    state.show(at(1_000), spec(&["a"]));
    state.check.made = Made::Is(7);
    state.comment.made = Made::Making;
    let key = PullKey {
        installation: crate::ids::InstallationId(1),
        repo: crate::ids::RepoId(2),
        number: PullNumber(3),
    };
    let row = state.row(key, &"acme/roles".parse().unwrap(), at(0));
    assert_eq!(State::of(Some(&row)), state);
    let broken = PullRow {
        state: "{\"shown\": 7}".to_owned(),
        head: String::new(),
        ..row
    };
    assert_eq!(State::of(Some(&broken)).comment.made, Made::Making);
}

//! Front matter in every YAML style, sound and broken.

use crate::spec::yaml_lines::read;

/// Each node as `path=value`.
fn told(text: &str) -> Vec<String> {
    let tree = read(text, 0..text.len());
    let mut paths: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for node in &tree.nodes {
        let mut path = node.parent.map_or(String::new(), |parent| paths[parent].clone());
        let name = node.key.as_ref().map_or("-", |(key, _)| key.as_ref());
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        if let Some(value) = &node.value {
            out.push(format!("{path}={value}"));
        }
        paths.push(path);
    }
    out
}

#[test]
fn maps_lists_flows_and_blocks_are_read() {
    for (text, expected) in [
        ("a: 1.10\nb: \"x # y\" # c\n", vec!["a=1.10", "b=x # y"]),
        ("a:\n  - x\n  - y\n", vec!["a.-=x", "a.-=y"]),
        ("a:\n- x\n- y\nb: 1\n", vec!["a.-=x", "a.-=y", "b=1"]),
        (
            "c:\n  - r:\n    - x\n    - y\n  - f:\n    - z\n",
            vec!["c.-.r.-=x", "c.-.r.-=y", "c.-.f.-=z"],
        ),
        (
            "a: [x, 'y, z', B(q, r:*)]\n",
            vec!["a.-=x", "a.-=y, z", "a.-=B(q, r:*)"],
        ),
        ("a: [\n  x, # one\n  y\n]\nb: 2\n", vec!["a.-=x", "a.-=y", "b=2"]),
        ("a: {b: 1, c: [d, e]}\n", vec!["a.b=1", "a.c.-=d", "a.c.-=e"]),
        (
            "a: >-\n  one\n  two\n\n  three\nb: |\n  x\n",
            vec!["a=one two three", "b=x"],
        ),
        (
            "a: one\n  two\nb: \"three\n  four\"\n",
            vec!["a=one two", "b=three four"],
        ),
        ("'k k': 'it''s'\n", vec!["k k=it's"]),
        (
            "m:\n  version: \"2.1\"\n  owner: Jo\n",
            vec!["m.version=2.1", "m.owner=Jo"],
        ),
        (
            "tools: Read, Bash(git log:*)\n",
            vec!["tools=Read, Bash(git log:*)"],
        ),
        ("a: x\r\nb:\r\n  - y\r\n", vec!["a=x", "b.-=y"]),
        ("- a: 1\n  b: 2\n- a: 3\n", vec!["-.a=1", "-.b=2", "-.a=3"]),
        ("a: &x !!str y\n", vec!["a=y"]),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn broken_yaml_still_gives_its_lines() {
    for (text, expected) in [
        ("a: \"open\nb: 2\n", vec!["a=open", "b=2"]),
        ("a: [x, y\nb: 2\n", vec!["a=[x, y", "b=2"]),
        ("a: 1\n\tb: 2\n", vec!["a=1", "a.b=2"]),
        ("a: say: this\n", vec!["a=say: this"]),
        ("a: \"x\" y\n", vec!["a=\"x\" y"]),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn values_know_their_place() {
    let text = "a: \"1.2\"\nb: [x, yy]\nc: z # no\n";
    let tree = read(text, 0..text.len());
    let places: Vec<&str> = tree
        .nodes
        .iter()
        .filter(|node| node.value.is_some())
        .map(|node| &text[node.range.clone()])
        .collect();
    assert_eq!(places, ["1.2", "x", "yy", "z"]);
}

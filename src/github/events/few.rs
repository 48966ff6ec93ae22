//! Lists of bounded length.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::IgnoredAny;
use serde::de::SeqAccess;
use serde::de::Visitor;

/// GitHub tells of no more commits in one push than this, and of fewer of anything else
/// (<https://docs.github.com/en/webhooks/webhook-events-and-payloads#push>).
const MOST: usize = 2_048;

/// Reads a list and keeps its first 2,048 entries: an entry that may lack every field takes up many times
/// what `{}` does in a body.
pub(super) fn few<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Few<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Few<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut kept = Vec::new();
            while kept.len() < MOST {
                match list.next_element()? {
                    Some(entry) => kept.push(entry),
                    None => return Ok(kept),
                }
            }
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok(kept)
        }
    }

    deserializer.deserialize_seq(Few(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Body {
        #[serde(default, deserialize_with = "few")]
        list: Vec<u32>,
    }

    fn read(text: &str) -> Option<Vec<u32>> {
        serde_json::from_str::<Body>(text).ok().map(|body| body.list)
    }

    #[test]
    fn a_list_is_read_as_it_is_up_to_its_bound() {
        assert_eq!(read("{}"), Some(Vec::new()));
        assert_eq!(read(r#"{"list":[]}"#), Some(Vec::new()));
        assert_eq!(read(r#"{"list":[3,1]}"#), Some(vec![3, 1]));
        assert_eq!(read(r#"{"list":["x"]}"#), None);
        assert_eq!(read(r#"{"list":7}"#), None);
        let numbers: Vec<String> = (0..5_000).map(|number| number.to_string()).collect();
        let kept = read(&format!("{{\"list\":[{}]}}", numbers.join(","))).unwrap();
        assert_eq!(kept, (0..2_048).collect::<Vec<_>>());
        assert_eq!(read(&format!("{{\"list\":[{}", numbers.join(","))), None);
    }
}

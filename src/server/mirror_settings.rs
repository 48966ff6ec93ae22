//! What the mirrors of repositories may cost.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;

use crate::git::Limits;

/// Arguments of `serve` about mirrors.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct MirrorArgs {
    /// The most that one fetch may bring, such as 256MiB; what is larger is read file by file over the API
    #[arg(long, env, value_name = "SIZE", default_value_t = Self::default().mirror_fetch_size)]
    pub mirror_fetch_size: Size,
    /// The most seconds that one fetch may take
    #[arg(long, env, value_name = "SECONDS", default_value_t = Self::default().mirror_fetch_seconds,
          value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub mirror_fetch_seconds: u64,
    /// The most mirrors on disk; those that were not used for longest go first
    #[arg(long, env, value_name = "COUNT", default_value_t = Self::default().mirror_count)]
    pub mirror_count: usize,
    /// The most that all mirrors may take on disk together
    #[arg(long, env, value_name = "SIZE", default_value_t = Self::default().mirror_total_size)]
    pub mirror_total_size: Size,
}

impl Default for MirrorArgs {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            mirror_fetch_size: Size(limits.fetch_bytes),
            mirror_fetch_seconds: limits.overall.as_secs(),
            mirror_count: limits.mirrors,
            mirror_total_size: Size(limits.total_bytes),
        }
    }
}

impl MirrorArgs {
    pub(super) fn limits(&self) -> Limits {
        let overall = Duration::from_secs(self.mirror_fetch_seconds);
        let limits = Limits::default();
        Limits {
            connect: limits.connect.min(overall),
            silence: limits.silence.min(overall),
            overall,
            fetch_bytes: self.mirror_fetch_size.0,
            mirrors: self.mirror_count,
            total_bytes: self.mirror_total_size.0,
            ..limits
        }
    }
}

/// A number of bytes: `1000`, `64KiB`, `256MiB`, `2GiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS
            .iter()
            .find(|(_, bytes)| self.0 > 0 && self.0.is_multiple_of(*bytes));
        match whole {
            Some((unit, bytes)) => write!(f, "{}{unit}", self.0 / bytes),
            None => write!(f, "{}", self.0),
        }
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is no size (expected bytes, or such as 64KiB, 256MiB, 2GiB)");
        let text = text.trim();
        let unit = UNITS
            .iter()
            .find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, *bytes)));
        let (number, bytes) = unit.unwrap_or((text, 1));
        let number: u64 = number.trim().parse().map_err(|_| wrong())?;
        number.checked_mul(bytes).map(Self).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        mirrors: MirrorArgs,
    }

    #[test]
    fn without_a_word_the_limits_are_the_usual_ones() {
        let args = Line::parse_from(["serve"]).mirrors;
        assert_eq!(
            (args.clone(), args.limits()),
            (MirrorArgs::default(), Limits::default())
        );
    }

    #[test]
    fn each_limit_can_be_set() {
        let line = [
            "serve",
            "--mirror-fetch-size=64KiB",
            "--mirror-fetch-seconds=5",
            "--mirror-count=3",
            "--mirror-total-size=1000",
        ];
        let limits = Line::parse_from(line).mirrors.limits();
        assert_eq!(
            (
                limits.fetch_bytes,
                limits.overall,
                limits.mirrors,
                limits.total_bytes
            ),
            (64 << 10, Duration::from_secs(5), 3, 1000)
        );
        assert!(limits.silence <= limits.overall && limits.connect <= limits.overall);
    }

    #[test]
    fn sizes_are_read_and_written_alike() {
        for (text, bytes) in [
            ("0", 0),
            ("1000", 1000),
            ("1KiB", 1024),
            ("256MiB", 256 << 20),
            ("2GiB", 2 << 30),
        ] {
            assert_eq!(text.parse(), Ok(Size(bytes)));
            assert_eq!(Size(bytes).to_string(), text);
        }
        for wrong in ["", "MiB", "-1", "1.5GiB", "2 GB", "18446744073709551615GiB"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }
}

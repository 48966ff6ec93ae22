//! Where log lines go: standard error, filtered by `RUST_LOG`; and, where the standard variables name a
//! collector, spans to it.

use std::io::IsTerminal;

#[cfg(feature = "otlp")]
use anyhow::Context;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::LogFormat;

/// The variables that name a collector; one for everything, one for traces alone
/// (<https://opentelemetry.io/docs/specs/otel/protocol/exporter/>).
const COLLECTOR: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];

/// What has to be told before the process ends.
#[must_use = "spans that wait are lost"]
pub(super) struct Logging {
    #[cfg(feature = "otlp")]
    spans: Option<super::otlp::Spans>,
}

impl Logging {
    /// Sends what waits. Blocks for a moment.
    pub(super) fn finish(self) {
        #[cfg(feature = "otlp")]
        if let Some(spans) = self.spans {
            spans.finish();
        }
    }
}

/// What is logged where `RUST_LOG` says nothing. Octocrab tells of each bad answer as an error; it is
/// told once, by whoever tries again.
const USUAL: &str = "info,octocrab=off";

/// Starts logging; a second start in one process changes nothing.
pub(super) fn start(format: LogFormat) -> anyhow::Result<Logging> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines
            .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
            .boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    let registry = tracing_subscriber::registry().with(lines.with_filter(filter));
    let named = COLLECTOR
        .into_iter()
        .find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    #[cfg(feature = "otlp")]
    {
        let spans = match named {
            None => None,
            Some(name) => Some(
                super::otlp::Spans::start().with_context(|| format!("cannot send traces as {name} says"))?,
            ),
        };
        let layer = spans.as_ref().map(|spans| spans.layer().with_filter(traced()));
        // Somebody else's subscriber may be there already, in a test or the demonstration: let it be.
        let _ = registry.with(layer).try_init();
        Ok(Logging { spans })
    }
    #[cfg(not(feature = "otlp"))]
    {
        let _ = registry.try_init();
        // Some surroundings set it for every program: no reason not to do the work.
        if let Some(name) = named {
            tracing::warn!(
                "{name} is set, and this build sends no traces: it was made without the feature `otlp`"
            );
        }
        Ok(Logging {})
    }
}

/// Our own spans, whatever `RUST_LOG` shows of lines: those of the client that sends them would never end.
#[cfg(feature = "otlp")]
fn traced() -> tracing_subscriber::filter::Targets {
    tracing_subscriber::filter::Targets::new().with_target(
        env!("CARGO_CRATE_NAME"),
        tracing_subscriber::filter::LevelFilter::INFO,
    )
}

//! What GitHub's refusals mean to us.

use std::time::Duration;

use http::HeaderMap;
use http::StatusCode;
use jiff::Timestamp;

/// Why a call did not come out.
#[derive(Debug, thiserror::Error)]
pub enum GitHubError {
    /// We were asked to wait: a primary or secondary rate limit.
    #[error("GitHub asks to wait {} s: {why}", .after.as_secs())]
    Wait {
        /// How long from now.
        after: Duration,
        /// What GitHub said.
        why: String,
    },
    /// It may work the next time: a 5xx, a time-out, a broken connection, half a body.
    #[error("GitHub did not answer {route} properly: {why}")]
    Flaky {
        /// Which call.
        route: &'static str,
        /// What happened.
        why: String,
    },
    /// There is no such thing, or we may not see it.
    #[error("GitHub knows nothing at {route}")]
    NotFound {
        /// Which call.
        route: &'static str,
    },
    /// We may not do that.
    #[error("GitHub forbids {route}: {why}")]
    Forbidden {
        /// Which call.
        route: &'static str,
        /// What GitHub said.
        why: String,
    },
    /// Our credentials were refused.
    #[error("GitHub refuses our credentials at {route}")]
    Unauthorized {
        /// Which call.
        route: &'static str,
    },
    /// What we sent makes no sense to GitHub (a 4xx): the same will not work again.
    #[error("GitHub rejects {route} ({status}): {why}")]
    Rejected {
        /// Which call.
        route: &'static str,
        /// The status.
        status: u16,
        /// What GitHub said.
        why: String,
    },
    /// Our own settings are wrong.
    #[error("{0}")]
    Settings(String),
}

/// How a call is named in errors and metrics: its path with `{}` for what varies.
pub(super) type Route = &'static str;

impl GitHubError {
    /// The error that a response stands for, or `None` for a success.
    pub(super) fn of(
        route: Route,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Option<Self> {
        if status.is_success() || status == StatusCode::NOT_MODIFIED {
            return None;
        }
        let why = message(body, status);
        if let Some(after) = asked_to_wait(status, headers, &why, now) {
            return Some(Self::Wait { after, why });
        }
        Some(match status.as_u16() {
            401 => Self::Unauthorized { route },
            403 => Self::Forbidden { route, why },
            404 | 410 | 451 => Self::NotFound { route },
            408 | 500..=599 => Self::Flaky {
                route,
                why: format!("{status}: {why}"),
            },
            status => Self::Rejected { route, status, why },
        })
    }

    /// Whether trying again later can help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Wait { .. } | Self::Flaky { .. } | Self::Unauthorized { .. } => true,
            Self::NotFound { .. } | Self::Forbidden { .. } | Self::Rejected { .. } | Self::Settings(_) => {
                false
            }
        }
    }
}

/// How long GitHub asks us to wait; `None` where it does not. The order is the one GitHub documents:
/// `retry-after`, then `x-ratelimit-reset`, then a minute
/// (<https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately>).
fn asked_to_wait(status: StatusCode, headers: &HeaderMap, why: &str, now: Timestamp) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let limited = status == StatusCode::FORBIDDEN || status == StatusCode::TOO_MANY_REQUESTS;
    if (limited || status == StatusCode::SERVICE_UNAVAILABLE)
        && let Some(seconds) = number("retry-after")
    {
        return Some(Duration::from_secs(seconds.clamp(1, 3600)));
    }
    if !limited {
        return None;
    }
    if number("x-ratelimit-remaining") == Some(0) {
        let reset = number("x-ratelimit-reset").unwrap_or(0);
        let now = u64::try_from(now.as_second()).unwrap_or(0);
        return Some(Duration::from_secs(
            reset.saturating_sub(now).saturating_add(1).clamp(1, 3700),
        ));
    }
    let folded = why.to_ascii_lowercase();
    if status == StatusCode::TOO_MANY_REQUESTS
        || folded.contains("rate limit")
        || folded.contains("abuse detection")
    {
        return Some(Duration::from_secs(60));
    }
    None
}

/// What the body says, cut to a length that fits a log line.
fn message(body: &[u8], status: StatusCode) -> String {
    #[derive(serde::Deserialize)]
    struct Said {
        message: Option<String>,
        errors: Option<serde_json::Value>,
    }
    let said = match serde_json::from_slice::<Said>(body) {
        Ok(Said {
            message: Some(message),
            errors,
        }) => match errors {
            Some(errors) => format!("{message} {errors}"),
            None => message,
        },
        Ok(_) | Err(_) => status.canonical_reason().unwrap_or("no reason given").to_owned(),
    };
    said.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, headers: &[(&'static str, &str)], body: &str) -> Option<GitHubError> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let now = Timestamp::from_second(1_000).unwrap();
        GitHubError::of(
            "GET /x",
            StatusCode::from_u16(status).unwrap(),
            &map,
            body.as_bytes(),
            now,
        )
    }

    fn wait(error: Option<GitHubError>) -> Option<u64> {
        match error {
            Some(GitHubError::Wait { after, .. }) => Some(after.as_secs()),
            _ => None,
        }
    }

    #[test]
    fn limits_say_how_long_to_wait() {
        assert_eq!(wait(of(403, &[("retry-after", "42")], "")), Some(42));
        assert_eq!(wait(of(429, &[("retry-after", "7")], "")), Some(7));
        assert_eq!(wait(of(503, &[("retry-after", "5")], "")), Some(5));
        assert_eq!(
            wait(of(
                403,
                &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1100")],
                ""
            )),
            Some(101)
        );
        assert_eq!(wait(of(429, &[], "")), Some(60));
        assert_eq!(
            wait(of(
                403,
                &[],
                r#"{"message":"You have exceeded a secondary rate limit."}"#
            )),
            Some(60)
        );
    }

    #[test]
    fn a_plain_refusal_is_no_limit() {
        let forbidden = of(
            403,
            &[("x-ratelimit-remaining", "4000")],
            r#"{"message":"Resource not accessible by integration"}"#,
        );
        assert!(
            matches!(&forbidden, Some(GitHubError::Forbidden { why, .. }) if why.contains("not accessible"))
        );
        assert!(!forbidden.unwrap().is_passing());
    }

    #[test]
    fn what_may_work_later_is_told_from_what_will_not() {
        for status in [500, 502, 503, 504, 408, 401] {
            assert!(of(status, &[], "").unwrap().is_passing(), "{status}");
        }
        for status in [400, 404, 409, 410, 422, 301] {
            assert!(!of(status, &[], "").unwrap().is_passing(), "{status}");
        }
        for status in [200, 201, 204, 304] {
            assert!(of(status, &[], "").is_none(), "{status}");
        }
    }
}

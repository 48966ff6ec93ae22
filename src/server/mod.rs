//! The web server: the webhook's door, pages, health and metrics.
//!
//! [`run`] is what `specwarden serve` does; [`start`] is the same inside a running program. Nothing
//! here decides anything: deliveries go into the store, and the app works them off.

mod body;
mod connections;
mod crowd;
mod health;
mod log;
mod measures;
mod mirror_settings;
#[cfg(feature = "otlp")]
mod otlp;
mod pages;
mod settings;
mod setup;
mod webhook;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::routing::get;
use axum::routing::post;
use secrecy::ExposeSecret;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::app::Places;
use crate::git::Mirrors;
use crate::store;
use crate::store::Store;

pub use connections::DoorLimits;
pub use mirror_settings::MirrorArgs;
pub use mirror_settings::Size;
pub use settings::LogFormat;
pub use settings::ServeArgs;

/// Everything ends within this time when the server is asked to stop.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// What the handlers share.
struct Server {
    store: Arc<dyn Store>,
    app: Option<Arc<App>>,
    app_id: Option<u64>,
    secrets: Vec<SecretString>,
    bodies: body::Bodies,
    wake: Arc<Notify>,
    public_url: Option<String>,
    github_url: String,
    github_api_url: String,
    metrics: metrics_exporter_prometheus::PrometheusHandle,
}

/// A server that runs.
pub struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<()>,
    _mirrors: Option<TempDir>,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it: no new work, running work finished or handed back. Returns within ten seconds.
    pub async fn stop(self) {
        self.stop.cancel();
        if tokio::time::timeout(STOP_WITHIN, self.task).await.is_err() {
            tracing::warn!(
                "the server did not stop in time; what it worked on is taken up at its next start"
            );
        }
    }
}

/// Serves until the process is told to stop. Returns when everything has ended.
///
/// # Errors
///
/// Where the settings contradict each other, the store cannot be opened or the address is taken.
pub fn run(args: ServeArgs) -> anyhow::Result<()> {
    let logging = log::start(args.log_format)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let outcome = runtime.block_on(async {
        let stopped = stop_signal()?;
        let running = start(&args).await?;
        stopped.await;
        tracing::info!("stopping");
        running.stop().await;
        tracing::info!("stopped");
        Ok(())
    });
    // A fetch that hangs must not keep the process.
    runtime.shutdown_timeout(Duration::from_millis(500));
    logging.finish();
    outcome
}

/// Starts a server and returns once it listens.
///
/// # Errors
///
/// As [`run`].
pub async fn start(args: &ServeArgs) -> anyhow::Result<Running> {
    start_within(args, DoorLimits::default()).await
}

/// As [`start`], with other limits on what clients may take up.
///
/// # Errors
///
/// As [`run`].
pub async fn start_within(args: &ServeArgs, limits: DoorLimits) -> anyhow::Result<Running> {
    let settings = args.app()?;
    let store = store::open(args.database_url.expose_secret())
        .await
        .context("cannot open the store of DATABASE_URL")?;
    let wake = Arc::new(Notify::new());
    let stop = CancellationToken::new();
    let mut temporary = None;
    let app_id = settings.as_ref().map(|settings| settings.app_id);
    let mut secrets = Vec::new();
    let app = match settings {
        None => None,
        Some(settings) => {
            secrets = settings.secrets;
            let folder = match args.mirror_folder() {
                Some(folder) => folder.to_owned(),
                None => {
                    let folder = tempfile::Builder::new()
                        .prefix("specwarden-mirrors-")
                        .tempdir()
                        .context("cannot make a folder for mirrors")?;
                    let path = folder.path().to_owned();
                    temporary = Some(folder);
                    path
                }
            };
            let mirrors = Mirrors::new(&folder, args.mirrors.limits()).context("cannot keep mirrors")?;
            let places = Places {
                github_url: args.github_url.trim_end_matches('/').to_owned(),
                public_url: args.public_url(),
            };
            let github = settings.github;
            let app = App::new(Arc::clone(&store), github, mirrors, places, Arc::clone(&wake));
            Some(Arc::new(app.at_pace(args.pace())))
        }
    };
    let listener = TcpListener::bind((args.host.as_str(), args.port))
        .await
        .with_context(|| format!("cannot listen on {}:{}", args.host, args.port))?;
    let address = listener.local_addr().context("cannot tell the address")?;
    match app_id {
        Some(app_id) => tracing::info!(%address, app_id, "specwarden listens"),
        None => tracing::warn!(
            %address,
            "specwarden listens, but no GitHub App is configured: open /setup to make one, or set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET"
        ),
    }
    let server = Arc::new(Server {
        store: Arc::clone(&store),
        app: app.clone(),
        app_id,
        secrets,
        bodies: body::Bodies::new(limits),
        wake,
        public_url: args.public_url(),
        github_url: args.github_url.trim_end_matches('/').to_owned(),
        github_api_url: args.github_api_url.clone(),
        metrics: health::recorder(),
    });
    let serving = connections::serve(listener, router(server), limits, stop.clone());
    let working = {
        let stop = stop.clone();
        async move {
            match app {
                Some(app) => app.run(stop).await,
                None => stop.cancelled().await,
            }
        }
    };
    let keeping = health::keep_small(health::recorder(), stop.clone());
    let task = tokio::spawn(async move {
        tokio::join!(serving, working, keeping);
        store.close().await;
    });
    Ok(Running {
        address,
        stop,
        task,
        _mirrors: temporary,
    })
}

fn router(server: Arc<Server>) -> Router {
    Router::new()
        .route("/webhook", post(webhook::receive))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/", get(pages::home))
        .route("/rules/{id}", get(pages::rule))
        .route("/pulls/{owner}/{name}/{number}", get(pages::pull))
        .route("/setup", get(setup::form))
        .route("/setup/done", get(setup::done))
        .with_state(server)
}

/// What completes when the process is told to stop.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .context("cannot listen for SIGTERM")?;
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
        .context("cannot listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

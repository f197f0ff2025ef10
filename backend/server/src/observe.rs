//! What the server tells those who run it: log lines and figures. Never query strings, bodies, tokens
//! or anything personal: an address is logged as its template.

use std::{
    io::IsTerminal,
    sync::{Arc, LazyLock},
    time::Duration,
};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, field::MakeExt, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Config, LogFormat};
use domain::time::Instant;
use store::Db;

const REQUESTS: &str = "http_requests_total";
const DURATIONS: &str = "http_request_duration_seconds";
const PANICS: &str = "http_panics_total";
const COMMITS: &str = "store_commits_total";
const COMMITTED: &str = "store_committed_units_total";
const JOBS_DONE: &str = "jobs_done_total";
const JOB_FAILURES: &str = "jobs_failures_total";
const JOBS_WAITING: &str = "jobs_waiting";
const JOBS_DEAD: &str = "jobs_laid_aside";
const JOBS_OLDEST: &str = "jobs_oldest_due_seconds";
const WEBHOOKS_TOLD: &str = "webhooks_delivered_total";
const WEBHOOK_FAILURES: &str = "webhooks_failures_total";
const WEBHOOKS_WAITING: &str = "webhooks_waiting";
const WEBHOOKS_OLDEST: &str = "webhooks_oldest_seconds";
const WEBHOOKS_OFF: &str = "webhooks_disabled_total";
const FIGURES_MENDED: &str = "figures_mended_total";
const SKEW: &str = "clock_skew_seconds";
const UNKNOWN_YEARS: &str = "due_without_calendar_total";
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// One for the process: the recorder behind the `metrics` macros is global. Where a test's process
/// has another one already, the figures stay empty.
static HANDLE: LazyLock<Option<PrometheusHandle>> = LazyLock::new(|| {
    let recorder = PrometheusBuilder::new().set_buckets(&BUCKETS).ok()?.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok()?;
    metrics::describe_counter!(REQUESTS, "Requests served, by method, route and status.");
    metrics::describe_histogram!(DURATIONS, "How long requests took, by method and route.");
    metrics::describe_counter!(PANICS, "Handlers that panicked.");
    metrics::describe_counter!(COMMITS, "Commits of the SQLite writer.");
    metrics::describe_counter!(COMMITTED, "Units of work in these commits.");
    metrics::describe_counter!(JOBS_DONE, "Jobs that were done, by kind.");
    metrics::describe_counter!(JOB_FAILURES, "Tries of jobs that failed, by kind; they are tried again.");
    metrics::describe_gauge!(JOBS_WAITING, "Jobs that are due and not done.");
    metrics::describe_gauge!(JOBS_DEAD, "Jobs that failed too often and wait for an administrator.");
    metrics::describe_gauge!(JOBS_OLDEST, "How long the oldest waiting job has been due.");
    metrics::describe_counter!(WEBHOOKS_TOLD, "Messages that webhooks took.");
    metrics::describe_counter!(WEBHOOK_FAILURES, "Tries of messages to webhooks that failed.");
    metrics::describe_gauge!(WEBHOOKS_WAITING, "Messages that wait for webhooks.");
    metrics::describe_gauge!(WEBHOOKS_OLDEST, "How long ago that happened which the oldest of them tells.");
    metrics::describe_counter!(
        WEBHOOKS_OFF,
        "Webhooks that were turned off because nothing arrived, or by 410."
    );
    metrics::describe_counter!(FIGURES_MENDED, "Organisations whose sums were wrong and were put right.");
    metrics::describe_gauge!(SKEW, "By how much this server's clock is ahead of the database's.");
    metrics::describe_counter!(
        UNKNOWN_YEARS,
        "Changes of wishes that are due in a year without a calendar, by year: weekends alone were counted."
    );
    Some(handle)
});

/// Begins to write log lines as configured. A second call does nothing.
pub fn log(config: &Config) {
    let filter = EnvFilter::try_new(&config.log_level).unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    let coloured = std::io::stderr().is_terminal();
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(coloured);
    // What a terminal would colour is written plainly, and faster, to whatever else reads it.
    let plain = fmt::format::debug_fn(|line, field, value| match field.name() {
        "message" => write!(line, "{value:?}"),
        name => write!(line, "{name}={value:?}"),
    });
    // The only error is that a logger stands already, as in tests.
    let _ = match config.log_format {
        LogFormat::Text if coloured => registry.with(lines).try_init(),
        LogFormat::Text => registry.with(lines.fmt_fields(plain.delimited(" "))).try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    };
}

/// Begins to count, and keeps what is counted small also where nobody asks for it.
pub fn count() {
    let Some(handle) = HANDLE.as_ref() else { return };
    actix_web::rt::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            handle.run_upkeep();
        }
    });
}

/// The figures in Prometheus' text form.
#[must_use]
pub fn render() -> String {
    HANDLE.as_ref().map(PrometheusHandle::render).unwrap_or_default()
}

/// Takes over what the store counts by itself.
pub(crate) fn store(db: &Db) {
    let Some(commits) = db.commits() else { return };
    metrics::counter!(COMMITS).absolute(commits.commits);
    metrics::counter!(COMMITTED).absolute(commits.units);
}

/// Counts an organisation whose sums were put right.
pub(crate) fn figures_mended() {
    metrics::counter!(FIGURES_MENDED).increment(1);
}

/// Counts a job that was done.
pub(crate) fn job_done(kind: &'static str) {
    metrics::counter!(JOBS_DONE, "kind" => kind).increment(1);
}

/// Counts a job, or a look for jobs, that failed.
pub(crate) fn job_failed(kind: &'static str) {
    metrics::counter!(JOB_FAILURES, "kind" => kind).increment(1);
}

/// Tells how long the queue is, and how long the oldest in it has been due.
pub(crate) fn queue(figures: &store::job::Figures, now: Instant) {
    // A reminder comes before its time.
    let late = figures.oldest_due.map_or(0, |due| now.micros().saturating_sub(due.micros()).max(0));
    metrics::gauge!(JOBS_WAITING).set(gauge(figures.waiting));
    metrics::gauge!(JOBS_DEAD).set(gauge(figures.dead));
    metrics::gauge!(JOBS_OLDEST).set(gauge(late) / 1e6);
}

/// Counts a message that a webhook took, or did not.
pub(crate) fn webhook_tried(arrived: bool) {
    metrics::counter!(if arrived { WEBHOOKS_TOLD } else { WEBHOOK_FAILURES }).increment(1);
}

/// Counts a webhook that time turned off.
pub(crate) fn webhook_off() {
    metrics::counter!(WEBHOOKS_OFF).increment(1);
}

/// Tells how many messages wait for webhooks, and how old the oldest is.
pub(crate) fn webhooks(figures: &store::webhook::delivery::Figures, now: Instant) {
    let old = figures.oldest.map_or(0, |at| now.micros().saturating_sub(at.micros()).max(0));
    metrics::gauge!(WEBHOOKS_WAITING).set(gauge(figures.waiting));
    metrics::gauge!(WEBHOOKS_OLDEST).set(gauge(old) / 1e6);
}

/// Tells by how many microseconds this server's clock is ahead of the database's.
pub(crate) fn skew(micros: i64) {
    metrics::gauge!(SKEW).set(gauge(micros) / 1e6);
}

#[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
const fn gauge(count: i64) -> f64 {
    count as f64
}

/// Counts a due time that was reckoned without the holidays of its year.
pub(crate) fn due_without_calendar(year: i32) {
    metrics::counter!(UNKNOWN_YEARS, "year" => year.to_string()).increment(1);
}

/// A request as it is logged and counted.
pub(crate) struct Served<'a> {
    pub(crate) method: &'a str,
    pub(crate) route: Arc<str>,
    pub(crate) status: u16,
    pub(crate) took: Duration,
    pub(crate) request_id: &'a str,
}

/// Logs and counts one request.
pub(crate) fn served(served: Served<'_>) {
    let Served { method, route, status, took, request_id } = served;
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(target: "access", method, route = &*route, status, micros, request_id, "served");
    let method = known_method(method);
    metrics::counter!(REQUESTS, "method" => method, "route" => Arc::clone(&route), "status" => status.to_string())
        .increment(1);
    metrics::histogram!(DURATIONS, "method" => method, "route" => route).record(took.as_secs_f64());
}

/// Counts a panic.
pub(crate) fn panicked() {
    metrics::counter!(PANICS).increment(1);
}

/// Anybody may send any method; each would be a series of its own.
fn known_method(method: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("other")
}

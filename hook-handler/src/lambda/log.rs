//! Logs: a line of JSON each, with identifiers, counts and durations. Never an event, a template, a
//! property, a variable or a URL.

use tracing::level_filters::LevelFilter;

/// Starts logging at `level`, as Lambda gives it: `INFO` unless it says otherwise.
///
/// What the runtime logs below `DEBUG` quotes events, so that nothing goes below.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
pub fn start(level: Option<&str>) {
    let level = match level.unwrap_or_default().to_ascii_uppercase().as_str() {
        "TRACE" | "DEBUG" => LevelFilter::DEBUG,
        "WARN" => LevelFilter::WARN,
        "ERROR" | "FATAL" => LevelFilter::ERROR,
        _ => LevelFilter::INFO,
    };
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(level)
        .with_target(false)
        .with_span_list(false)
        .flatten_event(true)
        .finish();
    // A second start, as in tests, changes nothing.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

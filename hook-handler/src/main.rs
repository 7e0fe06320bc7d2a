//! The function: its process around the library.

use stackseal_hook::lambda::{serve, start_log};

fn main() -> Result<(), lambda_runtime::Error> {
    let variable = |name: &str| std::env::var(name).ok();
    start_log(variable("AWS_LAMBDA_LOG_LEVEL").as_deref());
    std::panic::set_hook(Box::new(|panic| {
        // What a panic says may quote what it stumbled over, and that may be a secret.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        // The Guard interpreter panics on some rules: that is caught, and the answer tells.
        if place.contains("/cfn-guard-") {
            return;
        }
        tracing::error!(place, "internal error, please report it");
    }));
    if variable("AWS_LAMBDA_RUNTIME_API").is_none() {
        return Err(
            "only Lambda can start this; `stackseal hook --event FILE` answers without".into()
        );
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(&variable))
}

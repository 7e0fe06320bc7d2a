//! What the hook is measured against: the same function by the `cfn-guard` crate, and one that does
//! nothing. `cargo xtask bench hook` runs it.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

pub mod guard;
pub mod template;

/// Answers events by `judge`, which says whether one passes.
///
/// # Errors
///
/// Those of the runtime.
pub fn serve(judge: fn(&Value) -> bool) -> Result<(), Error> {
    let handler = |event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(answer(&event.payload, judge(&event.payload)))
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(service_fn(handler)))
}

/// The least that answers `event`.
pub fn answer(event: &Value, passes: bool) -> Value {
    let token = event.get("clientRequestToken");
    if passes {
        json!({ "clientRequestToken": token, "hookStatus": "SUCCESS" })
    } else {
        json!({
            "clientRequestToken": token,
            "hookStatus": "FAILED",
            "errorCode": "NonCompliant",
            "message": "see the rules",
        })
    }
}

//! Any event is answered, within the lengths that the service allows, and so is any payload.

use stackseal_engine::Date;
use stackseal_hook::answer::HookStatus;
use stackseal_hook::{Answer, Settings, Step, begin_text};

use crate::Target;
use crate::estate::BREAK;
use crate::seeds;

pub(crate) const TARGET: Target =
    Target { name: "hook", run, is_named: false, seeds: seeds::events };

fn run(data: &[u8]) {
    let mut parts = data.splitn(2, |it| *it == BREAK);
    let Ok(event) = std::str::from_utf8(parts.next().unwrap_or_default()) else { return };
    let payload = parts.next().unwrap_or_default();
    for only_new in [false, true] {
        let settings = Settings { only_new, ..Settings::default() };
        match begin_text(event, &settings, Date::from_unix_days(20_000)) {
            Step::Answer(answer) => holds(&answer),
            Step::Fetch(pending) => {
                holds(&pending.finish(payload));
                holds(&pending.finish(event.as_bytes()));
                holds(&pending.fail("it is gone"));
            }
        }
    }
}

/// Lengths of <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Annotation.html>.
fn holds(answer: &Answer) {
    assert!(answer.message.encode_utf16().count() <= 4096, "the message is too long");
    let is_control = |it: char| it.is_control() && it != '\n';
    assert!(!answer.message.contains(is_control), "the message moves the cursor");
    let is_failed = answer.hook_status == HookStatus::Failed;
    assert!(
        answer.error_code.is_some() == is_failed,
        "a failure has its code, and nothing else has"
    );
    serde_json::to_string(answer).expect("an answer is JSON");
}

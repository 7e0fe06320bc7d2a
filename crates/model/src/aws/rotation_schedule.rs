//! Rotation schedules of Secrets Manager.

use crate::cloudformation::Resource;
use crate::setting::{Reason, Setting, Unknown};

/// The days between two rotations by `schedule`, a begun day counted as one.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html>
pub fn rotation_period<'r>(schedule: &Resource<'r>) -> Setting<'r, u32> {
    let days = schedule.text("RotationRules.AutomaticallyAfterDays");
    let (text, at) = match days {
        Setting::Known(text, at) => match text.parse() {
            Ok(days) => return Setting::Known(days, at),
            Err(_) => (text, at),
        },
        Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        Setting::Absent(_) => match schedule.text("RotationRules.ScheduleExpression") {
            Setting::Known(text, at) => (text, at),
            Setting::Absent(under) => return Setting::Absent(under),
            Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        },
    };
    let Some(days) = days_of_rate(&text) else {
        let reason = Reason::Outside("how often the schedule rotates is not worked out");
        return Setting::Unknown(Unknown { span: at.span, reason });
    };
    Setting::Known(days, at)
}

/// `rate(30 days)`, `rate(4 hours)`.
fn days_of_rate(expression: &str) -> Option<u32> {
    let inner = expression.trim().strip_prefix("rate(")?.strip_suffix(')')?;
    let (number, unit) = inner.trim().split_once(' ')?;
    let number: u32 = number.parse().ok()?;
    match unit.trim() {
        "day" | "days" => Some(number),
        "hour" | "hours" => Some(number.div_ceil(24)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_counted_in_days() {
        let cases = [
            ("rate(30 days)", Some(30)),
            ("rate(1 day)", Some(1)),
            (" rate( 25 hours ) ", Some(2)),
            ("rate(4 hours)", Some(1)),
            ("cron(0 8 1 * ? *)", None),
            ("rate(days)", None),
            ("rate(-1 days)", None),
            ("", None),
        ];
        for (expression, days) in cases {
            assert_eq!(days_of_rate(expression), days, "{expression}");
        }
    }
}

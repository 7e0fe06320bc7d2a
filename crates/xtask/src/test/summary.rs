//! The closing table of a run.

use std::time::Duration;

use super::Passed;

/// One line per step: name, duration, note; and the sum.
pub(super) fn table(passed: &[Passed]) -> String {
    let sum = passed.iter().map(|it| it.took).sum();
    let mut lines = String::from("step          seconds\n");
    for Passed { name, took, note } in passed {
        lines.push_str(&row(name, *took, note));
    }
    lines.push_str(&row("together", sum, ""));
    lines
}

fn row(name: &str, took: Duration, note: &str) -> String {
    let row = format!("{name:<13} {:>7.1}  {note}", took.as_secs_f64());
    format!("{}\n", row.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let step = |name, seconds, note: &str| Passed {
            name,
            took: Duration::from_secs(seconds),
            note: note.into(),
        };
        let table = table(&[step("format", 2, ""), step("check-output", 120, "3 findings")]);
        assert_eq!(
            table,
            "\
step          seconds
format            2.0
check-output    120.0  3 findings
together        122.0
"
        );
    }
}

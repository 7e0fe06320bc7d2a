//! What was measured, as a table: medians, and ratios with their spread.

use std::io::{self, Write};

/// What was measured of one of those that are compared, turn by turn.
pub(super) struct Measured {
    pub(super) name: &'static str,
    pub(super) turns: Vec<f64>,
}

/// Writes the median of each of `measured`, and how many times the first and the second it is: the
/// median of the ratios within a turn, and their quartiles.
pub(super) fn write(out: &mut dyn Write, title: &str, measured: &[Measured]) -> io::Result<()> {
    let bases: Vec<&Measured> = measured.iter().take(2).collect();
    write!(out, "\n{title:<56}")?;
    for base in &bases {
        write!(out, "  {:<22}", format!("× {}", base.name))?;
    }
    writeln!(out)?;
    for (index, Measured { name, turns }) in measured.iter().enumerate() {
        let [_, median, _] = quartiles(turns.clone());
        write!(out, "  {name:<40}{median:>14.2}")?;
        for (position, base) in bases.iter().enumerate() {
            let ratios = turns.iter().zip(&base.turns).map(|(it, base)| it / base).collect();
            let shown = if position < index { ratio(quartiles(ratios)) } else { String::new() };
            write!(out, "  {shown:<22}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// `2.13 (2.05 to 2.20)`, or `2.13` where there is no spread.
fn ratio([low, median, high]: [f64; 3]) -> String {
    if low < high { format!("{median:.2} ({low:.2} to {high:.2})") } else { format!("{median:.2}") }
}

/// A quarter, half and three quarters of `values` are not above these.
fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    [1, 2, 3].map(|it| values.get(last * it / 4).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_within_a_turn() {
        let measured = [
            Measured { name: "nothing", turns: vec![1.0, 10.0, 2.0, 4.0, 1.0] },
            Measured { name: "stackseal", turns: vec![2.0, 20.0, 4.0, 12.0, 1.0] },
            Measured { name: "other", turns: vec![4.0, 40.0, 8.0, 24.0, 2.0] },
        ];
        let mut out = Vec::new();
        write(&mut out, "start, ms", &measured).unwrap();
        let lines = String::from_utf8(out).unwrap();
        let lines: Vec<Vec<&str>> =
            lines.lines().skip(1).map(|it| it.split_whitespace().collect()).collect();
        assert_eq!(
            lines,
            [
                vec!["start,", "ms", "×", "nothing", "×", "stackseal"],
                vec!["nothing", "2.00"],
                vec!["stackseal", "4.00", "2.00"],
                vec!["other", "8.00", "4.00", "2.00"],
            ]
        );
        assert_eq!(ratio(quartiles(vec![1.0, 2.0, 3.0, 4.0, 5.0])), "3.00 (2.00 to 4.00)");
    }
}

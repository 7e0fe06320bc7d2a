//! The plot of the book: a bar for each program, as long as the logarithm of its processor time.

use std::fmt::Write as _;

use super::programs::Program;
use super::rounds::Row;
use super::spread::Number;
use super::table::processor;

/// What it shows, for whoever does not see it.
pub(super) const TITLE: &str =
    "Processor time of stackseal, cfn-guard, cfn-lint and checkov, on a logarithmic scale";

/// What is shown of the tables: the start, the sizes, and everything.
const SHOWN: &[(&str, &str)] = &[
    ("template-1.yaml", "1 resource"),
    ("template-5.yaml", "5 resources"),
    ("template-50.yaml", "50 resources"),
    ("template-500.yaml", "500 resources"),
    ("all templates", "all templates"),
];

const WIDTH: f64 = 720.0;
/// Where bars begin, and how much room the numbers behind them have.
const LEFT: f64 = 190.0;
const RIGHT: f64 = 80.0;
const BAR: f64 = 14.0;
const GAP: f64 = 18.0;

/// The picture as SVG.
pub(super) fn of(rows: &[Row]) -> String {
    let groups: Vec<(&str, [Option<f64>; 4])> = SHOWN
        .iter()
        .filter_map(|(name, label)| {
            let row = rows.iter().find(|it| it.name == *name)?;
            Some((*label, milliseconds(row)))
        })
        .collect();
    let all = || groups.iter().flat_map(|(_, times)| times.iter().flatten().copied());
    let first = all().fold(f64::MAX, f64::min).log10().floor();
    let last = all().fold(f64::MIN, f64::max).log10().ceil();
    let scale = (WIDTH - LEFT - RIGHT) / (last - first).max(1.0);
    let place = |milliseconds: f64| LEFT + (milliseconds.log10() - first) * scale;

    let mut bars = String::new();
    let mut y = GAP;
    for (label, times) in &groups {
        let _ = writeln!(bars, r#"<text x="8" y="{}" font-weight="bold">{label}</text>"#, y + 11.0);
        for (program, time) in Program::ALL.into_iter().zip(times) {
            let Some(time) = *time else { continue };
            let (end, middle) = (place(time), y + 11.0);
            let _ = writeln!(
                bars,
                r#"<text x="{:.0}" y="{middle}" text-anchor="end">{}</text>"#,
                LEFT - 6.0,
                program.name()
            );
            let _ = writeln!(
                bars,
                r#"<rect x="{LEFT}" y="{y}" width="{:.1}" height="{}" fill="{}"/>"#,
                (end - LEFT).max(1.0),
                BAR - 2.0,
                colour(program)
            );
            let _ = writeln!(
                bars,
                r#"<text x="{:.1}" y="{middle}">{} ms</text>"#,
                end + 5.0,
                Number(time)
            );
            y += BAR;
        }
        y += GAP;
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" font-family="sans-serif" font-size="11" role="img">
<title>{TITLE}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<g fill="#222222">
{bars}</g>
</svg>
"##
    )
}

/// The time of each program, the others' by their ratio to ours.
fn milliseconds(row: &Row) -> [Option<f64>; 4] {
    let ours = row.ours(processor).map(|it| it.median);
    Program::ALL.map(|program| match program {
        Program::Stackseal => ours,
        _ => Some(ours? * row.ratio(program, processor)?.median),
    })
}

const fn colour(program: Program) -> &'static str {
    match program {
        Program::Stackseal => "#1b7f5c",
        Program::CfnGuard => "#c98a1b",
        Program::CfnLint => "#5b7db1",
        Program::Checkov => "#8a6fb0",
    }
}

//! Several measurements of one thing.

use std::fmt;

/// The middle one, and the two ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Spread {
    /// Of `values`; none if there is no value.
    pub(super) fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let (low, high) = (*values.first()?, *values.last()?);
        Some(Self { median: *values.get(values.len() / 2)?, low, high })
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { median, low, high } = *self;
        write!(f, "{} ({}–{})", Number(median), Number(low), Number(high))
    }
}

/// A number as it is worth being read: two digits of a small one, no fraction of a large one.
pub(super) struct Number(pub(super) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(value) = *self;
        match value {
            ..10.0 => write!(f, "{value:.1}"),
            10.0..1000.0 => write!(f, "{value:.0}"),
            // Four digits of a ratio would claim more than was measured.
            _ => write!(f, "{:.0}", (value / 10.0).round() * 10.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_shows_the_middle_and_the_ends() {
        let spread = Spread::of(vec![12.4, 1.26, 1234.0]).unwrap();
        assert_eq!(spread.to_string(), "12 (1.3–1230)");
        assert_eq!(Spread::of(Vec::new()), None);
    }
}

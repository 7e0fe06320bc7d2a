//! A day, for suppressions that end. The engine has no clock: who runs it says what day it is.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar, as in `2027-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a date is a day that exists, written as in `2027-01-31`")]
pub struct NoDate;

impl Date {
    /// The day `day` of `month` (both from 1) of `year`; none where the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let is_leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if is_leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }

    /// The day that is `days` after 1970-01-01, up to the year 9999; later ones count as its last.
    ///
    /// Years are counted from March, so that a leap day ends one:
    /// <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>
    pub fn from_unix_days(days: u64) -> Self {
        const LAST: u64 = 2_932_896;
        let days = days.min(LAST) + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        let small = |it: u64| u8::try_from(it).unwrap_or(u8::MAX);
        Self { year: u16::try_from(year).unwrap_or(u16::MAX), month: small(month), day: small(day) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day } = self;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        let number = |text: &str, width: usize| {
            let is_number = text.len() == width && text.bytes().all(|it| it.is_ascii_digit());
            is_number.then(|| text.parse::<u16>().ok()).flatten().ok_or(NoDate)
        };
        let mut parts = text.splitn(3, '-');
        let mut next = |width| number(parts.next().unwrap_or_default(), width);
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        let small = |it: u16| u8::try_from(it).map_err(|_| NoDate);
        Self::new(year, small(month)?, small(day)?).ok_or(NoDate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_exist_are_read() {
        for text in ["2027-01-31", "2028-02-29", "2000-02-29", "0001-12-31"] {
            assert_eq!(text.parse::<Date>().map(|it| it.to_string()), Ok(text.to_owned()));
        }
        for text in [
            "2027-02-29",
            "1900-02-29",
            "2027-13-01",
            "2027-00-01",
            "2027-01-00",
            "2027-1-31",
            "27-01-31",
            "2027-01-31T00:00:00Z",
            "2027/01/31",
            "+027-01-31",
            "",
            "soon",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NoDate), "{text}");
        }
    }

    #[test]
    fn dates_are_ordered_as_days_are() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        assert!(date("2026-12-31") < date("2027-01-01"));
        assert!(date("2027-01-31") < date("2027-02-01"));
    }

    #[test]
    fn days_are_counted_from_1970() {
        let cases = [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (789, "1972-02-29"),
            (11_016, "2000-02-29"),
            (20_782, "2026-11-25"),
            (u64::MAX, "9999-12-31"),
        ];
        for (days, expected) in cases {
            assert_eq!(Date::from_unix_days(days).to_string(), expected);
        }
    }
}

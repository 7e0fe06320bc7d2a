//! The types a table speaks of, for the rules that read it.

/// The distinct types of `$rows`, a constant table that is sorted by its `type_name`.
macro_rules! types_of {
    ($rows:expr) => {{
        const NAMES: [&str; $rows.len()] = {
            let mut names = [""; $rows.len()];
            let mut rows: &[_] = $rows;
            let mut rest: &mut [&str] = &mut names;
            while let ([row, later @ ..], [name, others @ ..]) = (rows, rest) {
                *name = row.type_name;
                rows = later;
                rest = others;
            }
            names
        };
        const TYPES: [&str; $crate::aws::types_of::count(&NAMES)] =
            $crate::aws::types_of::distinct(&NAMES);
        &TYPES
    }};
}

pub(super) use types_of;

/// How many runs of equal names there are.
pub(super) const fn count(mut names: &[&str]) -> usize {
    let mut count = 0;
    let mut last = "";
    while let [name, later @ ..] = names {
        if !is_same(name, last) {
            count += 1;
        }
        last = name;
        names = later;
    }
    count
}

/// The first name of each run of equal ones; there are `N` of them.
pub(super) const fn distinct<const N: usize>(mut names: &[&'static str]) -> [&'static str; N] {
    let mut found = [""; N];
    let mut free: &mut [&'static str] = &mut found;
    let mut last = "";
    while let [name, later @ ..] = names {
        if !is_same(name, last)
            && let [slot, others @ ..] = free
        {
            *slot = name;
            free = others;
        }
        last = name;
        names = later;
    }
    found
}

const fn is_same(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let ([first, rest @ ..], [other, others @ ..]) = (a, b) {
        if *first != *other {
            return false;
        }
        a = rest;
        b = others;
    }
    a.is_empty() && b.is_empty()
}

#[cfg(test)]
mod tests {
    struct Row {
        type_name: &'static str,
    }

    const fn row(type_name: &'static str) -> Row {
        Row { type_name }
    }

    #[test]
    fn each_type_is_listed_once() {
        const ROWS: &[Row] = &[row("A"), row("A"), row("Ab"), row("B"), row("B"), row("C")];
        const NONE: &[Row] = &[];
        let types: &[&str] = types_of!(ROWS);
        assert_eq!(types, ["A", "Ab", "B", "C"]);
        let types: &[&str] = types_of!(NONE);
        assert!(types.is_empty());
    }
}

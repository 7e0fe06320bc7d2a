//! A JSON object for people to read, written field by field: what is long is printed by several threads.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter as _, PrettyFormatter, Serializer};

use crate::pieces::print_each;

/// An object that has begun.
pub(crate) struct Object<'w> {
    out: &'w mut dyn Write,
    /// Knows how far in the next line begins.
    formatter: PrettyFormatter<'static>,
    has_fields: bool,
}

impl<'w> Object<'w> {
    /// Begins an object.
    pub(crate) fn begin(out: &'w mut dyn Write) -> io::Result<Self> {
        let mut formatter = PrettyFormatter::new();
        formatter.begin_object(out)?;
        Ok(Self { out, formatter, has_fields: false })
    }

    /// Writes one field.
    pub(crate) fn field(&mut self, key: &str, value: &impl Serialize) -> io::Result<()> {
        self.key(key)?;
        value.serialize(&mut Serializer::with_formatter(&mut *self.out, self.formatter.clone()))?;
        self.formatter.end_object_value(self.out)
    }

    /// Writes a field that is a list: of each of `items`, what `wire` makes of it.
    pub(crate) fn list<'i, T: Sync, W: Serialize>(
        &mut self,
        key: &str,
        items: &'i [T],
        wire: impl Fn(&'i T) -> W + Sync + Send,
    ) -> io::Result<()> {
        self.key(key)?;
        self.formatter.begin_array(self.out)?;
        let inside = self.formatter.clone();
        print_each(items, self.out, |at, item, out| {
            let mut formatter = inside.clone();
            formatter.begin_array_value(out, at == 0)?;
            wire(item).serialize(&mut Serializer::with_formatter(&mut *out, formatter))?;
            Ok(())
        })?;
        if !items.is_empty() {
            // Of the items, this formatter knows nothing.
            self.formatter.end_array_value(self.out)?;
        }
        self.formatter.end_array(self.out)?;
        self.formatter.end_object_value(self.out)
    }

    /// Ends the object.
    pub(crate) fn end(mut self) -> io::Result<()> {
        self.formatter.end_object(self.out)
    }

    fn key(&mut self, key: &str) -> io::Result<()> {
        self.formatter.begin_object_key(self.out, !self.has_fields)?;
        self.has_fields = true;
        serde_json::to_writer(&mut *self.out, key)?;
        self.formatter.end_object_key(self.out)?;
        self.formatter.begin_object_value(self.out)
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[test]
    fn an_object_looks_as_serde_json_prints_it() {
        #[derive(Serialize)]
        struct Item {
            name: String,
            parts: Vec<u32>,
        }
        #[derive(Serialize)]
        struct Whole {
            first: u32,
            none: Vec<u32>,
            items: Vec<Item>,
            last: Option<Item>,
        }
        let item = |it: u32| Item { name: format!("\"{it}\"\n"), parts: (0..it % 3).collect() };
        let last = || Some(item(2));
        for count in [0, 1, 100] {
            let items = (0..count).map(item).collect();
            let whole = Whole { first: 1, none: Vec::new(), items, last: last() };
            let mut out = Vec::new();
            let mut object = Object::begin(&mut out).unwrap();
            object.field("first", &1).unwrap();
            object.list("none", &[], |it: &u32| *it).unwrap();
            object.list("items", &(0..count).collect::<Vec<_>>(), |it| item(*it)).unwrap();
            object.field("last", &last()).unwrap();
            object.end().unwrap();
            let out = String::from_utf8(out).unwrap();
            assert_eq!(out, serde_json::to_string_pretty(&whole).unwrap());
        }
    }
}

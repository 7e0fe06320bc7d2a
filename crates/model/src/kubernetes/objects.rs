//! The objects of a run, by what they are and where they stand.

use std::ops::Range;

use rustc_hash::FxHashMap;
use stackseal_syntax::{FileId, Span};

use crate::kubernetes::object::{GroupKind, Object};

/// Objects in the order of the run. Who looks for a kind does not have to ask all of them.
#[derive(Debug, Default)]
pub(super) struct Objects<'t> {
    all: Vec<Object<'t>>,
    /// By kind, whatever the group.
    by_kind: FxHashMap<&'t str, Vec<usize>>,
    /// Where those of each file are.
    by_file: FxHashMap<FileId, Range<usize>>,
}

impl<'t> Objects<'t> {
    pub(super) fn new(all: Vec<Object<'t>>) -> Self {
        let mut by_kind: FxHashMap<&'t str, Vec<usize>> = FxHashMap::default();
        let mut by_file: FxHashMap<FileId, Range<usize>> = FxHashMap::default();
        for (index, object) in all.iter().enumerate() {
            by_kind.entry(object.kind()).or_default().push(index);
            let of_file = by_file.entry(object.node().span().file).or_insert(index..index);
            of_file.end = index + 1;
        }
        Self { all, by_kind, by_file }
    }

    /// All of them, patches included.
    pub(super) fn all(&self) -> &[Object<'t>] {
        &self.all
    }

    pub(super) fn get(&self, place: usize) -> Option<&Object<'t>> {
        self.all.get(place)
    }

    /// Whether all stand in one file, beside which there may be others.
    pub(super) fn is_one_file(&self) -> bool {
        self.by_file.len() <= 1
    }

    /// The object whose text holds `span`: the first, where one stands in another.
    pub(super) fn around(&self, span: Span) -> Option<&Object<'t>> {
        let holds = |it: &&Object<'t>| it.node().span().contains(span);
        let of_file = self.all.get(self.by_file.get(&span.file)?.clone())?;
        // Those of a file are in its order, save what an alias brings in a second time.
        let behind = of_file.partition_point(|it| it.node().span().start <= span.start);
        let nearest = of_file.get(..behind).and_then(<[_]>::last).filter(holds);
        nearest.or_else(|| of_file.iter().find(holds))
    }

    /// Those of one of `kinds`, patches left out.
    pub(super) fn of_kind(
        &self,
        kinds: &[GroupKind<'_>],
    ) -> impl Iterator<Item = &Object<'t>> + use<'_, 't> {
        self.of_kind_and_patches(kinds).filter(|it| !it.is_partial())
    }

    /// Those of one of `kinds`, patches included.
    pub(super) fn of_kind_and_patches(
        &self,
        kinds: &[GroupKind<'_>],
    ) -> impl Iterator<Item = &Object<'t>> + use<'_, 't> {
        let mut places: Vec<usize> = kinds.iter().flat_map(|it| self.places(*it)).collect();
        places.sort_unstable();
        places.into_iter().filter_map(|it| self.all.get(it))
    }

    /// The places of those of `kind` in [`Self::all`], patches included.
    pub(super) fn places(&self, kind: GroupKind<'_>) -> impl Iterator<Item = usize> {
        let of_kind = self.by_kind.get(kind.kind).into_iter().flatten().copied();
        of_kind.filter(move |&it| self.all.get(it).is_some_and(|it| it.group() == kind.group))
    }
}

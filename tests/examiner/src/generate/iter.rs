//! Iterators: what loops and reductions go through.

use super::Generator;
use super::array::Place;
use super::domain::boxed;
use crate::ast::{Access, Closure, Expr, Fun, Iter, Name, Op, Pat, Reduction, Rel, Ty};
use crate::features::{Feature, Scalar};

/// What an iterator hands out, and between which bounds the counters in it are.
#[derive(Clone, Debug)]
pub(super) struct Item {
    ty: Ty,
    range: Option<(usize, usize)>,
    /// The slices that have an element with this number.
    pub(super) below: Vec<usize>,
    parts: Vec<Item>,
}

impl Item {
    pub(super) fn plain(ty: Ty) -> Self {
        Self { ty, range: None, below: Vec::new(), parts: Vec::new() }
    }

    pub(super) fn counter(ty: Ty, low: usize, high: usize) -> Self {
        Self { ty, range: Some((low, high)), below: Vec::new(), parts: Vec::new() }
    }

    fn pair(a: Item, b: Item) -> Self {
        let ty = Ty::Tuple(vec![a.ty.clone(), b.ty.clone()]);
        Self { ty, range: None, below: Vec::new(), parts: vec![a, b] }
    }
}

/// An iterator, its items, at most how many there are, and whether it can be reversed.
pub(super) struct Source {
    pub(super) iter: Iter,
    pub(super) item: Item,
    pub(super) count: usize,
    pub(super) exact: bool,
    /// Whether the compiler cannot know how many there are.
    pub(super) is_run: bool,
    /// The slices that have at least as many elements.
    pub(super) within: Vec<usize>,
}

impl Source {
    /// Something with a number of items that is known.
    fn known(iter: Iter, item: Item, count: usize, exact: bool) -> Self {
        Self { iter, item, count, exact, is_run: false, within: Vec::new() }
    }
}

/// The most iterations of one loop.
const LONGEST: usize = 5;

impl Generator {
    /// Something to iterate over, with adaptors.
    pub(super) fn source(&mut self, is_loop: bool) -> Source {
        let mut source = self.bare_source(is_loop);
        if self.rng.chance(5)
            && source.exact
            && matches!(source.item.ty, Ty::Size)
            && !self.has(Feature::Rolled)
        {
            let closure = self.filter(&source.item);
            source.iter = Iter::Filter(Box::new(source.iter), closure);
            source.exact = false;
        }
        if self.rng.chance(5) {
            let other = self.bare_source(false);
            let same = other.item.ty == source.item.ty && source.iter.changed().is_empty();
            let same = same && !source.is_run && !other.is_run;
            let fits = source.item.range.is_none() && source.count + other.count <= LONGEST + 1;
            if same && fits {
                source.iter = Iter::Chain(Box::new(source.iter), Box::new(other.iter));
                source.count += other.count;
                source.exact = false;
                source.within.clear();
            }
        }
        if self.rng.chance(6) {
            let low = self.rng.below(3);
            source.item =
                Item::pair(source.item, Item::counter(Ty::Size, low, low + source.count.max(1) - 1));
            source.iter = Iter::Zip(Box::new(source.iter), Box::new(Iter::From(Box::new(Expr::Size(low)))));
            source.exact = false;
        } else if self.rng.chance(20) {
            let changed = self.bindings_of(&source.iter.changed());
            for &index in &changed {
                self.scope[index].hidden += 1;
            }
            let other = self.bare_source(false);
            for &index in &changed {
                self.scope[index].hidden -= 1;
            }
            source = Source {
                count: source.count.min(other.count),
                exact: source.exact && other.exact,
                is_run: source.is_run || other.is_run,
                within: [source.within, other.within].concat(),
                item: Item::pair(source.item, other.item),
                iter: Iter::Zip(Box::new(source.iter), Box::new(other.iter)),
            };
        }
        if self.rng.chance(25) {
            let mut counter = Item::counter(Ty::Size, 0, source.count.saturating_sub(1));
            counter.below.clone_from(&source.within);
            source.item = Item::pair(counter, source.item);
            source.iter = Iter::Enumerate(Box::new(source.iter));
        }
        let inner = |source: &Source| Box::new(source.iter.clone());
        if source.exact && self.rng.chance(20) {
            source.iter = Iter::Rev(inner(&source));
        }
        match self.rng.below(20) {
            0 => {
                source.iter = Iter::Step(inner(&source), 2);
                source.count = source.count.div_ceil(2);
            }
            1 => {
                source.iter = Iter::Skip(inner(&source), 1);
                source.count = source.count.saturating_sub(1);
            }
            2 => {
                source.iter = Iter::Take(inner(&source), 2);
                source.count = source.count.min(2);
            }
            _ => {}
        }
        // Behind it, the number of items is not known.
        if source.exact && matches!(source.item.ty, Ty::Size) && self.chance(Feature::Rolled, 8) {
            let closure = self.filter(&source.item);
            source.iter = Iter::Filter(Box::new(source.iter), closure);
        }
        if self.unrolled * source.count > 27 && !source.is_run {
            source.iter = Iter::Take(inner(&source), 2);
            source.count = 2;
        }
        source
    }

    fn bare_source(&mut self, is_loop: bool) -> Source {
        if self.chance(Feature::Rolled, 60)
            && let Some(source) = self.run_source(is_loop)
        {
            return source;
        }
        let arrays = self.arrays();
        let mutable: Vec<(Name, Ty)> = self
            .visible()
            .into_iter()
            .filter(|b| b.mutable && self.is_free(b) && matches!(b.ty, Ty::Array(..)))
            .map(|b| (b.name, b.ty.clone()))
            .collect();
        let some = usize::from(!arrays.is_empty());
        let changes = usize::from(is_loop && !self.in_closure && !self.in_guard && !mutable.is_empty());
        match self.rng.weighted(&[8, 12 * some, 3 * some, 1, 3 * changes, 2 * some]) {
            1 => {
                let place = self.sub_array(&arrays);
                self.items_of(place)
            }
            2 => {
                let place = self.sub_array(&arrays);
                self.parts_of(place)
            }
            3 => {
                // Without assignments, which could be to what another part of the iterator borrows.
                let outer = std::mem::replace(&mut self.in_guard, true);
                let elements = (0..=1 + self.rng.below(2)).map(|_| self.real(1)).collect::<Vec<_>>();
                self.in_guard = outer;
                let count = elements.len();
                let iter = Iter::Items(Box::new(Expr::Array(elements)), Access::Value);
                Source::known(iter, Item::plain(Ty::Real), count, true)
            }
            4 => {
                let (name, ty) = mutable[self.rng.below(mutable.len())].clone();
                let (element, count) = ty.element().expect("it is an array");
                let item = Item::plain(Ty::Mut(Box::new(element.clone())));
                Source::known(Iter::Mut(name), item, count, true)
            }
            5 => {
                let matrices: Vec<&Place> = arrays
                    .iter()
                    .filter(|(_, ty)| matches!(ty, Ty::Array(row, _) if row.reals() != 1))
                    .collect();
                let Some((place, ty)) = matrices.first() else { return self.counting() };
                let source = self.items_of((place.clone(), ty.clone()));
                let (item, columns) = match &source.item.ty {
                    Ty::Ref(row) => match &**row {
                        Ty::Array(element, columns) => (Ty::Ref(element.clone()), *columns),
                        _ => return source,
                    },
                    Ty::Array(element, columns) => ((**element).clone(), *columns),
                    _ => return source,
                };
                let (iter, count) = (Iter::Flatten(Box::new(source.iter)), source.count * columns);
                Source::known(iter, Item::plain(item), count, false)
            }
            _ => self.counting(),
        }
    }

    /// A condition that the compiler knows for each counter.
    fn filter(&mut self, item: &Item) -> Closure {
        let name = self.name();
        let remainder = boxed(Op::Rem, Expr::Var(name), Expr::Size(2));
        let (rel, rest) = (self.rng.pick(&[Rel::Eq, Rel::Ne]), self.rng.below(2));
        let body = match item.range {
            Some((low, _)) if self.rng.chance(40) => {
                Expr::Cmp(Rel::Ne, Box::new(Expr::Var(name)), Box::new(Expr::Size(low)))
            }
            _ => Expr::Cmp(rel, Box::new(remainder), Box::new(Expr::Size(rest))),
        };
        Closure { params: vec![Pat::Ref(Box::new(Pat::Bind(name)))], body: Box::new(body) }
    }

    /// An array, or a row of one.
    fn sub_array(&mut self, arrays: &[Place]) -> Place {
        let (place, ty) = arrays[self.rng.below(arrays.len())].clone();
        match ty.element() {
            Some((element @ Ty::Array(..), length)) if self.rng.chance(40) => {
                let index = self.index(length, true);
                (Expr::Index(Box::new(place), Box::new(index)), element.clone())
            }
            _ => (place, ty),
        }
    }

    /// The elements of an array.
    pub(super) fn items_of(&mut self, (place, ty): Place) -> Source {
        let (element, count) = ty.element().map(|(element, n)| (element.clone(), n)).expect("it is an array");
        let by_reference = Ty::Ref(Box::new(element.clone()));
        let (access, item) = match ty {
            Ty::Array(..) => match self.rng.below(6) {
                0 | 1 => (Access::Value, element),
                2 => (Access::Ref, by_reference),
                3 | 4 => (Access::Iter, by_reference),
                _ => (Access::Copied, element),
            },
            // A bare `&mut` would be iterated over mutably.
            Ty::Mut(_) => (Access::Iter, by_reference),
            _ => match self.rng.below(3) {
                0 => (Access::Value, by_reference),
                1 => (Access::Iter, by_reference),
                _ => (Access::Copied, element),
            },
        };
        let (place, access) = match ty {
            Ty::Mut(_) => (Expr::Deref(Box::new(place), false), access),
            _ => (place, access),
        };
        Source::known(Iter::Items(Box::new(place), access), Item::plain(item), count, true)
    }

    /// Windows, chunks, or a part of an array.
    fn parts_of(&mut self, (place, ty): Place) -> Source {
        let (element, length) =
            ty.element().map(|(element, n)| (element.clone(), n)).expect("it is an array");
        if length < 2 {
            return self.items_of((place, ty));
        }
        let size = self.rng.pick(&[1, 2, 2, 3]).min(length);
        let part = Item::plain(Ty::Slice(Box::new(element.clone()), size));
        let place =
            Box::new(if matches!(ty, Ty::Mut(_)) { Expr::Deref(Box::new(place), false) } else { place });
        match self.rng.below(3) {
            0 => {
                let count = length + 1 - size;
                Source::known(Iter::Windows(place, size), part, count, true)
            }
            1 => {
                let count = length / size;
                Source::known(Iter::Chunks(place, size), part, count, true)
            }
            _ => {
                let low = self.rng.below(length);
                let high = low + 1 + self.rng.below(length - low);
                let iter = Iter::Part(place, Box::new(Expr::Size(low)), Box::new(Expr::Size(high)));
                let item = Item::plain(Ty::Ref(Box::new(element)));
                Source::known(iter, item, high - low, true)
            }
        }
    }

    /// A range of integers.
    fn counting(&mut self) -> Source {
        let low = self.rng.pick(&[0, 0, 0, 1, 2]);
        let count = self.rng.pick(&[1, 2, 2, 3, 3, 4, LONGEST]);
        let high = low + count - 1;
        let inclusive = self.rng.chance(20);
        if self.chance(Feature::Integers, 20) {
            let int = |n: usize| Box::new(Expr::Int(i32::try_from(n).expect("small")));
            let end = if inclusive { high } else { high + 1 };
            let iter = Iter::Range(int(low), int(end), inclusive);
            return Source::known(iter, Item::counter(Ty::Int, low, high), count, !inclusive);
        }
        // From or to a counter of a loop around it.
        let counters: Vec<(Name, (usize, usize))> = self
            .visible()
            .into_iter()
            .filter(|b| b.known && b.ty == Ty::Size)
            .filter_map(|b| b.range.map(|range| (b.name, range)))
            .collect();
        if !counters.is_empty() && self.rng.chance(35) {
            let (name, (least, most)) = self.rng.pick(&counters);
            let counter = Expr::Var(name);
            let end = most + 1 + self.rng.below(2);
            let (low, high, range) = match self.rng.below(3) {
                0 => (
                    boxed(Op::Add, counter, Expr::Size(1)),
                    Expr::Size(end),
                    (least + 1, end.max(least + 2) - 1),
                ),
                1 => (counter, Expr::Size(end), (least, end - 1)),
                _ => (Expr::Size(0), counter, (0, most.max(1) - 1)),
            };
            let iter = Iter::Range(Box::new(low), Box::new(high), false);
            let count = (range.1 + 1).saturating_sub(range.0);
            return Source::known(iter, Item::counter(Ty::Size, range.0, range.1), count, true);
        }
        let arrays = self.arrays();
        let fits = |(_, ty): &&Place| ty.element().is_some_and(|(_, n)| n > low);
        if self.rng.chance(30)
            && let Some((array, ty)) = arrays.iter().find(fits)
        {
            let (_, length) = ty.element().expect("it is an array");
            let iter =
                Iter::Range(Box::new(Expr::Size(low)), Box::new(Expr::Len(Box::new(array.clone()))), false);
            let item = Item::counter(Ty::Size, low, length - 1);
            return Source::known(iter, item, length - low, true);
        }
        let end = if inclusive { high } else { high + 1 };
        let iter = Iter::Range(Box::new(Expr::Size(low)), Box::new(Expr::Size(end)), inclusive);
        Source::known(iter, Item::counter(Ty::Size, low, high), count, !inclusive)
    }

    /// A pattern for an item, whose names are bound; no name twice.
    pub(super) fn item_pattern(&mut self, item: &Item, names: &mut Vec<Name>) -> Pat {
        if !item.parts.is_empty() {
            return Pat::Tuple(item.parts.iter().map(|part| self.item_pattern(part, names)).collect());
        }
        if self.rng.chance(6) {
            return Pat::Wild;
        }
        match &item.ty {
            Ty::Ref(inner) if self.rng.chance(40) => {
                let inner = Item::plain((**inner).clone());
                match self.item_pattern(&inner, names) {
                    Pat::BindMut(name) => {
                        self.scope.last_mut().expect("it was bound").mutable = false;
                        Pat::Ref(Box::new(Pat::Bind(name)))
                    }
                    pat => Pat::Ref(Box::new(pat)),
                }
            }
            Ty::Array(element, length) if self.rng.chance(25) => self.array_pattern(element, *length, names),
            Ty::Tuple(types) => {
                let parts = types.iter().map(|ty| self.item_pattern(&Item::plain(ty.clone()), names));
                Pat::Tuple(parts.collect())
            }
            Ty::Ref(inner) if matches!(**inner, Ty::Tuple(_)) => {
                let inner = Item::plain((**inner).clone());
                Pat::Ref(Box::new(self.item_pattern(&inner, names)))
            }
            ty => {
                let name = self.distinct(names);
                if let Some(range) = item.range {
                    self.bind_counter(name, ty.clone(), range, true);
                    self.scope.last_mut().expect("it was bound").below.clone_from(&item.below);
                    return Pat::Bind(name);
                }
                let mutable = *ty == Ty::Real && self.chance(Feature::Mutation, 15);
                self.bind(name, ty.clone(), mutable);
                if mutable { Pat::BindMut(name) } else { Pat::Bind(name) }
            }
        }
    }

    /// `[a, b, ..]`
    pub(super) fn array_pattern(&mut self, element: &Ty, length: usize, names: &mut Vec<Name>) -> Pat {
        let taken = if self.rng.chance(50) { length } else { 1 + self.rng.below(length) };
        let rest = (taken < length || self.rng.chance(10)).then(|| self.rng.below(taken + 1));
        let pats = (0..taken).map(|_| {
            if self.rng.chance(15) {
                return Pat::Wild;
            }
            let name = self.distinct(names);
            self.bind(name, element.clone(), false);
            Pat::Bind(name)
        });
        Pat::Array(pats.collect(), rest)
    }

    /// A name that is not among the names of a pattern, and is added to them.
    pub(super) fn distinct(&mut self, names: &mut Vec<Name>) -> Name {
        let name = std::iter::repeat_with(|| self.name()).find(|name| !names.contains(name));
        let name = name.expect("names enough");
        names.push(name);
        name
    }

    /// A real made of the elements of an array.
    pub(super) fn reduced(&mut self, place: Place) -> Expr {
        let rows = place.1.element().is_some_and(|(element, _)| *element != Ty::Real);
        let source = self.items_of(place);
        if !rows {
            return self.reduction(source);
        }
        let Source { iter, item, count, .. } = source;
        let closure = self.closure(&[item], count, |generator| {
            let row = generator.scope.last().map(|row| (Expr::Var(row.name), row.ty.clone()));
            match row.filter(|(_, ty)| ty.element().is_some()) {
                Some(row) => generator.reduced(row),
                None => generator.real(1),
            }
        });
        Expr::Reduce(Box::new(Iter::Map(Box::new(iter), closure)), Reduction::Sum)
    }

    /// A real made of something that can be gone through.
    pub(super) fn reduction_of_any(&mut self) -> Expr {
        let source = self.source(false);
        self.reduction(source)
    }

    fn reduction(&mut self, source: Source) -> Expr {
        let Source { mut iter, mut item, count, is_run, .. } = source;
        let number = match &item.ty {
            Ty::Ref(inner) => **inner == Ty::Real,
            ty => *ty == Ty::Real,
        };
        if !number || self.rng.chance(50) {
            if self.rng.chance(25) {
                return self.fold(iter, item, (count, is_run));
            }
            let closure = self.closure(&[item], count, |generator| generator.real(2));
            iter = Iter::Map(Box::new(iter), closure);
            item = Item::plain(Ty::Real);
        }
        let value = item.ty == Ty::Real;
        // Nothing at all has no largest item.
        let extremes = usize::from(value && count > 0 && self.has(Feature::Kinks));
        let reduction = match self.rng.weighted(&[6, 2, 2 * extremes, extremes, 2]) {
            1 => Reduction::Product,
            2 if self.scalar != Scalar::Generic => Reduction::Largest,
            3 if self.scalar != Scalar::Generic => Reduction::Smallest,
            4 => return self.fold(iter, item, (count, is_run)),
            _ => Reduction::Sum,
        };
        Expr::Reduce(Box::new(iter), reduction)
    }

    fn fold(&mut self, iter: Iter, item: Item, (count, is_run): (usize, bool)) -> Expr {
        let initial = Box::new(self.real(0));
        let accumulator = Item::plain(Ty::Real);
        // Only added to, it need not be kept.
        let adds = is_run && self.rng.chance(if self.alloc { 25 } else { 80 });
        let mut closure = self.closure(&[accumulator, item], count, |generator| {
            if adds && generator.scope.len() > generator.barrier {
                let accumulator = generator.barrier;
                generator.scope[accumulator].carried += 1;
            }
            generator.real(2)
        });
        // The accumulator has a part in most of them.
        if let (Pat::Bind(name) | Pat::BindMut(name), true) = (&closure.params[0], self.rng.chance(80)) {
            let shadowed = closure.params[1..].iter().any(|pat| binds(pat, name));
            if !shadowed {
                let old = std::mem::replace(&mut *closure.body, Expr::Bool(true));
                let ops: &[Op] = if adds { &[Op::Add, Op::Sub] } else { &[Op::Add, Op::Sub, Op::Mul] };
                let (op, fun) = (self.rng.pick(ops), !adds && self.rng.chance(20));
                let own = Expr::Var(name);
                let damped =
                    if fun && self.has(Feature::Std) { self.styled(Fun::Tanh, vec![own]) } else { own };
                *closure.body = boxed(op, damped, old);
            }
        }
        Expr::Reduce(Box::new(iter), Reduction::Fold(initial, closure))
    }

    /// A condition on all items, or on one of them.
    pub(super) fn quantified(&mut self) -> Expr {
        let source = self.source(false);
        let closure = self.closure(&[source.item], source.count, |generator| generator.boolean(1));
        let reduction = if self.rng.chance(50) { Reduction::All(closure) } else { Reduction::Any(closure) };
        Expr::Reduce(Box::new(source.iter), reduction)
    }
}

fn binds(pat: &Pat, name: Name) -> bool {
    match pat {
        Pat::Bind(other) | Pat::BindMut(other) => *other == name,
        Pat::Tuple(pats) | Pat::Array(pats, _) => pats.iter().any(|pat| binds(pat, name)),
        Pat::Ref(inner) => binds(inner, name),
        _ => false,
    }
}

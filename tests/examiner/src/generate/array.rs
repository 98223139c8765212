//! Arrays, their elements, and the integers that count.

use super::Generator;
use super::domain::boxed;
use super::iter::Item;
use crate::ast::{Block, Cast, Closure, Expr, Name, Op, Ty};
use crate::features::Feature;
use crate::points::SIZES;

/// An array, or a reference to one, and its type.
pub(super) type Place = (Expr, Ty);

impl Generator {
    /// Everything that has elements: arrays and slices, also in tuples and behind references.
    pub(super) fn arrays(&self) -> Vec<Place> {
        let mut found = Vec::new();
        for binding in self.visible() {
            if binding.ty.reals() > 0 && binding.carried == 0 {
                within(Expr::Var(binding.name), &binding.ty, &mut found);
            }
        }
        found
    }

    /// A real that can be read without a computation: a variable, or an element of an array.
    pub(super) fn real_place(&mut self) -> Option<Expr> {
        let mut reals = self.readable(&Ty::Real);
        let mut arrays = self.arrays();
        if self.in_closure && self.rng.chance(60) {
            // What the closure is called on.
            let own: Vec<Name> = self.scope[self.barrier..].iter().map(|binding| binding.name).collect();
            let is_own = |place: &Expr| place.root().is_some_and(|name| own.contains(&name));
            if reals.iter().any(is_own) || arrays.iter().any(|(place, _)| is_own(place)) {
                reals.retain(is_own);
                arrays.retain(|(place, _)| is_own(place));
            }
        }
        if self.chance(Feature::Rolled, 50)
            && let Some(element) = self.run_element()
        {
            return Some(element);
        }
        match self.rng.weighted(&[reals.len(), 2 * arrays.len()]) {
            0 if reals.is_empty() => None,
            0 => Some(reals[self.rng.below(reals.len())].clone()),
            _ => {
                let (place, ty) = arrays[self.rng.below(arrays.len())].clone();
                Some(self.element_of(place, &ty))
            }
        }
    }

    /// A real in an array.
    pub(super) fn element_of(&mut self, place: Expr, ty: &Ty) -> Expr {
        match ty.element() {
            Some((element, length)) => {
                let index = self.index(length, false);
                self.element_of(Expr::Index(Box::new(place), Box::new(index)), &element.clone())
            }
            None => place,
        }
    }

    /// An element of an array, or something computed of all of them.
    pub(super) fn part_of(&mut self, (place, ty): Place) -> Expr {
        if self.chance(Feature::Iterators, 60) {
            self.reduced((place, ty))
        } else {
            self.element_of(place, &ty)
        }
    }

    /// An index below `length`; `known` if the compiler has to know it.
    pub(super) fn index(&mut self, length: usize, known: bool) -> Expr {
        let mut found = Vec::new();
        for binding in self.visible() {
            let Some((low, high)) = binding.range.filter(|_| binding.known || !known) else { continue };
            let mut counter = Expr::Var(binding.name);
            if binding.ty == Ty::Int {
                counter = Expr::Cast(Cast::IntToSize, Box::new(counter));
            }
            if high < length {
                // The plain one most often.
                found.extend(vec![counter.clone(); 3]);
                found.push(boxed(Op::Sub, Expr::Size(length - 1), counter.clone()));
            }
            if high + 1 < length {
                found.push(boxed(Op::Add, counter.clone(), Expr::Size(1)));
            }
            if low > 0 && high <= length {
                found.push(boxed(Op::Sub, counter.clone(), Expr::Size(1)));
            }
            let sum = boxed(Op::Add, counter, Expr::Size(length / 2));
            found.push(boxed(Op::Rem, sum, Expr::Size(length)));
        }
        let orders = self.visible().into_iter().filter(|binding| binding.ty == Ty::array(Ty::Size, SIZES));
        let orders: Vec<Name> = orders.map(|binding| binding.name).collect();
        if !known && !orders.is_empty() && self.rng.chance(25) {
            let index = found.iter().find(|index| matches!(index, Expr::Var(_))).cloned();
            let index = index.unwrap_or(Expr::Size(self.rng.below(SIZES)));
            let index = boxed(Op::Rem, index, Expr::Size(SIZES));
            let picked = Expr::Index(Box::new(Expr::Var(orders[0])), Box::new(index));
            return if length >= SIZES { picked } else { boxed(Op::Rem, picked, Expr::Size(length)) };
        }
        let integers = self.readable(&Ty::Int);
        if !known && !integers.is_empty() && self.chance(Feature::Casts, 8) {
            let n = integers[self.rng.below(integers.len())].clone();
            let length = i32::try_from(length).expect("short arrays");
            let below = boxed(Op::Rem, boxed(Op::Mul, n.clone(), n), Expr::Int(length));
            return Expr::Cast(Cast::IntToSize, Box::new(below));
        }
        if !known && self.rng.chance(5) {
            let arrays = self.arrays();
            let short = |(_, ty): &&Place| ty.element().is_some_and(|(_, own)| own <= length);
            if let Some((array, _)) = arrays.iter().find(short) {
                return boxed(Op::Sub, Expr::Len(Box::new(array.clone())), Expr::Size(1));
            }
        }
        if found.is_empty() || self.rng.chance(30) {
            return Expr::Size(self.rng.below(length));
        }
        found.swap_remove(self.rng.below(found.len()))
    }

    /// A value that counts.
    pub(super) fn size(&mut self) -> Expr {
        if self.rng.chance(20) { Expr::Size(self.rng.below(4)) } else { self.index(3, false) }
    }

    /// A local array's type.
    pub(super) fn local_array(&mut self) -> Ty {
        let lengths =
            self.arrays().iter().filter_map(|(_, ty)| ty.element().map(|(_, n)| n)).collect::<Vec<_>>();
        let length = if !lengths.is_empty() && self.rng.chance(60) {
            self.rng.pick(&lengths)
        } else {
            self.rng.pick(&[2, 3, 3, 4, 5])
        };
        if self.rng.chance(25) {
            let columns = self.rng.pick(&[2, 2, 3]);
            return Ty::array(Ty::array(Ty::Real, columns), length.min(3));
        }
        Ty::array(Ty::Real, length)
    }

    /// A value of an array type.
    pub(super) fn array(&mut self, ty: &Ty, depth: usize) -> Expr {
        let Ty::Array(element, length) = ty else { unreachable!("{ty:?} is no array") };
        let same = self.readable(ty);
        let sources: Vec<Place> = self.arrays();
        let alike = |(_, ty): &&Place| {
            !matches!(ty, Ty::Slice(..)) && ty.element().is_some_and(|(_, own)| own == *length)
        };
        let alike: Vec<Place> = sources.iter().filter(alike).cloned().collect();
        let closures = usize::from(self.has(Feature::Iterators) && self.unrolled * length <= 40);
        let branch = usize::from(self.has(Feature::If) && depth > 0);
        let weights = [
            if same.is_empty() { 0 } else { 4 },
            5,
            3,
            4 * closures,
            if alike.is_empty() { 0 } else { 4 * closures },
            branch,
        ];
        let inner = depth.min(2).saturating_sub(1);
        match self.rng.weighted(&weights) {
            0 if !same.is_empty() => same[self.rng.below(same.len())].clone(),
            2 => Expr::Repeat(Box::new(self.value_of(element, inner)), *length),
            3 => {
                let item = Item::counter(Ty::Size, 0, length - 1);
                let element = (**element).clone();
                let closure = self.closure(&[item], *length, |g| g.value_of(&element, inner));
                Expr::FromFn(*length, closure)
            }
            4 => {
                let (array, ty) = alike[self.rng.below(alike.len())].clone();
                let (item, _) = ty.element().expect("it has elements");
                let (item, element) = (Item::plain(item.clone()), (**element).clone());
                let closure = self.closure(&[item], *length, |g| g.value_of(&element, inner));
                Expr::MapArray(Box::new(array), closure)
            }
            5 => {
                let cond = self.boolean(1);
                let (then, other) = (self.array(ty, 0), self.array(ty, 0));
                Expr::If(Box::new(cond), Block::value(then), Block::value(other))
            }
            _ => Expr::Array((0..*length).map(|_| self.value_of(element, inner)).collect()),
        }
    }

    /// A closure over items, `times` of which it is called on.
    pub(super) fn closure(
        &mut self,
        items: &[Item],
        times: usize,
        body: impl FnOnce(&mut Self) -> Expr,
    ) -> Closure {
        let depth = self.scope.len();
        let barrier = std::mem::replace(&mut self.barrier, depth);
        let in_closure = std::mem::replace(&mut self.in_closure, true);
        let level = std::mem::replace(&mut self.statement_level, false);
        let mut names = Vec::new();
        let params = items.iter().map(|item| self.item_pattern(item, &mut names)).collect();
        let body = self.repeated(times, |generator| Box::new(body(generator)));
        self.scope.truncate(depth);
        self.barrier = barrier;
        self.in_closure = in_closure;
        self.statement_level = level;
        Closure { params, body }
    }
}

fn within(place: Expr, ty: &Ty, found: &mut Vec<Place>) {
    match ty {
        Ty::Array(..) | Ty::Slice(..) if ty.is_pure() => found.push((place, ty.clone())),
        Ty::Ref(inner) | Ty::Mut(inner) if matches!(**inner, Ty::Array(..)) && ty.is_pure() => {
            found.push((place, ty.clone()));
        }
        Ty::Tuple(types) => {
            for (index, ty) in types.iter().enumerate() {
                within(Expr::Field(Box::new(place.clone()), index), ty, found);
            }
        }
        _ => {}
    }
}

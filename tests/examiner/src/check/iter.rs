//! Types of arrays, iterators and closures, and what may be touched while something is borrowed.

use super::{Binding, Checked, IllTyped, Kind, Scope, expect};
use crate::ast::{Access, Block, Closure, Expr, Form, Iter, Name, Pat, Reduction, Ty};

impl Scope<'_> {
    /// The type of the items.
    pub(super) fn items(&mut self, iter: &Iter) -> Checked<Ty> {
        match iter {
            Iter::Range(low, high, _) => match self.both(low, high)? {
                ty @ (Ty::Int | Ty::Size) => Ok(ty),
                _ => Err(IllTyped("a range of something else")),
            },
            Iter::Items(array, access) => match (self.ty(array)?, access) {
                (
                    Ty::Array(element, _) | Ty::Run(element, _, Form::Owned),
                    Access::Value | Access::Copied,
                ) => Ok(*element),
                (Ty::Array(element, _) | Ty::Run(element, _, Form::Owned), Access::Ref | Access::Iter) => {
                    Ok(Ty::Ref(element))
                }
                (ty @ (Ty::Ref(_) | Ty::Slice(..) | Ty::Run(..)), access) => match (ty.item(), access) {
                    (Some(element), Access::Copied) => Ok(element.clone()),
                    (Some(element), Access::Value | Access::Iter) => Ok(Ty::Ref(Box::new(element.clone()))),
                    _ => Err(IllTyped("iteration over a reference")),
                },
                _ => Err(IllTyped("iteration over something else")),
            },
            Iter::Part(array, low, high) => {
                let element = self.element(array)?;
                expect(self.kind(low)?, &Ty::Size)?;
                expect(self.kind(high)?, &Ty::Size)?;
                Ok(Ty::Ref(Box::new(element)))
            }
            Iter::Windows(array, size) | Iter::Chunks(array, size) => {
                let element = self.element(array)?;
                if *size == 0 {
                    Err(IllTyped("windows of nothing"))
                } else {
                    Ok(Ty::Slice(Box::new(element), *size))
                }
            }
            Iter::Mut(name) => {
                let binding = self.assignable(name)?;
                match &binding.ty {
                    Ty::Array(element, _) | Ty::Run(element, _, Form::Owned) => Ok(Ty::Mut(element.clone())),
                    _ => Err(IllTyped("iteration over something else")),
                }
            }
            Iter::Rev(inner) | Iter::Skip(inner, _) | Iter::Take(inner, _) => self.items(inner),
            Iter::Step(inner, step) => {
                let item = self.items(inner)?;
                if *step == 0 { Err(IllTyped("steps of nothing")) } else { Ok(item) }
            }
            Iter::Enumerate(inner) => Ok(Ty::Tuple(vec![Ty::Size, self.items(inner)?])),
            Iter::Zip(a, b) if a.borrowed().iter().any(|name| b.assigns_to(name)) => {
                Err(IllTyped("an assignment to what is borrowed"))
            }
            Iter::Zip(a, b) => Ok(Ty::Tuple(vec![self.items(a)?, self.items(b)?])),
            Iter::Map(inner, closure) => {
                let item = self.items(inner)?;
                self.closure(closure, &[item])
            }
            Iter::From(low) => match self.ty(low)? {
                ty @ (Ty::Int | Ty::Size) => Ok(ty),
                _ => Err(IllTyped("a range of something else")),
            },
            Iter::Chain(a, b) => {
                let (a, b) = (self.items(a)?, self.items(b)?);
                if a == b { Ok(a) } else { Err(IllTyped("a chain of two types")) }
            }
            Iter::Flatten(inner) => match self.items(inner)? {
                Ty::Array(element, _) => Ok(*element),
                Ty::Ref(inner) => match *inner {
                    Ty::Array(element, _) => Ok(Ty::Ref(element)),
                    _ => Err(IllTyped("flattened scalars")),
                },
                _ => Err(IllTyped("flattened scalars")),
            },
            Iter::Filter(inner, closure) => {
                let item = self.items(inner)?;
                let reference = Ty::Ref(Box::new(item.clone()));
                let counts = matches!(item, Ty::Size | Ty::Int);
                if counts && self.closure(closure, &[reference])? == Ty::Bool {
                    Ok(item)
                } else {
                    Err(IllTyped("a filter"))
                }
            }
        }
    }

    /// The type of an element of what the expression is.
    pub(super) fn element(&mut self, array: &Expr) -> Checked<Ty> {
        match self.seen(array)?.item() {
            Some(element) => Ok(element.clone()),
            None => Err(IllTyped("an element of something else")),
        }
    }

    /// The type of a closure's body. It may read what is around it, but neither change nor leave it.
    pub(super) fn closure(&mut self, closure: &Closure, params: &[Ty]) -> Checked<Ty> {
        if closure.params.len() != params.len() {
            return Err(IllTyped("the number of a closure's parameters"));
        }
        let depth = self.bindings.len();
        let barrier = std::mem::replace(&mut self.barrier, depth);
        let loops = std::mem::take(&mut self.loops);
        let in_closure = std::mem::replace(&mut self.in_closure, true);
        let result = closure.params.iter().zip(params).try_for_each(|(pat, ty)| self.bind(pat, ty, true));
        let result = result.and_then(|()| self.ty(&closure.body));
        self.bindings.truncate(depth);
        self.barrier = barrier;
        self.in_closure = in_closure;
        self.loops = loops;
        result
    }

    pub(super) fn aggregate(&mut self, expr: &Expr) -> Checked<Ty> {
        match expr {
            Expr::Array(elements) => {
                let types = elements.iter().map(|e| self.ty(e)).collect::<Checked<Vec<Ty>>>()?;
                match types.split_first() {
                    Some((first, rest)) if rest.iter().all(|ty| ty == first) => {
                        Ok(Ty::array(first.clone(), types.len()))
                    }
                    _ => Err(IllTyped("elements of several types")),
                }
            }
            Expr::Repeat(e, length) if *length > 0 => Ok(Ty::array(self.ty(e)?, *length)),
            Expr::Index(array, index) => {
                let element = self.element(array)?;
                expect(self.kind(index)?, &Ty::Size)?;
                let literal = matches!(**index, Expr::Size(_));
                if matches!(**array, Expr::Member(..)) && !literal {
                    return Err(IllTyped("an index into something of unknown length"));
                }
                Ok(element)
            }
            Expr::Deref(e, _) => match self.ty(e)? {
                Ty::Ref(inner) | Ty::Mut(inner) => Ok(*inner),
                _ => Err(IllTyped("a reference was expected")),
            },
            Expr::Len(array) => self.element(array).map(|_| Ty::Size),
            Expr::Dimension if self.program.sized().is_some() => Ok(Ty::Size),
            Expr::Whole(e) if self.ty(e)? == Ty::Real => {
                let sized = self.program.sized().map(|param| &self.program.params[param].ty);
                let Some(Ty::Run(_, most, _)) = sized else { return Err(IllTyped("an array of no length")) };
                Ok(Ty::Run(Box::new(Ty::Real), *most, Form::Owned))
            }
            // A literal would not say which integer it is.
            Expr::Least(a, b) if matches!(**a, Expr::Len(_) | Expr::Dimension) => {
                expect(self.kind(a)?, &Ty::Size)?;
                expect(self.kind(b)?, &Ty::Size)?;
                Ok(Ty::Size)
            }
            Expr::Slice(array, low, high) => {
                let root = array.root().and_then(|name| self.find(name)).is_some_and(|root| !root.mutable);
                match self.ty(array)?.element() {
                    Some((element, length)) if low <= high && *high <= length && root => {
                        Ok(Ty::Slice(Box::new(element.clone()), high - low))
                    }
                    _ => Err(IllTyped("a slice")),
                }
            }
            Expr::Cut(array, low, high) => {
                let Ty::Run(element, most, _) = self.seen(array)? else { return Err(IllTyped("a slice")) };
                if array.root().and_then(|name| self.find(name)).is_none_or(|root| root.mutable) {
                    return Err(IllTyped("a slice of what changes"));
                }
                for bound in [low, high].into_iter().flatten() {
                    expect(self.kind(bound)?, &Ty::Size)?;
                }
                Ok(Ty::Run(element, most, Form::Slice))
            }
            Expr::Loop(body) => self.loop_of((None, true), body).map(|()| Ty::Real),
            Expr::MapArray(array, closure) => {
                let ty = self.ty(array)?;
                let Some((element, length)) = ty.element() else { return Err(IllTyped("map of no array")) };
                if matches!(ty, Ty::Slice(..)) {
                    return Err(IllTyped("map of a slice"));
                }
                Ok(Ty::array(self.closure(closure, std::slice::from_ref(element))?, length))
            }
            Expr::FromFn(length, closure) if *length > 0 => {
                Ok(Ty::array(self.closure(closure, &[Ty::Size])?, *length))
            }
            Expr::Reduce(iter, reduction) => {
                let item = self.items(iter)?;
                self.reduction(item, reduction)
            }
            _ => Err(IllTyped("an array of nothing")),
        }
    }

    fn reduction(&mut self, item: Ty, reduction: &Reduction) -> Checked<Ty> {
        let number = match &item {
            Ty::Ref(inner) => **inner == Ty::Real,
            item => *item == Ty::Real,
        };
        match reduction {
            Reduction::Sum | Reduction::Product if number => Ok(Ty::Real),
            Reduction::Largest | Reduction::Smallest if item == Ty::Real => Ok(Ty::Real),
            Reduction::Fold(initial, closure) => {
                let ty = self.ty(initial)?;
                let result = self.closure(closure, &[ty.clone(), item])?;
                if result == ty { Ok(ty) } else { Err(IllTyped("a fold")) }
            }
            Reduction::All(closure) | Reduction::Any(closure) => {
                let result = self.closure(closure, &[item])?;
                if result == Ty::Bool { Ok(Ty::Bool) } else { Err(IllTyped("a condition")) }
            }
            _ => Err(IllTyped("a sum of something else")),
        }
    }

    pub(super) fn each(&mut self, label: Option<Name>, pat: &Pat, iter: &Iter, body: &Block) -> Checked<()> {
        let item = self.items(iter)?;
        let (borrowed, changed) = (iter.borrowed(), iter.changed());
        if changed.iter().any(|name| borrowed.iter().filter(|other| *other == name).count() > 1) {
            return Err(IllTyped("a second borrow"));
        }
        let depth = self.bindings.len();
        let place = |scope: &Self, name: &Name| scope.bindings.iter().rposition(|b| b.name == *name);
        let frozen: Vec<usize> = borrowed.iter().filter_map(|name| place(self, name)).collect();
        let hidden: Vec<usize> = changed.iter().filter_map(|name| place(self, name)).collect();
        for &index in &frozen {
            self.bindings[index].frozen += 1;
        }
        for &index in &hidden {
            self.bindings[index].hidden += 1;
        }
        let result = self.bind(pat, &item, true).and_then(|()| self.looped(label, body));
        self.bindings.truncate(depth);
        for &index in &frozen {
            self.bindings[index].frozen -= 1;
        }
        for &index in &hidden {
            self.bindings[index].hidden -= 1;
        }
        result
    }

    /// The body of a loop.
    pub(super) fn looped(&mut self, label: Option<Name>, body: &Block) -> Checked<()> {
        self.loop_of((label, false), body)
    }

    fn loop_of(&mut self, each: (Option<Name>, bool), body: &Block) -> Checked<()> {
        self.loops.push(each);
        let kind = self.block(body);
        self.loops.pop();
        match kind? {
            Kind::Of(_) => Err(IllTyped("a loop's body with a value")),
            _ => Ok(()),
        }
    }

    /// A loop with a value is only left with one.
    pub(super) fn jump(&self, label: Option<Name>, continues: bool) -> Checked<()> {
        let found = self.loops.iter().rev().find(|(own, _)| label.is_none() || *own == label);
        match found {
            Some((_, has_value)) if continues || !has_value => Ok(()),
            _ => Err(IllTyped("no loop to leave")),
        }
    }

    /// Out of the innermost loop, which has to have a value.
    pub(super) fn break_with(&mut self, value: &Expr) -> Checked<()> {
        if !matches!(self.loops.last(), Some((_, true))) {
            return Err(IllTyped("no loop with a value"));
        }
        expect(self.kind(value)?, &Ty::Real)
    }

    pub(super) fn swap(&mut self, name: Name, i: &Expr, j: &Expr) -> Checked<()> {
        let own = |e: &Expr| matches!(e, Expr::Len(array) if array.root() == Some(name));
        if [i, j].iter().any(|e| own(e) || e.descendants().iter().any(own)) {
            return Err(IllTyped("a second borrow"));
        }
        if self.assignable(name)?.ty.element().is_none() {
            return Err(IllTyped("a swap in something else"));
        }
        expect(self.kind(i)?, &Ty::Size)?;
        expect(self.kind(j)?, &Ty::Size)
    }

    /// A variable that can be assigned to here.
    pub(super) fn assignable(&self, name: Name) -> Checked<&Binding> {
        let Some(index) = self.bindings.iter().rposition(|binding| binding.name == name) else {
            return Err(IllTyped("an unbound name"));
        };
        let binding = &self.bindings[index];
        let free = binding.mutable && binding.frozen == 0 && binding.hidden == 0 && index >= self.barrier;
        if free { Ok(binding) } else { Err(IllTyped("an assignment")) }
    }

    /// The type of a place that is assigned to.
    pub(super) fn place(&mut self, place: &Expr) -> Checked<Ty> {
        match place {
            Expr::Var(name) => self.assignable(name).map(|binding| binding.ty.clone()),
            Expr::Index(array, index) => {
                expect(self.kind(index)?, &Ty::Size)?;
                // Through a mutable reference without a star.
                let through = match &**array {
                    Expr::Var(name) => self.find(name).map(|binding| binding.ty.clone()),
                    _ => None,
                };
                let ty = match through {
                    Some(Ty::Mut(inner)) => *inner,
                    _ => self.place(array)?,
                };
                match ty {
                    Ty::Array(element, _) | Ty::Run(element, _, Form::Owned) => Ok(*element),
                    _ => Err(IllTyped("an element of something else")),
                }
            }
            Expr::Member(record, name) => {
                let ty = self.place(record)?;
                match &ty {
                    Ty::Struct(of) => match of.field(name) {
                        Some(field) if !field.constant => Ok(field.ty.clone()),
                        _ => Err(IllTyped("no such field")),
                    },
                    _ => Err(IllTyped("a field of something else")),
                }
            }
            Expr::Deref(inner, false) => match self.ty(inner)? {
                Ty::Mut(inner) => Ok(*inner),
                _ => Err(IllTyped("a mutable reference was expected")),
            },
            _ => Err(IllTyped("an assignment")),
        }
    }
}

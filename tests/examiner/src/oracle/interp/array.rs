//! Arrays, iterators and loops: they really run, item by item.

use super::{Eval, Machine, Stop, Value};
use crate::ast::{Access, Block, Closure, Expr, Fun, Iter, Name, Op, Pat, Reduction};
use crate::oracle::dual::Dual;
use crate::oracle::float::Float;

/// How many iterations a program may run: a shrunk loop may have lost what ends it.
const MOST_ITERATIONS: usize = 20_000;

/// More than any array that `low..` is zipped with has elements.
const MOST_OF_OPEN: usize = 32;

type Items<F> = Result<Vec<Value<F>>, Stop<F>>;

impl<F: Float> Machine<'_, F> {
    pub(super) fn aggregate(&mut self, expr: &Expr) -> Eval<F> {
        Ok(match expr {
            Expr::Array(elements) => {
                Value::Array(elements.iter().map(|e| self.eval(e)).collect::<Result<_, _>>()?)
            }
            Expr::Repeat(e, length) => Value::Array(vec![self.eval(e)?; *length]),
            Expr::Index(array, index) => {
                let array = self.elements(array)?;
                let index = self.size(index)?;
                array.get(index).cloned().ok_or(Stop::Panic("an index out of bounds"))?
            }
            Expr::Deref(e, _) => {
                let value = self.eval(e)?;
                self.loaded(value)
            }
            Expr::Dimension => Value::Size(self.dimension),
            Expr::Whole(e) => Value::Array(vec![self.eval(e)?; self.dimension]),
            Expr::Least(a, b) => Value::Size(self.size(a)?.min(self.size(b)?)),
            Expr::Len(array) => Value::Size(self.elements(array)?.len()),
            Expr::Slice(array, low, high) => {
                let elements = self.elements(array)?;
                let part = elements.get(*low..*high).ok_or(Stop::Panic("a slice out of bounds"))?;
                Value::Array(part.to_vec())
            }
            Expr::Cut(array, low, high) => {
                let elements = self.elements(array)?;
                let low = low.as_ref().map_or(Ok(0), |low| self.size(low))?;
                let high = high.as_ref().map_or(Ok(elements.len()), |high| self.size(high))?;
                let part = elements.get(low..high).ok_or(Stop::Panic("a slice out of bounds"))?;
                Value::Array(part.to_vec())
            }
            Expr::Loop(body) => loop {
                match self.iteration(None, body) {
                    Ok(_) => {}
                    Err(Stop::BreakWith(value)) => break *value,
                    Err(stop) => return Err(stop),
                }
            },
            Expr::MapArray(array, closure) => {
                let elements = self.elements(array)?;
                Value::Array(self.mapped(closure, elements)?)
            }
            Expr::FromFn(length, closure) => {
                Value::Array(self.mapped(closure, (0..*length).map(Value::Size).collect())?)
            }
            Expr::Reduce(iter, reduction) => {
                let items = self.items(iter)?;
                self.reduce(items, reduction)?
            }
            other => unreachable!("the checker admits no {other:?} here"),
        })
    }

    /// What a reference refers to.
    pub(super) fn loaded(&self, value: Value<F>) -> Value<F> {
        let Value::Place(slot, path) = value else { return value };
        path.iter()
            .fold(&self.scope[slot].1, |value, &index| value.part(index).expect("it was there"))
            .clone()
    }

    fn elements(&mut self, array: &Expr) -> Items<F> {
        let value = self.eval(array)?;
        match self.loaded(value) {
            Value::Array(elements) => Ok(elements),
            other => unreachable!("the checker admits no elements of {other:?}"),
        }
    }

    fn size(&mut self, expr: &Expr) -> Result<usize, Stop<F>> {
        match self.eval(expr)? {
            Value::Size(n) => Ok(n),
            other => unreachable!("the checker admits no {other:?} for a size"),
        }
    }

    /// All items; closures have no effects, so it does not matter when they are called.
    fn items(&mut self, iter: &Iter) -> Items<F> {
        Ok(match iter {
            Iter::Range(low, high, inclusive) => match (self.eval(low)?, self.eval(high)?) {
                (Value::Int(low), Value::Int(high)) if *inclusive => (low..=high).map(Value::Int).collect(),
                (Value::Int(low), Value::Int(high)) => (low..high).map(Value::Int).collect(),
                (Value::Size(low), Value::Size(high)) if *inclusive => {
                    (low..=high).map(Value::Size).collect()
                }
                (Value::Size(low), Value::Size(high)) => (low..high).map(Value::Size).collect(),
                other => unreachable!("the checker admits no range of {other:?}"),
            },
            Iter::Items(array, Access::Value | Access::Ref | Access::Iter | Access::Copied) => {
                self.elements(array)?
            }
            Iter::Part(array, low, high) => {
                let elements = self.elements(array)?;
                let (low, high) = (self.size(low)?, self.size(high)?);
                elements.get(low..high).ok_or(Stop::Panic("a slice out of bounds"))?.to_vec()
            }
            Iter::Windows(array, size) => {
                self.elements(array)?.windows(*size).map(|window| Value::Array(window.to_vec())).collect()
            }
            Iter::Chunks(array, size) => {
                self.elements(array)?.chunks_exact(*size).map(|chunk| Value::Array(chunk.to_vec())).collect()
            }
            Iter::Mut(name) => {
                let slot = self.slot(name);
                let Value::Array(elements) = &self.scope[slot].1 else { unreachable!("an array is changed") };
                (0..elements.len()).map(|index| Value::Place(slot, vec![index])).collect()
            }
            Iter::Rev(inner) => self.items(inner)?.into_iter().rev().collect(),
            Iter::Step(inner, step) => self.items(inner)?.into_iter().step_by(*step).collect(),
            Iter::Skip(inner, count) => self.items(inner)?.into_iter().skip(*count).collect(),
            Iter::Take(inner, count) => self.items(inner)?.into_iter().take(*count).collect(),
            Iter::Enumerate(inner) => {
                let items = self.items(inner)?.into_iter().enumerate();
                items.map(|(index, item)| Value::Tuple(vec![Value::Size(index), item])).collect()
            }
            Iter::Zip(a, b) => {
                let (a, b) = (self.items(a)?, self.items(b)?);
                a.into_iter().zip(b).map(|(a, b)| Value::Tuple(vec![a, b])).collect()
            }
            Iter::Map(inner, closure) => {
                let items = self.items(inner)?;
                self.mapped(closure, items)?
            }
            Iter::From(low) => match self.eval(low)? {
                Value::Int(low) => (low..).map(Value::Int).take(MOST_OF_OPEN).collect(),
                Value::Size(low) => (low..).map(Value::Size).take(MOST_OF_OPEN).collect(),
                other => unreachable!("the checker admits no range of {other:?}"),
            },
            Iter::Chain(a, b) => {
                let mut items = self.items(a)?;
                items.extend(self.items(b)?);
                items
            }
            Iter::Flatten(inner) => {
                let rows = self.items(inner)?.into_iter();
                let rows = rows.flat_map(|row| match row {
                    Value::Array(elements) => elements,
                    other => unreachable!("the checker admits no flattened {other:?}"),
                });
                rows.collect()
            }
            Iter::Filter(inner, closure) => {
                let mut kept = Vec::new();
                for item in self.items(inner)? {
                    if matches!(self.apply(closure, std::slice::from_ref(&item))?, Value::Bool(true)) {
                        kept.push(item);
                    }
                }
                kept
            }
        })
    }

    fn mapped(&mut self, closure: &Closure, items: Vec<Value<F>>) -> Items<F> {
        items.into_iter().map(|item| self.apply(closure, &[item])).collect()
    }

    fn apply(&mut self, closure: &Closure, args: &[Value<F>]) -> Eval<F> {
        let depth = self.scope.len();
        closure.params.iter().zip(args).for_each(|(pat, arg)| self.bind(pat, arg));
        let result = self.eval(&closure.body);
        self.scope.truncate(depth);
        result
    }

    fn reduce(&mut self, items: Vec<Value<F>>, reduction: &Reduction) -> Eval<F> {
        let real = |value| match value {
            Value::Real(x) => x,
            other => unreachable!("the checker admits no sum of {other:?}"),
        };
        let mut reals = |op, empty: f64| {
            let total = items.iter().cloned().map(real).reduce(|a, b| self.arithmetic.operator(op, a, b));
            Value::Real(total.unwrap_or(Dual::constant(F::from_f64(empty))))
        };
        Ok(match reduction {
            Reduction::Sum => reals(Op::Add, std::iter::empty::<f64>().sum()),
            Reduction::Product => reals(Op::Mul, 1.0),
            Reduction::Largest | Reduction::Smallest => {
                let (start, fun) = match reduction {
                    Reduction::Largest => (f64::NEG_INFINITY, Fun::Max),
                    _ => (f64::INFINITY, Fun::Min),
                };
                let start = Dual::constant(F::from_f64(start));
                let items = items.into_iter().map(real);
                Value::Real(items.fold(start, |best, x| self.arithmetic.call(fun, &[best, x], 0)))
            }
            Reduction::Fold(initial, closure) => {
                let initial = self.eval(initial)?;
                items.into_iter().try_fold(initial, |value, item| self.apply(closure, &[value, item]))?
            }
            Reduction::All(closure) | Reduction::Any(closure) => {
                let is_all = matches!(reduction, Reduction::All(_));
                for item in items {
                    match self.apply(closure, &[item])? {
                        Value::Bool(holds) if holds != is_all => return Ok(Value::Bool(holds)),
                        _ => {}
                    }
                }
                Value::Bool(is_all)
            }
        })
    }

    /// Changes what a place holds, once the value is there.
    pub(super) fn store(&mut self, place: &Expr, op: Option<Op>, value: Value<F>) -> Result<(), Stop<F>> {
        let (slot, path) = self.place(place)?;
        let mut target = &self.scope[slot].1;
        for &index in &path {
            target = target.part(index).ok_or(Stop::Panic("an index out of bounds"))?;
        }
        let value = match op {
            Some(op) => self.binary(op, target.clone(), value)?,
            None => value,
        };
        let target = path.iter().fold(&mut self.scope[slot].1, |part, &index| part.part_mut(index));
        *target = value;
        Ok(())
    }

    fn place(&mut self, place: &Expr) -> Result<(usize, Vec<usize>), Stop<F>> {
        Ok(match place {
            Expr::Var(name) => {
                let slot = self.slot(name);
                match &self.scope[slot].1 {
                    Value::Place(slot, path) => (*slot, path.clone()),
                    _ => (slot, Vec::new()),
                }
            }
            Expr::Deref(inner, _) => self.place(inner)?,
            Expr::Index(array, index) => {
                let (slot, mut path) = self.place(array)?;
                path.push(self.size(index)?);
                (slot, path)
            }
            Expr::Member(record, name) => {
                let (slot, mut path) = self.place(record)?;
                let Value::Record(of, _) = self.loaded(Value::Place(slot, path.clone())) else {
                    unreachable!("the checker admits fields of structs only")
                };
                path.push(of.index(name).expect("the checker knows the field"));
                (slot, path)
            }
            other => unreachable!("the checker admits no assignment to {other:?}"),
        })
    }

    pub(super) fn swap(&mut self, name: Name, i: &Expr, j: &Expr) -> Result<(), Stop<F>> {
        let (i, j) = (self.size(i)?, self.size(j)?);
        let slot = self.slot(name);
        let Value::Array(elements) = &mut self.scope[slot].1 else { unreachable!("an array is swapped in") };
        if i.max(j) >= elements.len() {
            return Err(Stop::Panic("an index out of bounds"));
        }
        elements.swap(i, j);
        Ok(())
    }

    pub(super) fn each(
        &mut self,
        label: Option<Name>,
        pat: &Pat,
        iter: &Iter,
        body: &Block,
    ) -> Result<(), Stop<F>> {
        for item in self.items(iter)? {
            let depth = self.scope.len();
            self.bind(pat, &item);
            let goes_on = self.iteration(label, body);
            self.scope.truncate(depth);
            if !goes_on? {
                break;
            }
        }
        Ok(())
    }

    /// Runs the body once; false if the loop is to end.
    pub(super) fn iteration(&mut self, label: Option<Name>, body: &Block) -> Result<bool, Stop<F>> {
        self.iterations += 1;
        if self.iterations > MOST_ITERATIONS {
            return Err(Stop::Panic("a loop without end"));
        }
        match self.block(body) {
            Ok(_) => Ok(true),
            Err(Stop::Break(target)) if target.is_none() || target == label => Ok(false),
            Err(Stop::Continue(target)) if target.is_none() || target == label => Ok(true),
            Err(stop) => Err(stop),
        }
    }
}

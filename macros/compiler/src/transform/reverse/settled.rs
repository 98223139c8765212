//! Elements of arrays that are settled when they are read: no later iteration of the loop changes them, so that the array
//! still has them when the loop is over, and nothing is kept of the iterations.
//!
//! `u[i] = f(u[i - 1])` in a loop that goes up, and `u[j]` with `j < i` in the rows of a triangular system, are of this
//! kind. What tells is what the indices are made of: sums and products of the loop's item, of integers from outside and of
//! numerals, and the bounds of the loops inside. Where such a sum is too large for its type, or less than zero, nothing is
//! read.

use std::collections::BTreeMap;

use super::Reverse;
use super::undone::step;
use crate::graph::{Domain, Graph, Loop, Map, Member, Op, Piece, RegionId, ValueId};

/// The most terms of an index, and the most ways in which it is bounded, that are looked at.
const MOST_FORMS: usize = 16;

impl Reverse<'_> {
    /// Whether the array that a loop carries under a number still has, after the loop, what a load takes from it.
    pub(super) fn is_settled(&self, id: ValueId, repeat: &Loop, number: usize, load: ValueId) -> bool {
        let builder = self.builder.borrow();
        let graph = builder.graph();
        let array = graph.carried_argument(repeat, number);
        let next = graph.carried(id, number).and_then(|carried| carried.next);
        let Some(stores) = next.and_then(|next| stores_between(graph, array, next)) else { return false };
        // What it is taken from may be another array in some iterations.
        let is_of_array = stores_between(graph, array, graph.value(load).operands[0]).is_some();
        graph.value(load).ty.is_real()
            && is_of_array
            && stores.iter().all(|&store| {
                let Some(nest) = nest_of(graph, id, load, store) else { return false };
                let iterations = nest.iter().enumerate().map(|(depth, &owner)| Iteration {
                    graph,
                    items: &self.items,
                    owner,
                    is_innermost: depth + 1 == nest.len(),
                });
                iterations.into_iter().all(|iteration| iteration.leaves(load, store))
            })
    }
}

/// The loops around two values, from the outermost one on, which is given.
fn nest_of(graph: &Graph, outermost: ValueId, left: ValueId, right: ValueId) -> Option<Vec<ValueId>> {
    let mut nest = Vec::new();
    let mut region = Some(graph.value(left).region);
    while let Some(around) = region {
        if let Some(owner) = graph.region(around).owner
            && graph.repeat(owner).is_some()
            && graph.encloses(around, graph.value(right).region)
        {
            nest.push(owner);
            if owner == outermost {
                nest.reverse();
                return Some(nest);
            }
        }
        region = graph.region(around).parent;
    }
    None
}

/// The stores that make `last` of `first`; `None` if anything else may have a part in it.
fn stores_between(graph: &Graph, first: ValueId, last: ValueId) -> Option<Vec<ValueId>> {
    let mut stores = Vec::new();
    let mut seen = vec![first];
    let mut pending = vec![last];
    while let Some(id) = pending.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        match graph.value(id).op {
            Op::Store(_) | Op::Accumulate(_) => {
                stores.push(id);
                pending.push(graph.value(id).operands[0]);
            }
            Op::Result(_) | Op::Argument(_) => {
                let origins = graph.origins(id);
                if origins.is_empty() {
                    return None;
                }
                pending.extend(origins);
            }
            _ => return None,
        }
    }
    Some(stores)
}

/// A sum of products of integers, none of which is less than zero: what an index is made of.
#[derive(Clone, PartialEq, Eq)]
struct Form {
    /// How many times each product is in the sum; the factors are in order. The empty product is one.
    terms: BTreeMap<Vec<ValueId>, i64>,
}

impl Form {
    fn numeral(numeral: i64) -> Self {
        let terms = if numeral == 0 { BTreeMap::new() } else { BTreeMap::from([(Vec::new(), numeral)]) };
        Self { terms }
    }

    fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        for (product, &count) in &other.terms {
            let so_far = sum.terms.remove(product).unwrap_or(0);
            let count = so_far.saturating_add(count);
            if count != 0 {
                sum.terms.insert(product.clone(), count);
            }
        }
        sum
    }

    fn times(&self, other: &Self) -> Self {
        let mut sum = Self::numeral(0);
        for (left, &left_count) in &self.terms {
            for (right, &right_count) in &other.terms {
                let mut product = [left.as_slice(), right.as_slice()].concat();
                product.sort_unstable();
                let terms = BTreeMap::from([(product, left_count.saturating_mul(right_count))]);
                sum = sum.plus(&Self { terms });
            }
        }
        sum
    }

    /// The sum with another one in the place of an integer.
    fn with(&self, id: ValueId, other: &Self) -> Self {
        let mut sum = Self::numeral(0);
        for (product, &count) in &self.terms {
            let mut made = Self::numeral(count);
            for &factor in product {
                let factor = Self { terms: BTreeMap::from([(vec![factor], 1)]) };
                made = made.times(if factor.terms.contains_key(&[id][..]) { other } else { &factor });
            }
            sum = sum.plus(&made);
        }
        sum
    }

    /// Whether it is more than another sum, whatever the integers are.
    fn exceeds(&self, other: &Self) -> bool {
        let difference = self.plus(&other.times(&Self::numeral(-1)));
        let numeral = difference.terms.get(&[][..]).copied().unwrap_or(0);
        numeral > 0 && difference.terms.values().all(|&count| count > 0)
    }
}

/// Which bound of an index is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    AtLeast,
    AtMost,
}

impl Side {
    fn reversed(self) -> Self {
        match self {
            Self::AtLeast => Self::AtMost,
            Self::AtMost => Self::AtLeast,
        }
    }
}

/// How an integer changes from one iteration to the next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    Rising,
    Falling,
    Constant,
}

impl Course {
    fn reversed(self) -> Self {
        match self {
            Self::Rising => Self::Falling,
            Self::Falling => Self::Rising,
            Self::Constant => Self::Constant,
        }
    }
}

/// An iteration of a loop, and those after it, of one iteration of each loop around.
struct Iteration<'a> {
    graph: &'a Graph,
    /// Items of reversed loops, and those of the primal's loops that they are.
    items: &'a Map<ValueId, ValueId>,
    /// The loop.
    owner: ValueId,
    /// Whether the iteration itself is looked at, and not only those after it.
    is_innermost: bool,
}

impl Iteration<'_> {
    /// Whether a store does not change what is loaded in this iteration.
    fn leaves(&self, load: ValueId, store: ValueId) -> bool {
        let (load, store) = (self.graph.value(load), self.graph.value(store));
        let (Op::Load(read), Op::Store(changed) | Op::Accumulate(changed)) = (&load.op, &store.op) else {
            return false;
        };
        let (read, changed) = (self.indices(read, &load.operands), self.indices(changed, &store.operands));
        read.iter().zip(&changed).any(|pair| match pair {
            (Some(read), Some(changed)) => self.is_below(read, changed) || self.is_above(read, changed),
            _ => false,
        })
    }

    /// What an integer is made of.
    fn form(&self, id: ValueId) -> Form {
        let id = self.items.get(&id).copied().unwrap_or(id);
        if let Some((numeral, _)) = self.graph.known_literal(id) {
            return Form::numeral(numeral);
        }
        if let Op::Opaque(opaque) = &self.graph.value(id).op
            && let [Piece::Hole(0, _), Piece::Tokens(symbol), Piece::Hole(1, _)] = opaque.pieces.as_slice()
            && let [left, right] = self.graph.value(id).operands[..]
        {
            let made = |make: fn(&Form, &Form) -> Form| {
                let made = make(&self.form(left), &self.form(right));
                (made.terms.len() <= MOST_FORMS).then_some(made)
            };
            let made = match symbol.to_string().as_str() {
                "+" => made(Form::plus),
                "-" => made(|left, right| left.plus(&right.times(&Form::numeral(-1)))),
                "*" => made(Form::times),
                _ => None,
            };
            if let Some(made) = made {
                return made;
            }
        }
        Form { terms: BTreeMap::from([(vec![id], 1)]) }
    }

    /// The indices on the way to an element, with nothing for what is a field.
    fn indices(&self, path: &Member, operands: &[ValueId]) -> Vec<Option<Form>> {
        path.pieces.iter().map(|piece| self.index(piece, operands)).collect()
    }

    fn index(&self, piece: &Piece, operands: &[ValueId]) -> Option<Form> {
        match piece {
            Piece::Group(_, inside) => match inside.as_slice() {
                [Piece::Hole(number, _)] => Some(self.form(operands[1 + number])),
                _ => None,
            },
            Piece::Tokens(tokens) => {
                let text = tokens.to_string();
                let numeral = text.trim().strip_prefix('[')?.strip_suffix(']')?.trim().parse().ok()?;
                Some(Form::numeral(numeral))
            }
            Piece::Real(_) | Piece::Hole(..) => None,
        }
    }

    /// Whether an index that is read is less than every index that is changed.
    fn is_below(&self, read: &Form, changed: &Form) -> bool {
        let changed = self.bounds(changed, Side::AtLeast);
        self.bounds(read, Side::AtMost).iter().any(|read| {
            changed
                .iter()
                .any(|changed| self.goes(changed, Course::Rising) && self.first(changed).exceeds(read))
        })
    }

    /// Whether an index that is read is greater than every index that is changed.
    fn is_above(&self, read: &Form, changed: &Form) -> bool {
        let changed = self.bounds(changed, Side::AtMost);
        self.bounds(read, Side::AtLeast).iter().any(|read| {
            changed
                .iter()
                .any(|changed| self.goes(changed, Course::Falling) && read.exceeds(&self.first(changed)))
        })
    }

    /// Whether a sum takes this course, or does not change.
    fn goes(&self, form: &Form, course: Course) -> bool {
        form.terms.iter().all(|(product, &count)| {
            let course = if count > 0 { course } else { course.reversed() };
            let takes = |found: Course| found == Course::Constant || found == course;
            product.iter().all(|&factor| self.course_of(factor).is_some_and(takes))
        })
    }

    /// A sum in the first of the iterations that are looked at.
    fn first(&self, form: &Form) -> Form {
        let Some(repeat) = self.graph.repeat(self.owner).filter(|_| !self.is_innermost) else {
            return form.clone();
        };
        let Domain::Range { is_reversed, .. } = repeat.domain else { return form.clone() };
        let item = self.graph.region(repeat.body).arguments[0];
        let next = Form { terms: BTreeMap::from([(vec![item], 1)]) };
        form.with(item, &next.plus(&Form::numeral(if is_reversed { -1 } else { 1 })))
    }

    fn course_of(&self, id: ValueId) -> Option<Course> {
        let repeat = self.graph.repeat(self.owner)?;
        if !self.graph.encloses(repeat.body, self.graph.value(id).region) {
            return Some(Course::Constant);
        }
        let arguments = &self.graph.region(repeat.body).arguments;
        let number = arguments.iter().position(|&argument| argument == id)?;
        match (repeat.domain, number.checked_sub(repeat.domain.items())) {
            (Domain::Range { is_reversed, .. }, None) => {
                Some(if is_reversed { Course::Falling } else { Course::Rising })
            }
            (_, number) => {
                let step = step(self.graph, self.owner, repeat, number?)?;
                let (amount, _) = self.graph.known_literal(step.amount)?;
                Some(if step.is_added == (amount >= 0) { Course::Rising } else { Course::Falling })
            }
        }
    }

    /// What an index is at least, or at most: itself, and what the bounds of the loops say whose items are in it.
    fn bounds(&self, form: &Form, side: Side) -> Vec<Form> {
        let mut found = vec![form.clone()];
        let mut next = 0;
        while next < found.len() && found.len() < MOST_FORMS {
            let form = found[next].clone();
            next += 1;
            for (product, &count) in &form.terms {
                let side = if count > 0 { side } else { side.reversed() };
                for place in 0..product.len() {
                    let Some(bound) = self.bound_of_item(product[place], side) else { continue };
                    let mut others = product.clone();
                    others.remove(place);
                    let removed = Form { terms: BTreeMap::from([(product.clone(), -count)]) };
                    let added = Form { terms: BTreeMap::from([(others, count)]) }.times(&bound);
                    let bounded = form.plus(&removed).plus(&added);
                    if !found.contains(&bounded) {
                        found.push(bounded);
                    }
                }
            }
        }
        found
    }

    /// What an item of a loop is at least or at most.
    fn bound_of_item(&self, id: ValueId, side: Side) -> Option<Form> {
        let graph = self.graph;
        let value = graph.value(id);
        if !matches!(value.op, Op::Argument(0)) {
            return None;
        }
        let owner = graph.region(value.region).owner?;
        let Domain::Range { is_closed, .. } = graph.repeat(owner)?.domain else { return None };
        let is_item = |region: RegionId| graph.region(region).arguments.first() == Some(&id);
        if !graph.repeat(owner)?.regions().any(is_item) {
            return None;
        }
        let bounds = &graph.value(owner).operands;
        Some(match side {
            Side::AtLeast => self.form(bounds[0]),
            Side::AtMost => {
                let last = Form::numeral(if is_closed { 0 } else { -1 });
                self.form(bounds[1]).plus(&last)
            }
        })
    }
}

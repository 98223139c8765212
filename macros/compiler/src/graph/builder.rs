//! Builds a graph region by region, and never builds the same pure value twice.
//!
//! A value is reused when an equal one stands in the current region or in one around it, so that nothing moves
//! out of the branch it was written in. This module makes values exactly as asked; `simplify` makes derivative
//! code smaller on the way in.

use std::rc::Rc;

use quote::quote;

use super::{
    Arm, Branch, Call, Comparison, Constant, Filled, Form, Function, Gather, Graph, Left, Loop, Map, Member,
    Note, Op, Opaque, Precedence, Range, Region, RegionId, Set, Sibling, Spelling, Terminator, Test, Ty,
    Value, ValueId, WholeOp,
};
use crate::rules::Primitive;

#[derive(Default)]
pub(crate) struct Builder {
    graph: Graph,
    parameters: Vec<ValueId>,
    open: Vec<OpenRegion>,
    known: Map<Key, ValueId>,
    /// The branches on each boolean.
    branches: Map<ValueId, Vec<ValueId>>,
    /// What is known of each value's size, by its number.
    pub(super) ranges: Vec<Range>,
    /// Values that simplification does not look into, because readers know them by name.
    pub(super) sealed: Set<ValueId>,
    /// Whether rewrites that may change the last bits of a derivative are left out.
    pub(crate) strict: bool,
    /// Whether values are made anew in the current region, although equal ones are known around it.
    is_apart: bool,
}

struct OpenRegion {
    id: RegionId,
    /// Ranges before something was assumed in it, to be restored when it closes.
    assumed: Vec<(ValueId, Range)>,
    /// What became known in it, to be forgotten when it closes.
    known: Vec<Key>,
    /// What values around it are known to be in it alone.
    noted: Vec<(Key, ValueId)>,
    /// The branch or loop that it belongs to, if it is open again: what was made after that is not known in it.
    owner: Option<ValueId>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Key {
    tag: Tag,
    operands: Vec<ValueId>,
    ty: Ty,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Tag {
    Constant(u64),
    Primitive(Primitive),
    Compare(Comparison),
    Not,
    Select,
    Pick,
    Cast,
    Opaque(Rc<str>),
    Coerce,
    Detach,
    Result(usize),
    Call(Sibling, Rc<str>),
    Part(usize),
    Whole(&'static str, Rc<str>),
    Load(Rc<str>),
}

impl Builder {
    pub(crate) fn new(strict: bool) -> Self {
        let mut builder = Self {
            graph: Graph::default(),
            parameters: Vec::new(),
            open: Vec::new(),
            known: Map::default(),
            branches: Map::default(),
            ranges: Vec::new(),
            sealed: Set::default(),
            strict,
            is_apart: false,
        };
        builder.enter();
        builder
    }

    pub(crate) fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(crate) fn graph_mut(&mut self) -> &mut Graph {
        &mut self.graph
    }

    /// Closes the outermost region.
    pub(crate) fn finish(mut self, end: Terminator) -> Function {
        // Nothing of what is known has to be forgotten one by one.
        let body = self.current();
        self.graph.region_mut(body).end = end;
        Function { graph: self.graph, parameters: self.parameters, body }
    }

    /// Opens a region inside the current one.
    pub(crate) fn enter(&mut self) -> RegionId {
        let parent = self.open.last().map(|open| open.id);
        let end = Terminator::Yield(Vec::new());
        let region = Region { parent, owner: None, arguments: Vec::new(), values: Vec::new(), end };
        let id = self.graph.push_region(region);
        self.open.push(OpenRegion {
            id,
            assumed: Vec::new(),
            known: Vec::new(),
            noted: Vec::new(),
            owner: None,
        });
        id
    }

    /// Closes the current region.
    pub(crate) fn leave(&mut self, end: Terminator) -> RegionId {
        let Some(open) = self.open.pop() else { unreachable!("regions are opened before they are closed") };
        for key in open.known {
            // What was made in a region around since stays known there.
            let stands_around =
                self.known.get(&key).is_some_and(|&id| self.is_open(self.graph.value(id).region));
            if !stands_around {
                self.known.remove(&key);
            }
        }
        for (key, id) in open.noted {
            if self.known.get(&key) == Some(&id) {
                self.known.remove(&key);
            }
        }
        for (value, range) in open.assumed.into_iter().rev() {
            self.ranges[value.index()] = range;
        }
        self.graph.region_mut(open.id).end = end;
        open.id
    }

    /// Opens a closed region, in the current one, again, to add values at its end.
    pub(crate) fn resume(&mut self, region: RegionId) {
        let owner = self.graph.region(region).owner;
        self.open.push(OpenRegion {
            id: region,
            assumed: Vec::new(),
            known: Vec::new(),
            noted: Vec::new(),
            owner,
        });
    }

    /// Closes a resumed region, which ends as it did before.
    pub(crate) fn suspend(&mut self) {
        let region = self.current();
        let end = self.graph.region(region).end.clone();
        self.leave(end);
    }

    /// Takes a value to have a range as long as the current region is open.
    pub(super) fn assume_range(&mut self, id: ValueId, range: Range) {
        let before = std::mem::replace(&mut self.ranges[id.index()], range);
        if let Some(open) = self.open.last_mut() {
            open.assumed.push((id, before));
        }
    }

    pub(crate) fn current(&self) -> RegionId {
        self.open.last().map_or(RegionId(0), |open| open.id)
    }

    pub(crate) fn parameter(&mut self, ty: Ty, name: &str) -> ValueId {
        let op = Op::Parameter(self.parameters.len());
        let note = Note { name: Some(Rc::from(name)), ..Note::default() };
        let id = self.add(Value { op, operands: Vec::new(), ty, region: RegionId(0), note });
        self.parameters.push(id);
        id
    }

    pub(crate) fn constant(&mut self, ty: Ty, constant: Constant) -> ValueId {
        let key = Key { tag: Tag::Constant(constant.value.to_bits()), operands: Vec::new(), ty };
        if let Some(&id) = self.known.get(&key) {
            if constant.is_typed {
                self.note_type(id);
            }
            return id;
        }
        let value = Value {
            op: Op::Constant(constant),
            operands: Vec::new(),
            ty,
            region: RegionId(0),
            note: Note::default(),
        };
        let id = self.add(value);
        // A constant is no instruction: it is known everywhere from now on.
        self.known.insert(key, id);
        id
    }

    /// Notes that the user wrote the type of a constant.
    pub(crate) fn note_type(&mut self, id: ValueId) {
        if let Op::Constant(constant) = &mut self.graph.value_mut(id).op {
            constant.is_typed = true;
        }
    }

    /// A primitive as the user spelled it. Functions of `libm` are other functions than those of std, so that
    /// calls of the two are never merged.
    pub(crate) fn spelled(
        &mut self,
        primitive: Primitive,
        operands: Vec<ValueId>,
        spelling: &Spelling,
    ) -> ValueId {
        let id = match spelling {
            Spelling::Path(path) if path.clone().into_iter().any(|token| token.to_string() == "libm") => {
                let ty = self.graph.value(operands[0]).ty;
                let tag = Tag::Opaque(Rc::from(format!("libm {primitive:?}")));
                let key = Key { tag, operands: operands.clone(), ty };
                self.value(key, Op::Primitive(primitive), operands)
            }
            _ => self.primitive(primitive, operands),
        };
        let note = &mut self.graph.value_mut(id).note;
        if matches!(note.spelling, Spelling::Ours) {
            note.spelling = spelling.clone();
        }
        id
    }

    pub(crate) fn primitive(&mut self, primitive: Primitive, operands: Vec<ValueId>) -> ValueId {
        let ty = self.graph.value(operands[0]).ty;
        let mut compared = operands.clone();
        if matches!(primitive, Primitive::add | Primitive::mul) {
            compared.sort_unstable();
        }
        let key = Key { tag: Tag::Primitive(primitive), operands: compared, ty };
        self.value(key, Op::Primitive(primitive), operands)
    }

    pub(crate) fn compare(&mut self, comparison: Comparison, left: ValueId, right: ValueId) -> ValueId {
        self.pure(Tag::Compare(comparison), Op::Compare(comparison), vec![left, right], Ty::Bool)
    }

    pub(crate) fn not(&mut self, operand: ValueId) -> ValueId {
        self.pure(Tag::Not, Op::Not, vec![operand], Ty::Bool)
    }

    pub(crate) fn select(&mut self, condition: ValueId, on_true: ValueId, on_false: ValueId) -> ValueId {
        let ty = self.graph.value(on_true).ty;
        self.pure(Tag::Select, Op::Select, vec![condition, on_true, on_false], ty)
    }

    pub(crate) fn pick(&mut self, index: ValueId, elements: Vec<ValueId>) -> ValueId {
        let ty = self.graph.value(elements[0]).ty;
        let operands = std::iter::once(index).chain(elements).collect();
        self.pure(Tag::Pick, Op::Pick, operands, ty)
    }

    pub(crate) fn cast(&mut self, operand: ValueId, ty: Ty) -> ValueId {
        self.pure(Tag::Cast, Op::Cast, vec![operand], ty)
    }

    /// A cast that is not taken for an equal one.
    pub(crate) fn cast_apart(&mut self, operand: ValueId, ty: Ty) -> ValueId {
        self.push(Op::Cast, vec![operand], ty)
    }

    pub(crate) fn coerce(&mut self, operand: ValueId, ty: Ty) -> ValueId {
        self.pure(Tag::Coerce, Op::Coerce, vec![operand], ty)
    }

    /// A value that is never looked at, for an arm that has none to yield.
    pub(crate) fn dummy(&mut self, ty: Ty) -> ValueId {
        let tokens = match ty {
            Ty::Real(_) => return self.constant(ty, Constant::new(0.0)),
            Ty::Bool => quote!(false),
            Ty::Other | Ty::Unit | Ty::Whole | Ty::Array(_) | Ty::List(_) => {
                quote!(::core::default::Default::default())
            }
        };
        self.push(Op::Opaque(Rc::new(Opaque::leaf(tokens, Precedence::Postfix))), Vec::new(), ty)
    }

    /// A value with the values that it depends on and the partial derivatives by them.
    pub(crate) fn linked(&mut self, operands: Vec<ValueId>) -> ValueId {
        let ty = self.graph.value(operands[0]).ty;
        self.push(Op::Linked, operands, ty)
    }

    pub(crate) fn detach(&mut self, operand: ValueId) -> ValueId {
        let ty = self.graph.value(operand).ty;
        self.pure(Tag::Detach, Op::Detach, vec![operand], ty)
    }

    pub(crate) fn opaque(&mut self, opaque: Rc<Opaque>, operands: Vec<ValueId>, ty: Ty) -> ValueId {
        match opaque.key.clone() {
            Some(key) => self.pure(Tag::Opaque(key), Op::Opaque(opaque), operands, ty),
            None => self.push(Op::Opaque(opaque), operands, ty),
        }
    }

    /// A call. What it returns is its value where that is one float, and otherwise in its parts.
    pub(crate) fn call(&mut self, call: Rc<Call>, operands: Vec<ValueId>, ty: Ty) -> ValueId {
        let tag = Tag::Call(call.sibling, Rc::clone(&call.key));
        self.pure(tag, Op::Call(call), operands, ty)
    }

    /// Makes a call, whose value nothing uses yet, one that returns parts in this form.
    pub(crate) fn take_apart(&mut self, id: ValueId, form: Form) {
        let value = self.graph.value_mut(id);
        if let Op::Call(call) = &mut value.op {
            let call = Rc::make_mut(call);
            call.key = Rc::from(format!("{} {form:?}", call.key));
            call.result = form;
            value.ty = Ty::Unit;
        }
    }

    /// A part of what a call returns.
    pub(crate) fn part(&mut self, call: ValueId, number: usize, ty: Ty) -> ValueId {
        self.pure(Tag::Part(number), Op::Part(number), vec![call], ty)
    }

    /// A part of a whole; `operands` are the whole and the indices.
    pub(crate) fn member(&mut self, member: Rc<Member>, operands: Vec<ValueId>, ty: Ty) -> ValueId {
        self.whole(WholeOp::Member(member), operands, ty)
    }

    /// A sum of wholes and parts.
    pub(crate) fn gather(&mut self, gather: Gather, operands: Vec<ValueId>) -> ValueId {
        self.whole(WholeOp::Gather(Rc::new(gather)), operands, Ty::Whole)
    }

    /// Makes a value, of which it was not known, a real number.
    pub(crate) fn make_real(&mut self, id: ValueId, ty: Ty) {
        self.graph.value_mut(id).ty = ty;
        self.ranges[id.index()] = self.range_of(self.graph.value(id));
    }

    /// The whole with zeros for all floats.
    pub(crate) fn zero_like(&mut self, whole: ValueId) -> ValueId {
        self.gather(Gather { wholes: 0, members: Vec::new(), is_gradient: false }, vec![whole])
    }

    pub(crate) fn whole(&mut self, op: WholeOp, operands: Vec<ValueId>, ty: Ty) -> ValueId {
        let (name, key) = match &op {
            WholeOp::Member(member) => ("member", Rc::clone(&member.key)),
            WholeOp::Literal(literal) => ("literal", Rc::clone(&literal.key)),
            WholeOp::Gather(gather) => ("gather", gather.key()),
            WholeOp::Scaled => ("scaled", Rc::from("")),
            WholeOp::Dot => ("dot", Rc::from("")),
            WholeOp::Direction => ("direction", Rc::from("")),
            WholeOp::Vanished => ("vanished", Rc::from("")),
        };
        self.pure(Tag::Whole(name, key), Op::Whole(op), operands, ty)
    }

    pub(crate) fn effect(&mut self, opaque: Rc<Opaque>, operands: Vec<ValueId>) -> ValueId {
        self.push(Op::Effect(opaque), operands, Ty::Unit)
    }

    /// An argument of the current region.
    pub(crate) fn binding(&mut self, ty: Ty, name: Rc<str>) -> ValueId {
        let region = self.current();
        let note = Note { name: Some(name), ..Note::default() };
        let id = self.add(Value { op: Op::Binding, operands: Vec::new(), ty, region, note });
        self.graph.region_mut(region).arguments.push(id);
        id
    }

    /// An argument of the current region, which is one of a loop.
    pub(crate) fn argument(&mut self, ty: Ty, name: Option<Rc<str>>) -> ValueId {
        let region = self.current();
        let number = self.graph.region(region).arguments.len();
        let note = Note { name, ..Note::default() };
        let id = self.add(Value { op: Op::Argument(number), operands: Vec::new(), ty, region, note });
        self.graph.region_mut(region).arguments.push(id);
        id
    }

    /// What stands for an argument of another region where there is nothing else to stand for it.
    pub(crate) fn absent(&mut self, argument: ValueId) -> ValueId {
        let value = self.graph.value(argument);
        let (ty, note, region) = (value.ty, value.note.clone(), self.current());
        self.add(Value { op: Op::Absent, operands: Vec::new(), ty, region, note })
    }

    /// Does something in a region that is open, before what is made in the regions inside of it.
    pub(crate) fn within<T>(&mut self, region: RegionId, make: impl FnOnce(&mut Self) -> T) -> T {
        let Some(position) = self.open.iter().position(|open| open.id == region) else {
            unreachable!("the region is open")
        };
        let inner = self.open.split_off(position + 1);
        let made = make(self);
        self.open.extend(inner);
        made
    }

    /// Moves a value before another of the same region, if it stands behind it.
    pub(crate) fn move_back(&mut self, id: ValueId, other: ValueId) {
        let region = self.graph.value(other).region;
        let values = &mut self.graph.region_mut(region).values;
        let find = |wanted: ValueId| values.iter().position(|&value| value == wanted);
        if let (Some(from), Some(to)) = (find(id), find(other))
            && to < from
        {
            values.remove(from);
            values.insert(to, id);
        }
    }

    /// Moves a value of the current region before all others, of which it uses none.
    pub(crate) fn move_to_front(&mut self, id: ValueId) {
        let region = self.current();
        let values = &mut self.graph.region_mut(region).values;
        if let Some(position) = values.iter().rposition(|&other| other == id) {
            values.remove(position);
            values.insert(0, id);
        }
    }

    /// An integer literal that is not taken for an equal one.
    pub(crate) fn literal(&mut self, tokens: proc_macro2::TokenStream) -> ValueId {
        let key = Some(Rc::from(tokens.to_string()));
        let opaque = Opaque { key, ..Opaque::leaf(tokens, Precedence::Postfix) };
        self.push(Op::Opaque(Rc::new(opaque)), Vec::new(), Ty::Other)
    }

    /// A loop over closed regions.
    pub(crate) fn repeat(&mut self, repeat: Loop, operands: Vec<ValueId>) -> ValueId {
        let regions: Vec<_> = repeat.regions().collect();
        let id = self.push(Op::Loop(repeat), operands, Ty::Unit);
        for region in regions {
            self.graph.region_mut(region).owner = Some(id);
        }
        id
    }

    /// An element of an array. Arrays are values, so equal loads are one.
    pub(crate) fn load(&mut self, path: Rc<Member>, operands: Vec<ValueId>) -> ValueId {
        if let Op::Store(stored) = &self.graph.value(operands[0]).op
            && stored.key == path.key
            && self.graph.value(operands[0]).operands[1..].starts_with(&operands[1..])
            && let Some(&value) = self.graph.value(operands[0]).operands.last()
            && self.graph.value(value).ty.is_real()
        {
            // What has just been stored there.
            return value;
        }
        let ty = self.graph.value(operands[0]).ty.element();
        self.pure(Tag::Load(Rc::clone(&path.key)), Op::Load(path), operands, ty)
    }

    /// A float in an array that is not taken for an equal one.
    pub(crate) fn load_apart(&mut self, path: Rc<Member>, operands: Vec<ValueId>) -> ValueId {
        let ty = self.graph.value(operands[0]).ty.element();
        self.push(Op::Load(path), operands, ty)
    }

    /// An array in an array of arrays.
    pub(crate) fn load_array(&mut self, path: Rc<Member>, operands: Vec<ValueId>) -> ValueId {
        let ty = self.graph.value(operands[0]).ty;
        self.pure(Tag::Load(Rc::clone(&path.key)), Op::Load(path), operands, ty)
    }

    /// Notes how many floats an array holds.
    pub(crate) fn note_size(&mut self, id: ValueId, size: usize) {
        self.graph.value_mut(id).note.size = Some(size);
    }

    /// Notes that an integer is declared as a `usize`.
    pub(crate) fn note_usize(&mut self, id: ValueId) {
        self.graph.value_mut(id).note.is_usize = true;
    }

    /// Notes that a store keeps a value of an iteration where a gradient is going to be.
    pub(crate) fn note_kept(&mut self, id: ValueId) {
        self.graph.value_mut(id).note.is_kept = true;
    }

    /// An array with another float in one place. One with what is there already is the array itself.
    pub(crate) fn store(&mut self, path: Rc<Member>, operands: Vec<ValueId>) -> ValueId {
        if let Some((stored, place)) = operands.split_last()
            && let Op::Load(other) = &self.graph.value(*stored).op
            && other.key == path.key
            && self.graph.value(*stored).operands == place
        {
            return operands[0];
        }
        let ty = self.graph.value(operands[0]).ty;
        self.push(Op::Store(path), operands, ty)
    }

    /// An array with something added to a float in one place. What is added to a zero that was stored there just before is
    /// stored itself.
    pub(crate) fn accumulate(&mut self, path: Rc<Member>, mut operands: Vec<ValueId>) -> ValueId {
        let before = self.graph.value(operands[0]);
        if let Op::Store(other) = &before.op
            && other.key == path.key
            && let ([array, indices @ .., stored], [_, places @ .., _]) =
                (&before.operands[..], &operands[..])
            && indices == places
            && self.graph.number(*stored) == Some(0.0)
            && self.is_latest(operands[0])
        {
            operands[0] = *array;
            return self.store(path, operands);
        }
        let ty = self.graph.value(operands[0]).ty;
        self.push(Op::Accumulate(path), operands, ty)
    }

    /// Whether nothing in the current region has used a value of it so far.
    fn is_latest(&self, id: ValueId) -> bool {
        let values = &self.graph.region(self.current()).values;
        let later = values.iter().rev().take_while(|&&other| other != id);
        self.graph.value(id).region == self.current()
            && later.into_iter().all(|&other| {
                let has_regions = self.graph.regions(other).next().is_some();
                !has_regions && !self.graph.value(other).operands.contains(&id)
            })
    }

    pub(crate) fn join_arrays(&mut self, left: ValueId, right: ValueId) -> ValueId {
        let ty = self.graph.value(left).ty;
        self.push(Op::Join, vec![left, right], ty)
    }

    /// Zeros in the form of an array.
    pub(crate) fn zero_array(&mut self, like: ValueId) -> ValueId {
        let ty = self.graph.value(like).ty;
        self.push(Op::ZeroLike, vec![like], ty)
    }

    /// Zeros in the place of a parameter that the caller lends for a result.
    pub(crate) fn cleared(&mut self, lent: ValueId) -> ValueId {
        let ty = self.graph.value(lent).ty;
        self.push(Op::Cleared, vec![lent], ty)
    }

    /// Leaves an array in a parameter that the caller lends.
    pub(crate) fn leave_in(&mut self, parameter: ValueId, left: Left, array: ValueId) -> ValueId {
        self.push(Op::Leave(left), vec![parameter, array], Ty::Unit)
    }

    /// What is in the place of a parameter that the caller lends.
    pub(crate) fn lent(&mut self, lent: ValueId) -> ValueId {
        let ty = self.graph.value(lent).ty;
        self.push(Op::Lent, vec![lent], ty)
    }

    pub(crate) fn filled(&mut self, filled: Rc<Filled>, operands: Vec<ValueId>) -> ValueId {
        let ty = self.graph.value(operands[0]).ty.array();
        self.push(Op::Filled(filled), operands, ty)
    }

    /// A branch over closed regions that all yield values of the same types, or panic.
    pub(crate) fn branch(&mut self, test: Test, operand: ValueId, arms: Vec<Arm>) -> ValueId {
        let branch = Branch { test, arms };
        let is_condition = matches!(branch.test, Test::Bool);
        let regions: Vec<_> = branch.regions().collect();
        let id = self.push(Op::Branch(branch), vec![operand], Ty::Unit);
        for region in regions {
            self.graph.region_mut(region).owner = Some(id);
        }
        if is_condition {
            self.branches.entry(operand).or_default().push(id);
        }
        id
    }

    /// A closed region as a function that is called later.
    pub(crate) fn pullback(&mut self, region: RegionId) -> ValueId {
        let id = self.push(Op::Pullback(region), Vec::new(), Ty::Unit);
        self.graph.region_mut(region).owner = Some(id);
        id
    }

    /// The branches on a boolean that stand in the current region or around it.
    pub(super) fn branches_on(&self, condition: ValueId) -> Vec<ValueId> {
        let branches = self.branches.get(&condition).map_or(&[][..], Vec::as_slice);
        let is_in_scope = |&&id: &&ValueId| self.graph.encloses(self.graph.value(id).region, self.current());
        branches.iter().filter(is_in_scope).copied().collect()
    }

    /// A branch on a boolean.
    pub(crate) fn if_else(&mut self, condition: ValueId, on_true: RegionId, on_false: RegionId) -> ValueId {
        let arm = |region| Arm { pattern: None, guard: None, region };
        self.branch(Test::Bool, condition, vec![arm(on_true), arm(on_false)])
    }

    /// The result of a branch or loop with the given number and type.
    pub(crate) fn result(&mut self, branch: ValueId, number: usize, ty: Ty) -> ValueId {
        let key = Key { tag: Tag::Result(number), operands: vec![branch], ty };
        if let Some(&id) = self.known.get(&key) {
            return id;
        }
        let region = self.graph.value(branch).region;
        let value =
            Value { op: Op::Result(number), operands: vec![branch], ty, region, note: Note::default() };
        let id = self.add(value);
        // A result belongs to its branch, which can stand in a region around the current one.
        self.known.insert(key, id);
        id
    }

    /// The operation of a value of this or another graph, on other operands. `None` for what is no operation
    /// but structure: parameters, bindings, arguments, constants, branches, loops and their results.
    pub(crate) fn again(&mut self, value: &Value, operands: Vec<ValueId>) -> Option<ValueId> {
        let id = match &value.op {
            Op::Primitive(primitive) => self.spelled(*primitive, operands, &value.note.spelling),
            Op::Compare(comparison) => self.compare(*comparison, operands[0], operands[1]),
            Op::Not => self.not(operands[0]),
            Op::Select => self.select(operands[0], operands[1], operands[2]),
            Op::Pick => self.pure(Tag::Pick, Op::Pick, operands, value.ty),
            Op::Cast => self.cast(operands[0], value.ty),
            Op::Opaque(opaque) => self.opaque(Rc::clone(opaque), operands, value.ty),
            Op::Coerce => self.coerce(operands[0], value.ty),
            Op::Detach => self.detach(operands[0]),
            Op::Linked => self.linked(operands),
            Op::Effect(opaque) => self.effect(Rc::clone(opaque), operands),
            Op::Call(call) => self.call(Rc::clone(call), operands, value.ty),
            Op::Part(number) => self.part(operands[0], *number, value.ty),
            Op::Whole(op) => self.whole(op.clone(), operands, value.ty),
            Op::Load(path) if value.ty.is_array() => self.load_array(Rc::clone(path), operands),
            Op::Load(path) => self.load(Rc::clone(path), operands),
            Op::Store(path) => self.store(Rc::clone(path), operands),
            Op::Accumulate(path) => self.accumulate(Rc::clone(path), operands),
            Op::Join => self.join_arrays(operands[0], operands[1]),
            Op::ZeroLike => self.zero_array(operands[0]),
            Op::Cleared => self.cleared(operands[0]),
            Op::Lent => self.lent(operands[0]),
            Op::Leave(left) => self.leave_in(operands[0], *left, operands[1]),
            Op::Filled(filled) => self.filled(Rc::clone(filled), operands),
            Op::Parameter(_)
            | Op::Constant(_)
            | Op::Binding
            | Op::Argument(_)
            | Op::Absent
            | Op::Branch(_)
            | Op::Loop(_)
            | Op::Pullback(_)
            | Op::Result(_) => return None,
        };
        if let Some(name) = &value.note.name {
            self.name(id, name);
        }
        if let Some(hint) = &value.note.hint {
            self.hint(id, hint);
        }
        if let Some(size) = value.note.size {
            self.note_size(id, size);
        }
        if value.note.is_usize {
            self.note_usize(id);
        }
        Some(id)
    }

    /// As [`Self::again`], of a value that is not the same as an equal one around the current region.
    pub(crate) fn again_apart(&mut self, value: &Value, operands: Vec<ValueId>) -> Option<ValueId> {
        self.is_apart = true;
        let id = self.again(value, operands);
        self.is_apart = false;
        id
    }

    /// Gives a value its name, unless it has one or needs none.
    pub(crate) fn name(&mut self, id: ValueId, name: &str) {
        let value = self.graph.value_mut(id);
        if !name.is_empty() && !matches!(value.op, Op::Constant(_)) && value.note.name.is_none() {
            value.note.name = Some(Rc::from(name));
        }
    }

    /// Says what to call a value should it need a name.
    pub(crate) fn hint(&mut self, id: ValueId, name: &str) {
        let note = &mut self.graph.value_mut(id).note;
        if note.hint.is_none() {
            note.hint = Some(Rc::from(name));
        }
    }

    pub(crate) fn is_sealed(&self, id: ValueId) -> bool {
        self.sealed.contains(&id)
    }

    /// A product that exists already.
    pub(super) fn known_product(&self, a: ValueId, b: ValueId) -> Option<ValueId> {
        let operands = if a < b { vec![a, b] } else { vec![b, a] };
        let ty = self.graph.value(a).ty;
        let product = self.known.get(&Key { tag: Tag::Primitive(Primitive::mul), operands, ty }).copied();
        product.filter(|&id| self.is_before(id))
    }

    /// Notes that `id`, in the current region or around it, is what a primitive gives for these operands, as long as the
    /// current region is open: outside, a value that an arm hands out is something else where another arm was taken.
    pub(crate) fn note_primitive(&mut self, primitive: Primitive, operands: Vec<ValueId>, id: ValueId) {
        let ty = self.graph.value(id).ty;
        let key = Key { tag: Tag::Primitive(primitive), operands, ty };
        if !self.known.contains_key(&key) {
            if let Some(open) = self.open.last_mut() {
                open.noted.push((key.clone(), id));
            }
            self.known.insert(key, id);
        }
    }

    /// Keeps a value as it is: products with it are not rewritten into products with its parts.
    pub(crate) fn seal(&mut self, id: ValueId) {
        self.sealed.insert(id);
    }

    fn pure(&mut self, tag: Tag, op: Op, operands: Vec<ValueId>, ty: Ty) -> ValueId {
        let key = Key { tag, operands: operands.clone(), ty };
        self.value(key, op, operands)
    }

    fn value(&mut self, key: Key, op: Op, operands: Vec<ValueId>) -> ValueId {
        if let Some(&id) = self.known.get(&key)
            && (!self.is_apart || self.graph.value(id).region == self.current())
            && self.is_before(id)
            && self.is_open(self.graph.value(id).region)
        {
            return id;
        }
        let id = self.push(op, operands, key.ty);
        if let Some(open) = self.open.last_mut() {
            open.known.push(key.clone());
        }
        self.known.insert(key, id);
        id
    }

    /// Whether a region is the current one or around it.
    fn is_open(&self, region: RegionId) -> bool {
        self.open.iter().any(|open| open.id == region)
    }

    /// Whether a value is made before control comes to the current region.
    fn is_before(&self, id: ValueId) -> bool {
        let mut resumed = self.open.iter().filter_map(|open| Some((open.id, open.owner?)));
        resumed.all(|(region, owner)| id < owner || self.graph.encloses(region, self.graph.value(id).region))
    }

    fn add(&mut self, value: Value) -> ValueId {
        let range = self.range_of(&value);
        self.ranges.push(range);
        self.graph.push_value(value)
    }

    fn push(&mut self, op: Op, operands: Vec<ValueId>, ty: Ty) -> ValueId {
        let region = self.current();
        let id = self.add(Value { op, operands, ty, region, note: Note::default() });
        self.graph.region_mut(region).values.push(id);
        id
    }
}

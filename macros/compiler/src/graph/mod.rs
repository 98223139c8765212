//! The computational graph: SSA values in nested regions.
//!
//! Lowering builds one from a function body, the transforms turn graphs into graphs, and emission prints one.
//! A [`Value`] is an operation with its operands; a [`Region`] is an ordered list of values that ends in what it
//! yields. Branches own one region per arm, loops and pullbacks own their bodies, and nothing outside a region refers
//! to a value inside it: what leaves a region is yielded and appears outside as [`Op::Result`]. The graph knows neither syn nor spans.

mod builder;
mod call;
mod describe;
mod hash;
mod integer;
mod op;
mod place;
mod range;
mod repeat;
mod simplify;
mod sym;
mod whole;

pub(crate) use builder::Builder;
pub(crate) use call::{Added, ArrayPart, Call, Callee, Form, Leaf, MOST_BESIDE_BORROWS, Sibling};
pub(crate) use hash::{Map, Set};
pub(crate) use integer::{Change, INTEGER_TYPES};
pub(crate) use op::{
    Arm, Branch, Comparison, Constant, Filled, Kept, Left, Note, Op, Opaque, Piece, Place, Precedence,
    Scalar, Spelling, Terminator, Test, Ty,
};
pub(crate) use range::Range;
pub(crate) use repeat::{Domain, Loop};
pub(crate) use simplify::round_to;
pub(crate) use sym::{IntoPartial, IntoSym, Sym};
pub(crate) use whole::{Gather, Literal, Member, WholeOp};

/// Names a value of a [`Graph`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct ValueId(u32);

/// Names a region of a [`Graph`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct RegionId(u32);

/// One operation and what it is applied to.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) op: Op,
    pub(crate) operands: Vec<ValueId>,
    pub(crate) ty: Ty,
    /// The region whose list holds the value; parameters and constants belong to the outermost one.
    pub(crate) region: RegionId,
    /// What people called it; never changes the meaning.
    pub(crate) note: Note,
}

/// A list of values, evaluated in order, that ends by yielding some or by panicking.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    /// The region that contains this one, and the branch, loop or pullback in it that owns this one.
    pub(crate) parent: Option<RegionId>,
    pub(crate) owner: Option<ValueId>,
    pub(crate) arguments: Vec<ValueId>,
    pub(crate) values: Vec<ValueId>,
    pub(crate) end: Terminator,
}

/// Values and regions, numbered in the order of their creation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    values: Vec<Value>,
    regions: Vec<Region>,
    /// The results of each branch and loop, and the parts of each call, that has any, in the order of their creation.
    results: Map<ValueId, Vec<ValueId>>,
}

/// A graph with an entry: the parameters and the region that is the body.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) graph: Graph,
    pub(crate) parameters: Vec<ValueId>,
    pub(crate) body: RegionId,
}

impl Graph {
    pub(crate) fn value(&self, id: ValueId) -> &Value {
        &self.values[id.0 as usize]
    }

    pub(crate) fn value_mut(&mut self, id: ValueId) -> &mut Value {
        &mut self.values[id.0 as usize]
    }

    pub(crate) fn region(&self, id: RegionId) -> &Region {
        &self.regions[id.0 as usize]
    }

    pub(crate) fn region_mut(&mut self, id: RegionId) -> &mut Region {
        &mut self.regions[id.0 as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether a value is kept for what it does: an assertion, or a call of an unknown function.
    pub(crate) fn has_effect(&self, id: ValueId) -> bool {
        match &self.value(id).op {
            Op::Effect(_) | Op::Leave(_) => true,
            Op::Opaque(opaque) => opaque.key.is_none(),
            _ => false,
        }
    }

    /// Every value, in the order of creation.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ValueId> + use<> {
        (0..u32::try_from(self.values.len()).unwrap_or(u32::MAX)).map(ValueId)
    }

    /// The structured branch behind a value, if it is one.
    pub(crate) fn branch(&self, id: ValueId) -> Option<&Branch> {
        match &self.value(id).op {
            Op::Branch(branch) => Some(branch),
            _ => None,
        }
    }

    /// The regions that a value owns, in the order of their evaluation.
    pub(crate) fn regions(&self, id: ValueId) -> impl Iterator<Item = RegionId> {
        let pullback = match self.value(id).op {
            Op::Pullback(region) => Some(region),
            _ => None,
        };
        let repeated = self.repeat(id).into_iter().flat_map(Loop::regions);
        self.branch(id).into_iter().flat_map(Branch::regions).chain(repeated).chain(pullback)
    }

    /// The call that a value is.
    pub(crate) fn call(&self, id: ValueId) -> Option<&std::rc::Rc<Call>> {
        match &self.value(id).op {
            Op::Call(call) => Some(call),
            _ => None,
        }
    }

    /// Of an array that is another one changed, that one.
    pub(crate) fn array_before(&self, id: ValueId) -> Option<ValueId> {
        let value = self.value(id);
        match value.op {
            Op::Store(_) | Op::Accumulate(_) | Op::Join => value.operands.first().copied(),
            Op::Part(number) => {
                let call = value.operands[0];
                let position = self.call(call)?.array_of_part(number)?;
                Some(self.value(call).operands[position])
            }
            _ => None,
        }
    }

    /// Whether a value changes arrays: an array that is another one changed, or a call that adds to arrays.
    pub(crate) fn changes_arrays(&self, id: ValueId) -> bool {
        match &self.value(id).op {
            Op::Store(_) | Op::Accumulate(_) | Op::Join => true,
            Op::Call(call) => !call.arrays_added_to().is_empty(),
            _ => false,
        }
    }

    pub(crate) fn has_branches(&self) -> bool {
        self.values.iter().any(|value| matches!(value.op, Op::Branch(_)))
    }

    /// The results of a branch or loop, or the parts of a call, that are known as values.
    pub(crate) fn results(&self, branch: ValueId) -> &[ValueId] {
        self.results.get(&branch).map_or(&[], Vec::as_slice)
    }

    /// Whether `outer` contains `inner` or is the same region.
    pub(crate) fn encloses(&self, outer: RegionId, inner: RegionId) -> bool {
        let mut region = Some(inner);
        while let Some(current) = region {
            if current == outer {
                return true;
            }
            region = self.region(current).parent;
        }
        false
    }

    /// Calls `visit` on every operand use of the region and of the regions below it, yields included.
    pub(crate) fn for_each_use(&self, region: RegionId, visit: &mut impl FnMut(ValueId)) {
        for &id in &self.region(region).values {
            let value = self.value(id);
            value.operands.iter().copied().for_each(&mut *visit);
            self.regions(id).for_each(|inner| self.for_each_use(inner, visit));
        }
        self.region(region).end.operands().iter().copied().for_each(visit);
    }

    pub(crate) fn push_value(&mut self, value: Value) -> ValueId {
        let id = ValueId(u32::try_from(self.values.len()).unwrap_or(u32::MAX));
        if let Op::Result(_) | Op::Part(_) = value.op {
            self.results.entry(value.operands[0]).or_default().push(id);
        }
        self.values.push(value);
        id
    }

    pub(crate) fn push_region(&mut self, region: Region) -> RegionId {
        let id = RegionId(u32::try_from(self.regions.len()).unwrap_or(u32::MAX));
        self.regions.push(region);
        id
    }
}

impl ValueId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

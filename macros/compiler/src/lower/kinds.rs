//! Whether what a call returns, or a part of a struct, is one real number or a value with parts. The macro does not
//! see the types, but it sees what the program does with the value: arithmetic is done on numbers, fields are taken
//! of values with parts, and what is passed for one parameter of a function is of one kind.

use std::collections::{BTreeMap, HashMap};

use super::{Lowerer, Val};
use crate::graph::{Branch, Op, Scalar, Terminator, Ty, ValueId, WholeOp};

/// What a value that is passed around is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Real,
    Whole,
}

/// Something that has a kind.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Subject {
    Value(ValueId),
    /// Of the argument of a function with this number, the float with that number.
    Argument(String, usize, usize),
    Result(String),
}

/// Classes of things of one kind.
#[derive(Default)]
pub(super) struct Kinds {
    classes: HashMap<Subject, usize>,
    parents: Vec<usize>,
    found: Vec<Option<Kind>>,
}

impl Kinds {
    fn class(&mut self, subject: Subject) -> usize {
        let next = self.parents.len();
        let mut class = *self.classes.entry(subject).or_insert(next);
        if class == next {
            self.parents.push(next);
            self.found.push(None);
        }
        while self.parents[class] != class {
            class = self.parents[class];
        }
        class
    }

    /// Makes two things one kind.
    pub(super) fn join(&mut self, a: Subject, b: Subject) {
        let (a, b) = (self.class(a), self.class(b));
        if a != b {
            self.parents[b] = a;
            self.found[a] = self.found[a].or(self.found[b]);
        }
    }

    /// Notes whether a subject has parts.
    pub(super) fn note(&mut self, subject: Subject, is_whole: bool) {
        self.set(subject, if is_whole { Kind::Whole } else { Kind::Real });
    }

    fn set(&mut self, subject: Subject, kind: Kind) {
        let class = self.class(subject);
        self.found[class].get_or_insert(kind);
    }

    /// Whether something is known to have parts.
    pub(super) fn is_whole(&mut self, id: ValueId) -> bool {
        self.kind(Subject::Value(id)) == Some(Kind::Whole)
    }

    fn kind(&mut self, subject: Subject) -> Option<Kind> {
        let class = self.class(subject);
        self.found[class]
    }
}

impl Lowerer<'_> {
    /// Whether a node may turn out to be a real number, or is a value with parts.
    pub(super) fn is_whole(&self, id: ValueId) -> bool {
        self.ty(id) == Ty::Whole
    }

    /// Whether a value is seen to be a struct.
    pub(super) fn is_struct(&self, value: &Val) -> bool {
        match value {
            Val::Struct(_) => true,
            Val::Node(id) if self.is_whole(*id) => {
                let op = &self.builder.graph().value(*id).op;
                matches!(op, Op::Parameter(_) | Op::Load(_) | Op::Whole(WholeOp::Literal(_)))
            }
            _ => false,
        }
    }

    /// Notes that a value has parts.
    pub(super) fn note_whole(&mut self, id: ValueId) {
        self.kinds.set(Subject::Value(id), Kind::Whole);
    }

    /// Notes that a subject is a real number.
    pub(super) fn note_real(&mut self, subject: Subject) {
        self.kinds.set(subject, Kind::Real);
    }

    /// Makes a value a real number that was not known to be one.
    pub(super) fn make_real(&mut self, id: ValueId, scalar: Option<Scalar>) {
        if !self.is_whole(id) {
            return;
        }
        let ty = match scalar {
            Some(scalar) => Ty::Real(scalar),
            None => self.types.fresh(),
        };
        self.builder.make_real(id, ty);
        self.kinds.set(Subject::Value(id), Kind::Real);
        let value = self.builder.graph().value(id).clone();
        if let Op::Result(number) = value.op {
            for yielded in self.yields_of(value.operands[0], number) {
                self.make_real(yielded, None);
                self.same_type(&[id, yielded]);
            }
        }
    }

    /// Arithmetic on parts of structs and on results of calls is on real numbers, unless the other operand is seen
    /// to be an integer.
    pub(super) fn settle_operands(&mut self, is_arithmetic: bool, left: &Val, right: &Val) {
        let (Val::Node(left), Val::Node(right)) = (left, right) else { return };
        let is_integer = |lowerer: &Self, id: ValueId| {
            !lowerer.is_whole(id) && !lowerer.ty(id).is_real() && lowerer.is_no_float(&Val::Node(id))
        };
        if is_arithmetic && !is_integer(self, *left) && !is_integer(self, *right) {
            self.make_real(*left, None);
            self.make_real(*right, None);
        }
    }

    /// Reports a number that is computed by what the macro does not see through from a value that varies.
    pub(super) fn refuse_hidden(&self, id: ValueId) {
        let graph = self.builder.graph();
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            if !matches!(graph.value(id).op, Op::Opaque(_)) {
                continue;
            }
            for &operand in &graph.value(id).operands {
                if self.is_whole(operand) && self.is_varied(operand) {
                    self.errors.report(
                        &self.signature.name,
                        "a float is computed from a part of a struct whose type the macro cannot see; bind the part \
                         with its type first: `let n: i32 = p.n;`",
                    );
                    return;
                }
                pending.push(operand);
            }
        }
    }

    fn yields_of(&self, branch: ValueId, number: usize) -> Vec<ValueId> {
        let graph = self.builder.graph();
        let bodies = graph.branch(branch).into_iter().flat_map(Branch::bodies);
        bodies
            .filter_map(|region| match &graph.region(region).end {
                Terminator::Yield(values) => values.get(number).copied(),
                Terminator::Panic(_) => None,
            })
            .collect()
    }

    /// Decides at the end what the program left open: what a call returns and is only passed on is a number unless
    /// something that is passed in its place has parts. A part of a struct stays what it is, whatever that is: the
    /// operations on whole values apply to numbers too.
    pub(super) fn settle_kinds(&mut self) {
        let scalar = self.signature.scalar_of_result();
        let ids: Vec<ValueId> = self.builder.graph().ids().collect();
        for &id in &ids {
            if let Op::Result(number) = self.builder.graph().value(id).op
                && self.is_whole(id)
            {
                let branch = self.builder.graph().value(id).operands[0];
                for yielded in self.yields_of(branch, number) {
                    self.kinds.join(Subject::Value(id), Subject::Value(yielded));
                }
            }
        }
        // What calls return is of the type of the result, where nothing else says what it is.
        for &id in &ids {
            let op = &self.builder.graph().value(id).op;
            let is_from_outside = matches!(op, Op::Call(_) | Op::Part(_) | Op::Whole(WholeOp::Member(_)));
            if let (true, Ty::Real(found), Some(scalar)) = (is_from_outside, self.ty(id), scalar)
                && matches!(self.types.resolve(found), Scalar::Variable(_))
            {
                self.types.unify(found, scalar);
            }
        }
        let names = self.names_of_fields(&ids);
        let mut alike: HashMap<&str, Kind> = HashMap::new();
        for (&id, name) in &names {
            if let Some(kind) = self.kinds.kind(Subject::Value(id)) {
                alike.entry(name).or_insert(kind);
            }
        }
        for id in ids {
            if !self.is_whole(id) {
                continue;
            }
            let is_returned =
                matches!(self.builder.graph().value(id).op, Op::Call(_) | Op::Part(_) | Op::Result(_));
            let is_member = matches!(self.builder.graph().value(id).op, Op::Whole(WholeOp::Member(_)));
            if !is_returned && !is_member {
                continue;
            }
            // Where nothing tells, it is what the fields of the same name are elsewhere.
            let of_name = names.get(&id).and_then(|name| alike.get(name.as_str())).copied();
            let kind = self.kinds.kind(Subject::Value(id)).or(of_name);
            if is_returned && kind != Some(Kind::Whole) || is_member && kind == Some(Kind::Real) {
                self.make_real(id, scalar);
            }
        }
    }

    /// For each value that is a field, or is stored in one, the name of the field.
    fn names_of_fields(&self, ids: &[ValueId]) -> BTreeMap<ValueId, String> {
        let graph = self.builder.graph();
        let mut found = BTreeMap::new();
        for &id in ids {
            let value = graph.value(id);
            match &value.op {
                Op::Whole(WholeOp::Member(member)) => {
                    found.extend(member.last_field().map(|name| (id, name)));
                }
                Op::Whole(WholeOp::Literal(literal)) => {
                    let mut operands = value.operands.iter();
                    for (name, form) in &literal.fields {
                        let parts: Vec<ValueId> = operands.by_ref().take(form.size()).copied().collect();
                        if let [part] = parts.as_slice() {
                            found.insert(*part, name.to_string());
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }
}

//! What is written where: which values get a `let`, and which branches are `&&` and `||`.
//!
//! Decided once, before anything is written, so that every part of emission sees the same decisions.

use proc_macro2::TokenTree;

use super::root;
use super::storage::{Model, Storage, is_borrow, model};
use crate::graph::{
    Branch, Domain, Function, Graph, Map, Op, Piece, RegionId, Terminator, Test, Ty, ValueId, WholeOp,
};

/// An expression of more operations than this gets a `let`.
const LONGEST_EXPRESSION: usize = 7;

pub(super) struct Plan {
    /// How often each value is printed; what prints as its operand counts for that.
    pub(super) uses: Vec<u32>,
    /// Whether a value is used in its own region, and not only below it.
    used_at_home: Vec<bool>,
    /// Whether a value is used in a loop that it stands outside of.
    used_repeatedly: Vec<bool>,
    lets: Vec<bool>,
    /// Whether a value is used once, by a loop that it is carried into, or by its body for the next iteration.
    handed_on: Vec<Option<Handed>>,
    /// The operations in the expression that stands for a value.
    sizes: Vec<usize>,
    /// Branches that are short-circuit operators: whether `&&`, and the region of the right side.
    pub(super) logic: Map<ValueId, (bool, RegionId)>,
    /// The float types that opaque values are taken for.
    pub(super) coerced: Map<ValueId, Ty>,
    pub(super) storage: Storage,
}

/// What a loop does with a value that nothing else uses. The variable of the loop has its name and type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Handed {
    /// It begins with it.
    In,
    /// It goes on with it.
    On,
}

impl Plan {
    /// The plan; a pullback stands in a loop if it `is_repeated`.
    pub(super) fn of(function: &Function, storage: Storage, is_repeated: bool) -> Self {
        let graph = &function.graph;
        let count = graph.len();
        let mut plan = Self {
            uses: vec![0; count],
            used_at_home: vec![false; count],
            used_repeatedly: vec![false; count],
            lets: vec![false; count],
            handed_on: vec![None; count],
            sizes: vec![0; count],
            logic: Map::default(),
            coerced: coerced_types(graph),
            storage,
        };
        plan.count_uses(graph, function.body);
        plan.find_repeated(graph, function.body, is_repeated);
        plan.find_handed_on(graph);
        // Values are created after what they are made of, an arm's before its branch.
        for id in graph.ids() {
            match &graph.value(id).op {
                Op::Branch(branch) => {
                    if let [_] = graph.results(id)
                        && let Some(form) = plan.logic_form(graph, branch)
                    {
                        plan.logic.insert(id, form);
                    }
                }
                _ => {
                    plan.sizes[id.index()] = plan.size(graph, id);
                    if plan.needs_let(graph, id) {
                        plan.lets[id.index()] = true;
                        plan.sizes[id.index()] = 0;
                    }
                }
            }
        }
        plan
    }

    fn count_uses(&mut self, graph: &Graph, region: RegionId) {
        for &id in &graph.region(region).values {
            self.count_operands(graph, id, region);
            for inner in graph.regions(id) {
                self.count_uses(graph, inner);
            }
        }
        self.count(graph, graph.region(region).end.operands(), region);
    }

    fn count_operands(&mut self, graph: &Graph, id: ValueId, region: RegionId) {
        let operands = &graph.value(id).operands;
        match &graph.value(id).op {
            Op::Coerce | Op::Detach | Op::Linked => {}
            // Written like the array that the operand was made as, which has its length among its operands.
            Op::ZeroLike => match model(graph, id) {
                Some(Model::Filled(made)) => {
                    let operands = &graph.value(made).operands;
                    let is_zero_like_first = graph.value(operands[0]).ty == Ty::Whole;
                    self.count(graph, &operands[usize::from(!is_zero_like_first)..], region);
                }
                Some(Model::Parameter(_)) => {}
                None => self.count(graph, operands, region),
            },
            Op::Loop(repeat) => {
                self.count(graph, &operands[..repeat.domain.bounds()], region);
                let initials = operands[repeat.domain.bounds()..].iter().enumerate();
                for (_, initial) in initials.filter(|(number, _)| !is_overwritten(graph, id, *number)) {
                    self.count(graph, &[*initial], region);
                }
            }
            _ => self.count(graph, operands, region),
        }
    }

    /// Finds what loops use of what stands around them, and pullbacks if they stand in a loop.
    fn find_repeated(&mut self, graph: &Graph, region: RegionId, is_repeated: bool) {
        for &id in &graph.region(region).values {
            let is_loop = match graph.value(id).op {
                Op::Loop(_) => true,
                Op::Pullback(_) => is_repeated,
                _ => false,
            };
            for inner in graph.regions(id) {
                if is_loop {
                    graph.for_each_use(inner, &mut |id| {
                        let id = root(graph, id);
                        self.used_repeatedly[id.index()] |= !graph.encloses(inner, graph.value(id).region);
                    });
                }
                self.find_repeated(graph, inner, is_repeated);
            }
        }
    }

    /// Finds what only loops use, to begin or to go on with.
    fn find_handed_on(&mut self, graph: &Graph) {
        for id in graph.ids() {
            let Some(repeat) = graph.repeat(id) else { continue };
            for number in 0..graph.carried_count(id) {
                let Some(carried) = graph.carried(id, number) else { continue };
                self.hand(graph, carried.initial, graph.value(id).region, Handed::In);
                if let Some(next) = carried.next {
                    self.hand(graph, next, repeat.body, Handed::On);
                }
            }
        }
    }

    /// Notes that a loop takes what a region has. Where that is the result of a branch, each arm may assign it.
    fn hand(&mut self, graph: &Graph, id: ValueId, region: RegionId, handed: Handed) {
        let id = root(graph, id);
        let value = graph.value(id);
        if self.uses[id.index()] != 1 || value.region != region {
            return;
        }
        self.handed_on[id.index()] = Some(handed);
        if let (Op::Result(number), Handed::On) = (&value.op, handed)
            && let Some(branch) = graph.branch(value.operands[0])
        {
            for arm in branch.bodies() {
                if let Terminator::Yield(yields) = &graph.region(arm).end
                    && let Some(&next) = yields.get(*number)
                {
                    self.hand(graph, next, arm, handed);
                }
            }
        }
    }

    fn count(&mut self, graph: &Graph, used: &[ValueId], region: RegionId) {
        for &id in used {
            let id = root(graph, id);
            self.uses[id.index()] += 1;
            self.used_at_home[id.index()] |= graph.value(id).region == region;
        }
    }

    /// Whether a value gets a `let` rather than being written where it is used.
    pub(super) fn has_let(&self, id: ValueId) -> bool {
        self.lets[id.index()]
    }

    /// Whether a value is used in a loop that it stands outside of.
    pub(super) fn is_used_in_a_loop(&self, id: ValueId) -> bool {
        self.used_repeatedly[id.index()]
    }

    fn needs_let(&self, graph: &Graph, id: ValueId) -> bool {
        let value = graph.value(id);
        let uses = self.uses[id.index()];
        let handed = self.handed_on[id.index()];
        let is_named = value.note.name.is_some() && handed.is_none();
        match &value.op {
            Op::Constant(_)
            | Op::Parameter(_)
            | Op::Binding
            | Op::Coerce
            | Op::Detach
            | Op::Linked
            | Op::Branch(_)
            | Op::Pullback(_)
            // The statement of the call names its parts.
            | Op::Part(_)
            | Op::Effect(_)
            | Op::Argument(_)
            | Op::Loop(_)
            // Statements.
            | Op::Store(_)
            | Op::Accumulate(_)
            | Op::Join
            | Op::ZeroLike
            | Op::Cleared
            | Op::Lent
            | Op::Leave(_)
            | Op::Filled(_) => false,
            Op::Call(call) if !call.is_value() => false,
            // A part of a struct, or a struct in an array, is reached where it is used, so that what it is in stays whole.
            Op::Whole(WholeOp::Member(_)) if value.ty == Ty::Whole => false,
            Op::Whole(WholeOp::Gather(gather)) if gather.wholes > 0 || !gather.members.is_empty() => uses > 0,
            Op::Load(_) if value.ty == Ty::Whole => uses > 0 && self.storage.changes_before_use(graph, id),
            // One of an array of arrays is copied out of it.
            Op::Load(_) if value.ty.is_array() => uses > 0,
            // Nothing to name.
            _ if uses == 0 => false,
            Op::Opaque(opaque) if is_borrow(opaque) && self.storage.changes_before_use(graph, id) => false,
            _ if self.storage.changes_before_use(graph, id) => true,
            Op::Result(_) => {
                self.logic.contains_key(&value.operands[0])
                    && (uses > 1
                        || is_named
                        || self.used_repeatedly[id.index()]
                        || self.reads_what_changes(graph, id))
            }
            Op::Opaque(opaque) if opaque.key.is_none() => true,
            Op::Opaque(opaque) if opaque.annotation.is_some() => handed != Some(Handed::In),
            Op::Opaque(_) | Op::Call(_) if value.ty.is_array() => true,
            // The type of literals depends on what they are used for, so each use has its own.
            Op::Opaque(_) if is_literal(graph, id) => false,
            // What a reference leads to may be moved into a pullback, and the reference cannot.
            Op::Opaque(opaque) if is_borrow(opaque) => false,
            // A field may be of a type that cannot be moved out.
            Op::Opaque(opaque) if opaque.is_field() && !is_named => false,
            // An opaque expression may panic, so it stays where it was written.
            Op::Opaque(_) | Op::Call(_) | Op::Load(_) => uses > 1 || is_named || !self.used_at_home[id.index()],
            _ if self.used_repeatedly[id.index()] => true,
            _ => uses > 1 || is_named || (handed.is_none() && self.sizes[id.index()] > LONGEST_EXPRESSION),
        }
    }

    /// Whether the expression that stands for a value reads arrays that change.
    fn reads_what_changes(&self, graph: &Graph, id: ValueId) -> bool {
        if !self.storage.has_changes() {
            return false;
        }
        let value = graph.value(id);
        let mut parts = value.operands.clone();
        if let Some((_, inner)) = value.operands.first().and_then(|branch| self.logic.get(branch)) {
            parts.clone_from(&graph.value(value.operands[0]).operands);
            parts.extend(graph.region(*inner).end.operands());
        }
        self.storage.reads_what_changes(graph, id)
            || parts.into_iter().map(|part| root(graph, part)).any(|part| {
                !self.has_let(part)
                    && !graph.value(part).ty.is_array()
                    && self.reads_what_changes(graph, part)
            })
    }

    fn size(&self, graph: &Graph, id: ValueId) -> usize {
        let value = graph.value(id);
        let size_of = |&id: &ValueId| self.sizes[root(graph, id).index()];
        match &value.op {
            _ if value.ty.is_array() => 0,
            Op::Constant(_)
            | Op::Parameter(_)
            | Op::Binding
            | Op::Part(_)
            | Op::Argument(_)
            | Op::Loop(_) => 0,
            Op::Result(_) => match self.logic.get(&value.operands[0]) {
                Some((_, inner)) => {
                    let condition = &graph.value(value.operands[0]).operands[0];
                    1 + size_of(condition)
                        + graph.region(*inner).end.operands().iter().map(size_of).sum::<usize>()
                }
                None => 0,
            },
            _ => 1 + value.operands.iter().map(size_of).sum::<usize>(),
        }
    }

    /// Whether a branch reads as `a && b` (`true`) or `a || b`, and the region of `b`.
    fn logic_form(&self, graph: &Graph, branch: &Branch) -> Option<(bool, RegionId)> {
        if !matches!(branch.test, Test::Bool) {
            return None;
        }
        let (on_true, on_false) = (branch.arms[0].region, branch.arms[1].region);
        let (is_and, inner) = match (always_yielded(graph, on_true), always_yielded(graph, on_false)) {
            (_, Some(false)) => (true, on_true),
            (Some(true), _) => (false, on_false),
            _ => return None,
        };
        let region = graph.region(inner);
        let is_expression = region.values.iter().all(|&id| match &graph.value(id).op {
            Op::Branch(_) => {
                self.logic.contains_key(&id) && graph.results(id).iter().all(|result| !self.has_let(*result))
            }
            Op::Effect(_)
            | Op::Loop(_)
            | Op::Store(_)
            | Op::Accumulate(_)
            | Op::Join
            | Op::ZeroLike
            | Op::Cleared
            | Op::Lent
            | Op::Leave(_)
            | Op::Filled(_) => false,
            // The parts of what it returns are bound by a statement.
            Op::Call(call) if !call.is_value() => false,
            _ => !self.has_let(id),
        });
        let yields_condition = match &region.end {
            Terminator::Yield(values) => matches!(values.as_slice(), [id] if graph.value(*id).ty == Ty::Bool),
            Terminator::Panic(_) => false,
        };
        (is_expression && yields_condition).then_some((is_and, inner))
    }
}

/// The `true` or `false` that is all that a region yields.
pub(super) fn always_yielded(graph: &Graph, region: RegionId) -> Option<bool> {
    let [id] = graph.region(region).end.operands() else { return None };
    boolean(graph, *id)
}

/// The `true` or `false` that a value is.
pub(super) fn boolean(graph: &Graph, id: ValueId) -> Option<bool> {
    let Op::Opaque(opaque) = &graph.value(id).op else { return None };
    match opaque.key.as_deref() {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => None,
    }
}

fn coerced_types(graph: &Graph) -> Map<ValueId, Ty> {
    graph
        .ids()
        .filter(|&id| matches!(graph.value(id).op, Op::Coerce))
        .map(|id| (root(graph, id), graph.value(id).ty))
        .collect()
}

/// Whether what a loop carries is given its first value by its body, before anything looks at it.
pub(super) fn is_overwritten(graph: &Graph, id: ValueId, number: usize) -> bool {
    let (Some(repeat), Some(carried)) = (graph.repeat(id), graph.carried(id, number)) else { return false };
    if repeat.domain != Domain::Endless || repeat.condition.is_some() || carried.next.is_none() {
        return false;
    }
    let Some(&argument) = graph.region(repeat.body).arguments.get(number) else { return false };
    let mut is_used = graph.value(argument).ty.is_array();
    graph.for_each_use(repeat.body, &mut |id| is_used |= id == argument);
    !is_used
}

/// Whether an opaque value is made of literals and operators alone, or is a path.
fn is_literal(graph: &Graph, id: ValueId) -> bool {
    let value = graph.value(id);
    let Op::Opaque(opaque) = &value.op else { return false };
    if opaque.annotation.is_some() || opaque.key.is_none() {
        return false;
    }
    if value.operands.is_empty() {
        return true;
    }
    let has_words = opaque.pieces.iter().any(|piece| match piece {
        Piece::Tokens(tokens) => tokens.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(_))),
        Piece::Group(..) | Piece::Real(_) => true,
        Piece::Hole(..) => false,
    });
    !has_words && value.operands.iter().all(|&operand| is_literal(graph, root(graph, operand)))
}

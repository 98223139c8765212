//! Where arrays are kept: each version of an array that the graph knows in, its variable or parameter out.
//!
//! In the graph, a store makes a new array. Here it changes the old one in place where nobody looks at that any more,
//! and begins with a copy otherwise. Decided once, before anything is written: loads from an array that changes need
//! a `let` at their place, and branches and loops have nothing to hand out if an array stays where it is.

use super::root;
use crate::graph::{
    Branch, Function, Graph, Loop, Map, Op, Opaque, Piece, RegionId, Scalar, Set, Terminator, Ty, ValueId,
};

/// The homes of arrays. A home is the value whose variable, or parameter, holds the array.
pub(super) struct Storage {
    homes: Map<ValueId, ValueId>,
    /// The region in which the variable of a home is declared.
    declared: Map<ValueId, RegionId>,
    /// Stores and sums that begin with a copy.
    copied: Set<ValueId>,
    /// The positions at which the contents of each home change.
    changes: Map<ValueId, Vec<usize>>,
    /// Parameters that are written to.
    lent: Set<ValueId>,
    /// Parameters that are written to while what was in them before is still to be read.
    overwritten: Set<ValueId>,
    /// The first value that reads or changes what is in each home.
    first_users: Map<ValueId, ValueId>,
    /// Each value's place in the order in which the program is written.
    positions: Map<ValueId, usize>,
    users: Map<ValueId, User>,
}

/// What uses a value; without a value, it is the end of a region.
#[derive(Clone, Copy)]
struct User {
    value: Option<ValueId>,
    region: RegionId,
    position: usize,
    count: usize,
}

/// What an array is as long as, and made like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Model {
    Filled(ValueId),
    Parameter(ValueId),
}

impl Storage {
    /// The storage of a function's arrays.
    pub(super) fn of(function: &Function) -> Self {
        let graph = &function.graph;
        let storage = Self {
            homes: Map::default(),
            declared: Map::default(),
            copied: Set::default(),
            changes: Map::default(),
            lent: Set::default(),
            overwritten: Set::default(),
            first_users: Map::default(),
            positions: Map::default(),
            users: Map::default(),
        };
        if !graph.ids().any(|id| graph.value(id).ty.is_array()) {
            return storage;
        }
        let mut planner = Planner {
            graph,
            storage,
            uses: Map::default(),
            ends: Map::default(),
            position: 0,
            versions: Map::default(),
            taken: Set::default(),
        };
        planner.number(function.body);
        planner.place(function.body);
        planner.storage
    }

    /// The value whose variable or parameter holds an array. Of any other value, the value.
    pub(super) fn home(&self, id: ValueId) -> ValueId {
        self.homes.get(&id).copied().unwrap_or(id)
    }

    /// Whether a store or sum begins with a copy.
    pub(super) fn is_copied(&self, id: ValueId) -> bool {
        self.copied.contains(&id)
    }

    /// Whether an array that a value reads changes before the value is written, if that is where it is used.
    pub(super) fn changes_before_use(&self, graph: &Graph, id: ValueId) -> bool {
        let mut homes = Vec::new();
        self.homes_read_by(graph, id, &mut homes);
        homes.into_iter().any(|home| self.changes_until(graph, home, id))
    }

    /// Whether an array that a value reads changes at all.
    pub(super) fn reads_what_changes(&self, graph: &Graph, id: ValueId) -> bool {
        let mut homes = Vec::new();
        self.homes_read_by(graph, id, &mut homes);
        !homes.is_empty()
    }

    /// Whether the contents of a home ever change.
    pub(super) fn changes(&self, home: ValueId) -> bool {
        self.changes.contains_key(&home)
    }

    pub(super) fn has_changes(&self) -> bool {
        !self.changes.is_empty()
    }

    fn homes_read_by(&self, graph: &Graph, id: ValueId, homes: &mut Vec<ValueId>) {
        for &operand in &graph.value(id).operands {
            let operand = root(graph, operand);
            let home = self.home(operand);
            if self.changes.contains_key(&home) {
                homes.push(home);
            } else if is_reference(graph, operand) {
                self.homes_read_by(graph, operand, homes);
            }
        }
    }

    /// Whether a home changes between a value that reads it and the last statement that the value can be part of.
    fn changes_until(&self, graph: &Graph, home: ValueId, id: ValueId) -> bool {
        let Some(&start) = self.positions.get(&id) else { return true };
        let mut last = id;
        let end = loop {
            let Some(user) = self.users.get(&last) else { return false };
            // What is used several times, or in a region below, is bound where it stands if it can be.
            if user.count > 1 || user.region != graph.value(last).region {
                if last == id {
                    return true;
                }
                break self.positions.get(&last).copied().unwrap_or(usize::MAX);
            }
            match user.value {
                None => break user.position,
                Some(next) if is_statement(graph, next) => {
                    // Both sides of `+=` may be looked at in any order.
                    let is_read_first = match graph.value(next).op {
                        Op::Accumulate(_) => !matches!(graph.value(next).ty, Ty::Array(Scalar::Parameter(_))),
                        // A call is passed what it adds to, and so are cells of that, made before it.
                        Op::Join | Op::Call(_) => false,
                        _ => true,
                    };
                    break if is_read_first { user.position - 1 } else { user.position };
                }
                Some(next) => last = next,
            }
        };
        self.changes[&home].iter().any(|&change| start < change && change <= end)
    }

    /// The first value that reads or changes what is in a home.
    pub(super) fn first_user(&self, home: ValueId) -> Option<ValueId> {
        self.first_users.get(&home).copied()
    }

    /// Whether a parameter is written to.
    pub(super) fn is_lent(&self, parameter: ValueId) -> bool {
        self.lent.contains(&parameter)
    }

    /// The parameters that are written to while what was in them before is still to be read, for which there is no code.
    pub(super) fn overwritten(&self) -> impl Iterator<Item = ValueId> {
        self.overwritten.iter().copied()
    }

    /// Whether the variable of a home is declared in this region.
    pub(super) fn is_declared_in(&self, home: ValueId, region: RegionId) -> bool {
        self.declared.get(&home) == Some(&region)
    }

    /// Whether an array that a branch yields under a number is where it was before, whichever arm is taken.
    pub(super) fn stays(&self, graph: &Graph, branch: ValueId, number: usize) -> bool {
        self.common_home(graph, branch, number).is_some()
    }

    /// The home, around a branch, of what all arms yield under a number.
    fn common_home(&self, graph: &Graph, id: ValueId, number: usize) -> Option<ValueId> {
        let mut homes = yields_of(graph, graph.branch(id)?, number);
        let first = homes.next()?;
        if !graph.value(first).ty.is_array() {
            return None;
        }
        let home = self.home(first);
        let declared = self.declared.get(&home).copied().unwrap_or(graph.value(home).region);
        let is_outside = graph.encloses(declared, graph.value(id).region);
        (is_outside && homes.all(|other| self.home(other) == home)).then_some(home)
    }
}

/// What an array was made as, if that can be written again where the array is known.
pub(super) fn model(graph: &Graph, id: ValueId) -> Option<Model> {
    let id = root(graph, id);
    let value = graph.value(id);
    match &value.op {
        Op::Filled(_) => Some(Model::Filled(id)),
        Op::Parameter(_) => Some(Model::Parameter(id)),
        Op::ZeroLike | Op::Cleared | Op::Lent => model(graph, value.operands[0]),
        // One of an array of arrays.
        Op::Load(_) => match model(graph, value.operands[0])? {
            Model::Filled(made) => model(graph, graph.value(made).operands[0]),
            Model::Parameter(_) => None,
        },
        Op::Argument(_) => {
            let (owner, number) = graph.carrier(id)?;
            model(graph, graph.carried(owner, number)?.initial)
        }
        Op::Result(number) => {
            let owner = value.operands[0];
            let Some(branch) = graph.branch(owner) else {
                return model(graph, graph.carried(owner, *number)?.initial);
            };
            let mut models = yields_of(graph, branch, *number).map(|id| model(graph, id));
            let first = models.next()??;
            let (Model::Filled(made) | Model::Parameter(made)) = first;
            let is_known = graph.encloses(graph.value(made).region, graph.value(owner).region);
            (is_known && models.all(|model| model == Some(first))).then_some(first)
        }
        _ => model(graph, graph.array_before(id)?),
    }
}

/// What the arms that do not panic yield under a number.
fn yields_of<'g>(
    graph: &'g Graph,
    branch: &'g Branch,
    number: usize,
) -> impl Iterator<Item = ValueId> + use<'g> {
    branch.bodies().filter_map(move |region| match &graph.region(region).end {
        Terminator::Yield(values) => values.get(number).map(|&id| root(graph, id)),
        Terminator::Panic(_) => None,
    })
}

/// Whether a value is a reference to its operand, which is written where it is used.
pub(super) fn is_reference(graph: &Graph, id: ValueId) -> bool {
    match &graph.value(id).op {
        Op::Opaque(opaque) => is_borrow(opaque),
        _ => false,
    }
}

pub(super) fn is_borrow(opaque: &Opaque) -> bool {
    match opaque.pieces.as_slice() {
        [Piece::Tokens(symbol), Piece::Hole(..)] => symbol.to_string() == "&",
        _ => false,
    }
}

/// Whether a value is always written as a statement of its own.
fn is_statement(graph: &Graph, id: ValueId) -> bool {
    graph.changes_arrays(id)
        || matches!(
            graph.value(id).op,
            Op::Branch(_) | Op::Loop(_) | Op::Filled(_) | Op::Effect(_) | Op::Leave(_)
        )
}

/// Where a value is used: how far the program has come, and in which region.
#[derive(Clone, Copy)]
struct Use {
    position: usize,
    region: RegionId,
}

struct Planner<'a> {
    graph: &'a Graph,
    storage: Storage,
    /// The uses of each array.
    uses: Map<ValueId, Vec<Use>>,
    /// The position of the end of each region.
    ends: Map<RegionId, usize>,
    position: usize,
    /// The arrays that were in each home so far.
    versions: Map<ValueId, Vec<ValueId>>,
    /// The homes around each loop whose contents the loop carries.
    taken: Set<(ValueId, ValueId)>,
}

impl Planner<'_> {
    /// Numbers the values of a region in the order in which they are written, and finds the uses of arrays.
    fn number(&mut self, region: RegionId) {
        for &id in &self.graph.region(region).values {
            self.position += 1;
            self.storage.positions.insert(id, self.position);
            let value = self.graph.value(id);
            let reads = match value.op {
                Op::Coerce | Op::Detach | Op::Linked => false,
                Op::ZeroLike => model(self.graph, id).is_none(),
                _ => !is_reference(self.graph, id),
            };
            if reads {
                value.operands.iter().for_each(|&operand| self.note(operand, region));
            }
            if !matches!(value.op, Op::Coerce | Op::Detach | Op::Linked) {
                value.operands.iter().for_each(|&operand| self.note_user(operand, Some(id), region));
            }
            self.graph.regions(id).for_each(|inner| self.number(inner));
        }
        self.position += 1;
        self.ends.insert(region, self.position);
        for &operand in self.graph.region(region).end.operands() {
            self.note(operand, region);
            self.note_user(operand, None, region);
        }
    }

    fn note_user(&mut self, id: ValueId, value: Option<ValueId>, region: RegionId) {
        let position = self.position;
        let user = self.storage.users.entry(root(self.graph, id)).or_insert(User {
            value,
            region,
            position,
            count: 0,
        });
        user.count += 1;
    }

    fn note(&mut self, id: ValueId, region: RegionId) {
        let id = root(self.graph, id);
        if self.graph.value(id).ty.is_array() {
            self.uses.entry(id).or_default().push(Use { position: self.position, region });
        }
        if is_reference(self.graph, id) {
            self.graph.value(id).operands.iter().for_each(|&operand| self.note(operand, region));
        }
    }

    /// Finds the homes of what a region makes.
    fn place(&mut self, region: RegionId) {
        for &id in &self.graph.region(region).values {
            let value = self.graph.value(id);
            let first = value.operands.first().map(|&operand| root(self.graph, operand));
            if !matches!(value.op, Op::Loop(_) | Op::ZeroLike) {
                for &operand in &value.operands {
                    let home = self.storage.home(root(self.graph, operand));
                    self.storage.first_users.entry(home).or_insert(id);
                }
            }
            match (&value.op, first) {
                (Op::Store(_) | Op::Accumulate(_) | Op::Join, Some(old)) => {
                    let home = if self.can_change(old, id) {
                        self.storage.home(old)
                    } else {
                        self.storage.copied.insert(id);
                        self.storage.declared.insert(id, region);
                        id
                    };
                    self.keep(id, home);
                    self.change(home, self.storage.positions[&id]);
                }
                (Op::Cleared | Op::Lent, Some(parameter)) => {
                    self.storage.declared.insert(parameter, region);
                    self.storage.lent.insert(parameter);
                    self.change(parameter, self.storage.positions[&id]);
                    self.keep(id, parameter);
                }
                (Op::Call(_), _) if self.graph.changes_arrays(id) => {
                    self.place_sums(id, region);
                }
                (Op::Part(_), _) if self.graph.array_before(id).is_some() => {}
                (Op::Leave(_), Some(parameter)) => {
                    if self.storage.home(root(self.graph, value.operands[1])) != parameter {
                        if self.is_read_later(parameter, id) {
                            self.storage.overwritten.insert(parameter);
                        }
                        self.change(parameter, self.storage.positions[&id]);
                    }
                }
                (Op::Loop(repeat), _) => self.place_loop(id, repeat),
                (Op::Branch(branch), _) => {
                    branch.regions().for_each(|region| self.place(region));
                    for &result in self.graph.results(id) {
                        if let Op::Result(number) = self.graph.value(result).op
                            && let Some(home) = self.storage.common_home(self.graph, id, number)
                        {
                            self.keep(result, home);
                        } else {
                            self.declare(result, region);
                        }
                    }
                }
                (Op::Pullback(inner), _) => self.place(*inner),
                _ => self.declare(id, region),
            }
        }
        // What a region hands out is moved, so that nothing reads it behind that.
        for &id in self.graph.region(region).end.operands() {
            let home = self.storage.home(root(self.graph, id));
            if self.storage.declared.get(&home) == Some(&region) && !self.storage.lent.contains(&home) {
                self.change(home, self.ends[&region]);
            }
        }
    }

    /// Finds the homes of what the arrays are that a call adds to.
    fn place_sums(&mut self, id: ValueId, region: RegionId) {
        for &part in self.graph.results(id) {
            let Some(before) = self.graph.array_before(part) else { continue };
            let old = root(self.graph, before);
            let home = if self.can_change(old, id) {
                self.storage.home(old)
            } else {
                self.storage.copied.insert(part);
                self.storage.declared.insert(part, region);
                part
            };
            self.keep(part, home);
            self.change(home, self.storage.positions[&id]);
        }
    }

    /// Notes that an array has a variable of its own.
    fn declare(&mut self, id: ValueId, region: RegionId) {
        if self.graph.value(id).ty.is_array() && root(self.graph, id) == id {
            self.storage.declared.insert(id, region);
            self.keep(id, id);
        }
    }

    fn change(&mut self, home: ValueId, position: usize) {
        self.storage.changes.entry(home).or_default().push(position);
    }

    fn keep(&mut self, id: ValueId, home: ValueId) {
        self.storage.homes.insert(id, home);
        self.versions.entry(home).or_default().push(id);
    }

    fn place_loop(&mut self, id: ValueId, repeat: &Loop) {
        let region = self.graph.value(id).region;
        let items = repeat.domain.items();
        let mut carried = Vec::new();
        for number in 0..self.graph.carried_count(id) {
            let Some(what) = self.graph.carried(id, number) else { continue };
            let initial = root(self.graph, what.initial);
            let next = what.next.map(|next| root(self.graph, next));
            if !self.graph.value(initial).ty.is_array() {
                continue;
            }
            let arguments: Vec<ValueId> = repeat
                .regions()
                .filter_map(|region| self.graph.region(region).arguments.get(items + number).copied())
                .collect();
            let Some(&argument) = arguments.last() else { continue };
            let stays = next.is_none_or(|next| next == argument);
            let home = if stays || self.can_change(initial, id) {
                self.storage.home(initial)
            } else {
                self.storage.declared.insert(argument, region);
                argument
            };
            for argument in arguments {
                self.keep(argument, home);
            }
            if !stays {
                self.taken.insert((id, home));
            }
            carried.push((number, next, home));
        }
        repeat.regions().for_each(|region| self.place(region));
        for &(number, next, home) in &carried {
            if next.is_some_and(|next| self.storage.home(next) != home) {
                self.change(home, self.ends[&repeat.body]);
            }
            for &result in self.graph.results(id) {
                if matches!(self.graph.value(result).op, Op::Result(other) if other == number) {
                    self.keep(result, home);
                }
            }
        }
    }

    /// Whether what holds an array may be changed by `at`, which has the array as an operand.
    fn can_change(&self, array: ValueId, at: ValueId) -> bool {
        let home = self.storage.home(array);
        let is_ours = match self.graph.value(home).op {
            Op::Parameter(_) => self.storage.lent.contains(&home),
            Op::Part(_) => self.storage.copied.contains(&home),
            Op::Binding | Op::Whole(_) => false,
            _ => true,
        };
        is_ours && self.is_at_hand(home, self.graph.value(at).region) && self.is_last(home, at)
    }

    /// Whether a home is that of the same array each time that control comes to a region.
    fn is_at_hand(&self, home: ValueId, region: RegionId) -> bool {
        let Some(&declared) = self.storage.declared.get(&home) else { return false };
        let mut current = region;
        while current != declared {
            let (Some(parent), owner) = (self.graph.region(current).parent, self.graph.region(current).owner)
            else {
                return false;
            };
            let is_passed = owner.is_some_and(|owner| match &self.graph.value(owner).op {
                Op::Branch(branch) => branch.bodies().any(|body| body == current),
                Op::Loop(repeat) => repeat.body == current && self.taken.contains(&(owner, home)),
                _ => false,
            });
            if !is_passed {
                return false;
            }
            current = parent;
        }
        true
    }

    /// Whether nothing else looks at what is in a home when control comes to `at`, or later.
    fn is_last(&self, home: ValueId, at: ValueId) -> bool {
        let position = self.storage.positions[&at];
        self.uses_of(home).filter(|found| found.position == position).count() == 1
            && !self.is_read_later(home, at)
    }

    /// Whether something looks at what is in a home behind `at`.
    fn is_read_later(&self, home: ValueId, at: ValueId) -> bool {
        let (position, region) = (self.storage.positions[&at], self.graph.value(at).region);
        self.uses_of(home).any(|found| found.position > position && !self.are_exclusive(found.region, region))
    }

    /// The uses of all that has been in a home so far.
    fn uses_of(&self, home: ValueId) -> impl Iterator<Item = &Use> {
        let versions = self.versions.get(&home).map_or(&[][..], Vec::as_slice);
        versions.iter().filter_map(|version| self.uses.get(version)).flatten()
    }

    /// Whether two regions are in different arms of a branch.
    fn are_exclusive(&self, left: RegionId, right: RegionId) -> bool {
        let mut arms: Map<ValueId, RegionId> = Map::default();
        self.for_each_arm(left, &mut |branch, arm| {
            arms.insert(branch, arm);
        });
        let mut are_exclusive = false;
        self.for_each_arm(right, &mut |branch, arm| {
            are_exclusive |= arms.get(&branch).is_some_and(|&other| other != arm);
        });
        are_exclusive
    }

    /// Calls `visit` on each arm that a region is in, and its branch.
    fn for_each_arm(&self, region: RegionId, visit: &mut dyn FnMut(ValueId, RegionId)) {
        let mut current = Some(region);
        while let Some(region) = current {
            if let Some(owner) = self.graph.region(region).owner
                && let Some(branch) = self.graph.branch(owner)
                && branch.bodies().any(|body| body == region)
            {
                visit(owner, region);
            }
            current = self.graph.region(region).parent;
        }
    }
}

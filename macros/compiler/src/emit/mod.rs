//! Graph in, Rust tokens out: the only module that writes Rust.
//!
//! The output is meant to be read. Values that the user named keep their names, values used more than once get
//! one, and the rest is written where it is used, with no more parentheses than needed. Long straight-line code
//! is cut into blocks, because rustc overflows its stack on thousands of `let`s in a row.

mod array;
mod blocks;
mod call;
mod expression;
mod naming;
mod part;
mod plan;
mod region;
mod repeat;
mod storage;
#[cfg(test)]
mod tests;
mod whole;

use proc_macro2::{Ident, TokenStream};

use crate::graph::{Function, Graph, Map, Op, Set, ValueId};
use crate::lower::ParameterTokens;
use naming::Names;
use plan::Plan;
use storage::Storage;

/// What emission has to know besides the graph.
pub(crate) struct Context<'a> {
    pub(crate) runtime: TokenStream,
    /// How each graph parameter is written.
    pub(crate) parameters: Vec<&'a ParameterTokens>,
    /// Names of the type parameters that are real numbers.
    pub(crate) reals: &'a [Ident],
    /// How the pullback is written, where there is one.
    pub(crate) pullback: Option<PullbackForm<'a>>,
    /// Names that no local may have.
    pub(crate) reserved: Vec<Ident>,
}

/// How a pullback is written.
pub(crate) struct PullbackForm<'a> {
    /// The parameter of the closure that it is, with the type; without one, it is a block that stands in a loop.
    pub(crate) input: Option<TokenStream>,
    /// Statements before all others.
    pub(crate) checks: TokenStream,
    /// Arranges what it yields into its value.
    pub(crate) arrange: &'a dyn Fn(&[TokenStream]) -> TokenStream,
}

/// The body of a function, and which parameters stand in the way of it.
pub(crate) struct Written {
    pub(crate) tokens: TokenStream,
    /// The slices of which it makes copies on the heap.
    pub(crate) copied: Vec<String>,
    /// The parameters that it would have to read behind the place where it changes them.
    pub(crate) overwritten: Vec<String>,
}

/// The body of a function, whose yields `result` arranges into its value.
pub(crate) fn body(
    function: &Function,
    context: &Context<'_>,
    result: &dyn Fn(&[TokenStream]) -> TokenStream,
) -> Written {
    let is_repeated = context.pullback.as_ref().is_some_and(|pullback| pullback.input.is_none());
    let plan = Plan::of(function, Storage::of(function), is_repeated);
    let names = Names::of(function, context);
    let mut emitter = Emitter {
        graph: &function.graph,
        context,
        plan,
        bound: Map::default(),
        names,
        kept: Vec::new(),
        changes: Vec::new(),
        copied_slices: Set::default(),
    };
    let tokens = emitter.block(function.body, result);
    let name = |&id: &ValueId| function.graph.value(id).note.name.as_ref().map(ToString::to_string);
    let number = |id: ValueId| match function.graph.value(id).op {
        Op::Parameter(number) => Some(number),
        _ => None,
    };
    let is_copied = |id: &ValueId| number(*id).is_some_and(|number| emitter.copied_slices.contains(&number));
    let mut overwritten: Vec<ValueId> = emitter.plan.storage.overwritten().collect();
    overwritten.sort_unstable();
    Written {
        tokens,
        copied: function.parameters.iter().copied().filter(is_copied).filter_map(|id| name(&id)).collect(),
        overwritten: overwritten.iter().filter_map(name).collect(),
    }
}

struct Emitter<'a> {
    graph: &'a Graph,
    context: &'a Context<'a>,
    plan: Plan,
    /// Values that have a `let`.
    bound: Map<ValueId, Ident>,
    names: Names,
    /// Statements before the current one, for values that it borrows.
    kept: Vec<TokenStream>,
    /// The numbers of the parameters that are slices of which copies are made.
    copied_slices: Set<usize>,
    /// The homes of arrays that the code written so far has changed, in order.
    changes: Vec<ValueId>,
}

/// Whether a value prints as its operand.
fn is_transparent(graph: &Graph, id: ValueId) -> bool {
    matches!(graph.value(id).op, Op::Coerce | Op::Detach | Op::Linked)
}

/// The value that is printed for this one.
fn root(graph: &Graph, mut id: ValueId) -> ValueId {
    while is_transparent(graph, id) {
        id = graph.value(id).operands[0];
    }
    id
}

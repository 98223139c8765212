//! Rust syntax in, graph out. The only module that reads Rust.
//!
//! Local variables become SSA values, `mut` included; branches become regions; early returns become the shape
//! of the branches. Integers, booleans and everything else that carries no derivative stay tokens with holes for
//! the values they use. What is not understood is reported at its own span and becomes [`Val::Poison`], which
//! absorbs what is done with it, so that one mistake is one message.

mod advance;
mod allocated;
mod argument;
mod array;
mod call;
mod cast;
mod closure;
mod conditional;
mod constant;
mod control;
mod each;
mod expression;
mod filled;
mod form;
mod integer;
mod item;
mod join;
mod kinds;
mod loops;
mod macros;
mod method;
mod opaque;
mod option;
mod parameter;
mod part;
mod pattern;
mod place;
mod record;
mod reduction;
mod refutable;
mod result;
mod rolled;
mod scope;
mod sequence;
mod sibling;
mod slice;
mod statement;
mod stream;
mod stream_method;
mod types;
mod vector;
mod view;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ItemFn;

use crate::error::Errors;
use crate::graph::{
    Builder, Constant, Function, Op, Precedence, RegionId, Scalar, Terminator, Ty, ValueId, round_to,
};
use crate::mode::Mode;
use crate::options::Options;
use crate::rules::Primitive;
use crate::signature::Signature;
pub(crate) use pattern::rename_parameter;

use constant::Known;
use control::{Exit, Pending};
use kinds::Kinds;
use loops::LoopFrame;
use option::Optional;
use place::Place;
use record::Record;
use scope::{Mark, Scopes, Snapshot, VariableId};
use stream::Stream;
use types::Unifier;
use view::View;

/// What an expression stands for during lowering.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Val {
    Node(ValueId),
    Tuple(Vec<Val>),
    Array(Vec<Val>),
    /// A struct whose fields are known.
    Struct(Record),
    /// What an iterator yields, one after the other.
    Sequence(Vec<Val>),
    /// An array that is one value, or a part of one.
    View(View),
    /// An iterator over as many items as there are at run time.
    Stream(Rc<Stream>),
    /// A value that may not be there.
    Optional(Optional),
    /// A mutable reference to a variable or a part of one.
    Place(Place),
    /// A closure, by its number.
    Closure(usize),
    Unit,
    /// Declared but not assigned yet.
    Uninitialized,
    /// Control does not come here.
    Never,
    /// An error was reported.
    Poison,
}

impl Val {
    /// The nodes of the value, in order.
    fn collect(&self, nodes: &mut Vec<ValueId>) {
        match self {
            Self::Node(id) => nodes.push(*id),
            Self::Tuple(parts) | Self::Array(parts) => parts.iter().for_each(|part| part.collect(nodes)),
            Self::Struct(record) => record.values().for_each(|part| part.collect(nodes)),
            Self::View(view) => nodes.push(view.array),
            Self::Optional(option) => option.collect(nodes),
            _ => {}
        }
    }

    /// The nodes of the value, in its shape.
    fn leaf(&self) -> Leaf {
        let leaves = |parts: &[Val]| parts.iter().map(Self::leaf).collect();
        match self {
            Self::Node(id) => Leaf::Value(*id),
            Self::View(view) => Leaf::Value(view.array),
            Self::Tuple(parts) => Leaf::Tuple(leaves(parts)),
            Self::Array(parts) => Leaf::Array(leaves(parts)),
            _ => Leaf::Constant,
        }
    }

    /// Of a tuple or an array, how many parts it has, and whether it is a tuple.
    fn list_form(&self) -> Option<(usize, bool)> {
        match self {
            Self::Tuple(parts) => Some((parts.len(), true)),
            Self::Array(parts) => Some((parts.len(), false)),
            _ => None,
        }
    }

    /// The tuple or array of these parts.
    fn list_of(parts: Vec<Val>, is_tuple: bool) -> Self {
        if is_tuple { Self::Tuple(parts) } else { Self::Array(parts) }
    }

    /// Whether an error was reported for a part of the value, or control does not come here.
    fn is_poisoned(&self) -> bool {
        match self {
            Self::Poison | Self::Never => true,
            Self::Tuple(parts) | Self::Array(parts) | Self::Sequence(parts) => {
                parts.iter().any(Self::is_poisoned)
            }
            Self::Struct(record) => record.values().any(Self::is_poisoned),
            Self::Optional(option) => option.value().is_some_and(Self::is_poisoned),
            _ => false,
        }
    }
}

/// A lowered function and what emission needs besides its graph.
pub(crate) struct Lowered {
    pub(crate) function: Function,
    /// How each graph parameter is written in terms of the signature.
    pub(crate) parameters: Vec<ParameterTokens>,
    /// Per parameter of the signature, the graph parameters of its floats.
    pub(crate) leaves: Vec<Leaf>,
    /// What the function yields, in the shape of its result.
    pub(crate) result: Leaf,
    /// The names in the parameters' patterns, in their order.
    pub(crate) parameter_names: Vec<proc_macro2::Ident>,
    /// `use`, `const` and other items of the body.
    pub(crate) items: Vec<syn::Item>,
    /// Items that compile only if paths mean what they were taken for, by path.
    pub(crate) checks: BTreeMap<String, TokenStream>,
}

pub(crate) struct ParameterTokens {
    pub(crate) tokens: TokenStream,
    pub(crate) precedence: Precedence,
    /// Whether the tokens are a reference to the value.
    pub(crate) is_reference: bool,
    /// Where it stands, if it is an element of an array.
    pub(crate) element: Option<Element>,
    /// How arrays like it are made, if it is an array, slice or vector that is one value.
    pub(crate) array: Option<ArrayTokens>,
}

/// How arrays like a parameter are made.
#[derive(Clone)]
pub(crate) struct ArrayTokens {
    /// Zeros in its form, `[0.0; 3]`, if they can be written without a copy of it.
    pub(crate) zeros: Option<TokenStream>,
    pub(crate) zero: Zero,
    /// Whether it is an array, of constant length, rather than a slice or vector.
    pub(crate) is_copy: bool,
    /// Whether it is an `Accumulate`, which can only be added to.
    pub(crate) is_accumulated: bool,
}

/// What an array is filled with, so that it holds zeros.
#[derive(Clone)]
pub(crate) enum Zero {
    /// One element for all: `0.0`, `[0.0; 2]`.
    Element(TokenStream),
    /// For each struct, zeros like the one in the same place of an array that is written so.
    OfEach(TokenStream),
}

/// An element of an array that is a parameter, or a part of one.
pub(crate) struct Element {
    pub(crate) array: TokenStream,
    /// Whether the array's tokens are a reference to it.
    pub(crate) is_behind_reference: bool,
    pub(crate) position: usize,
    pub(crate) length: usize,
}

/// The floats of a parameter or of the result, in the shape of its type.
#[derive(Clone, Debug)]
pub(crate) enum Leaf {
    Value(ValueId),
    /// A float that no pattern binds.
    Unbound(Scalar),
    Tuple(Vec<Leaf>),
    Array(Vec<Leaf>),
    /// Not a float.
    Constant,
}

/// The state of lowering one function.
pub(crate) struct Lowerer<'a> {
    builder: Builder,
    errors: &'a Errors,
    signature: &'a Signature,
    scopes: Scopes,
    types: Unifier,
    /// Whether a value depends on an active parameter, by number.
    varied: Vec<bool>,
    items: Vec<syn::Item>,
    checks: BTreeMap<String, TokenStream>,
    /// The path of the runtime.
    runtime: TokenStream,
    parameters: Vec<ParameterTokens>,
    parameter_names: Vec<proc_macro2::Ident>,
    /// Every identifier in the body, and the names made for constants of inner blocks.
    words: HashSet<String>,
    /// The names that parameters and arms' patterns bind in generated code.
    bindings: HashSet<String>,
    /// Set when control has left the function.
    exit: Option<Exit>,
    /// Branches whose last arm is still open because the rest of the function belongs into it.
    pending: Vec<Pending>,
    /// Where the current arm, or body of a loop, began.
    mark: Mark,
    /// The loops around the current point, outermost first.
    loops: Vec<LoopFrame>,
    /// What `return` in a loop leaves: whether the function has returned, and its result.
    returned: Option<(VariableId, VariableId)>,
    /// Whether the value of the method call that comes next is not used.
    is_discarded: bool,
    /// Whether the current point is in the body of a closure, which `return` would not leave.
    in_closure: bool,
    /// The computed indices that are known to be in bounds.
    checked_indices: HashSet<(RegionId, ValueId, usize)>,
    /// How many values a loop may make when it is unrolled.
    unroll: usize,
    /// What stays a loop and what is unrolled.
    decisions: Decisions,
    /// How many loops around the current point are not unrolled.
    rolled_depth: usize,
    /// How many loops were not unrolled so far.
    rolled_loops: usize,
    /// What `break` gives to the loop that is entered next as its value.
    value_of_loop: Option<VariableId>,
    /// The closures met so far, with what names mean in them.
    closures: Vec<(Rc<syn::ExprClosure>, Snapshot)>,
    /// The types of opaque arrays and tuples, where the program states them.
    list_types: HashMap<ValueId, syn::Type>,
    /// The type that is expected here, which may give an array its length.
    expected: Option<syn::Type>,
    /// The integers that `const` items of the body name.
    integers: HashMap<String, Known>,
    /// The types of the `const` arrays of the body.
    constants: HashMap<String, syn::Type>,
    /// The attribute.
    mode: Mode,
    /// The parameters that are arrays which the function changes, and the variables that hold what is in them.
    changed_arrays: Vec<(ValueId, VariableId)>,
    /// Whether it says that generated code may allocate.
    allocates: bool,
    /// Which values turn out to be real numbers, and which have parts.
    kinds: Kinds,
    /// The paths that literals of structs name.
    struct_paths: Vec<TokenStream>,
    /// Constants that are structs, or parameters that may be.
    structs: HashSet<ValueId>,
    /// Variables that hold references.
    references: HashSet<VariableId>,
    /// Whose items the method that is lowered hands to its closure, if they may be references.
    handed: Option<Rc<syn::Expr>>,
    /// The same of closures that are called when the items are looked at, by their numbers.
    handed_later: HashMap<usize, Rc<syn::Expr>>,
}

/// How many values a loop may make unless the attribute says otherwise: beyond, unrolling no longer pays.
const UNROLLED_VALUES: usize = 2000;

/// What stays a loop and what is unrolled, as far as earlier attempts have shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Decisions {
    /// The longest list that is gone through item by item.
    longest: usize,
    /// Whether loops with conditions are unrolled where these are known.
    unrolls_conditions: bool,
    /// The longest array, in floats, whose elements are values of their own.
    largest: usize,
}

/// The longest array that is taken apart in a function that indexes arrays in loops.
const LARGEST_TAKEN_APART: usize = 8;

/// Lowers a function's body. `None` if errors were reported.
///
/// Every loop is unrolled at first. Where one turns out to be too long for that, or has no known end, lowering begins
/// again with the decision that it stays a loop.
pub(crate) fn lower(
    item: &ItemFn,
    signature: &Signature,
    mode: Mode,
    options: &Options,
    errors: &Errors,
) -> Option<Lowered> {
    let unroll = options.unroll.unwrap_or(UNROLLED_VALUES);
    let mut decisions = Decisions { longest: unroll, unrolls_conditions: true, largest: usize::MAX };
    loop {
        let found = Errors::default();
        match attempt(item, signature, mode, options, decisions, &found) {
            Ok(lowered) => {
                errors.take_over(found);
                if lowered.is_none() && errors.is_empty() {
                    errors.report(
                        &signature.name,
                        "the body of this function is not understood, and the macro cannot say where; please report it, \
                         and write the function with simpler statements",
                    );
                }
                return lowered;
            }
            Err(other) => decisions = other,
        }
    }
}

/// Lowers with decisions, or says which others are needed.
fn attempt(
    item: &ItemFn,
    signature: &Signature,
    mode: Mode,
    options: &Options,
    decisions: Decisions,
    errors: &Errors,
) -> Result<Option<Lowered>, Decisions> {
    let (runtime, unroll) = (options.runtime(), options.unroll.unwrap_or(UNROLLED_VALUES));
    let mut lowerer = Lowerer {
        builder: Builder::new(true),
        errors,
        signature,
        scopes: Scopes::default(),
        types: Unifier::default(),
        varied: Vec::new(),
        items: Vec::new(),
        checks: BTreeMap::new(),
        runtime,
        parameters: Vec::new(),
        parameter_names: Vec::new(),
        words: words_of(item.block.to_token_stream()),
        bindings: HashSet::new(),
        exit: None,
        pending: Vec::new(),
        mark: Mark::default(),
        loops: Vec::new(),
        returned: None,
        is_discarded: false,
        in_closure: false,
        checked_indices: HashSet::new(),
        unroll,
        decisions,
        rolled_depth: 0,
        rolled_loops: 0,
        value_of_loop: None,
        closures: Vec::new(),
        list_types: HashMap::new(),
        expected: None,
        integers: HashMap::new(),
        constants: HashMap::new(),
        mode,
        changed_arrays: Vec::new(),
        allocates: options.allocates,
        kinds: Kinds::default(),
        struct_paths: Vec::new(),
        structs: HashSet::new(),
        references: HashSet::new(),
        handed: None,
        handed_later: HashMap::new(),
    };
    lowerer.scopes.enter();
    let leaves = signature.parameters.iter().map(|parameter| lowerer.parameter(parameter)).collect();
    lowerer.note_own_parameters();
    let value = lowerer.block(&item.block);
    if lowerer.decisions != decisions {
        return Err(lowerer.decisions);
    }
    let result = lowerer.finish_body(value, &item.block);
    lowerer.settle_kinds();
    lowerer.check_second_order();
    lowerer.check_array_arguments();
    if !errors.is_empty() {
        return Ok(None);
    }
    let Some(result) = result else { return Ok(None) };
    let Lowerer { builder, types, parameters, parameter_names, items, checks, .. } = lowerer;
    let mut outputs = Vec::new();
    result.collect(&mut outputs);
    let result = result.leaf();
    let mut function = builder.finish(Terminator::Yield(outputs));
    settle_types(&mut function, &types);
    Ok(Some(Lowered { function, parameters, leaves, result, parameter_names, items, checks }))
}

impl Lowerer<'_> {
    /// A node as a real number: opaque values are taken to be numbers of the type that the context asks for.
    fn real(&mut self, id: ValueId) -> ValueId {
        if self.ty(id).is_real() {
            return id;
        }
        if self.is_whole(id) {
            self.make_real(id, None);
            return id;
        }
        self.refuse_hidden(id);
        let ty = self.types.fresh();
        let real = self.builder.coerce(id, ty);
        self.set_varied(real, false);
        real
    }

    /// Applies a primitive to real numbers of one type.
    fn apply(&mut self, primitive: Primitive, operands: Vec<ValueId>) -> ValueId {
        self.same_type(&operands);
        let varied = operands.iter().any(|&id| self.is_varied(id));
        let id = self.builder.primitive(primitive, operands);
        self.set_varied(id, varied);
        id
    }

    /// Makes the types of real values one.
    fn same_type(&mut self, values: &[ValueId]) {
        for pair in values.windows(2) {
            if let (Ty::Real(a), Ty::Real(b)) = (self.ty(pair[0]), self.ty(pair[1])) {
                self.types.unify(a, b);
            }
        }
    }

    fn literal(&mut self, ty: Ty, text: &str) -> ValueId {
        let value = text.replace('_', "").parse().unwrap_or(f64::NAN);
        let constant = Constant { value, text: Some(Rc::from(text)), is_typed: false };
        let id = self.builder.constant(ty, constant);
        self.set_varied(id, false);
        id
    }

    fn ty(&self, id: ValueId) -> Ty {
        self.builder.graph().value(id).ty
    }

    fn is_varied(&self, id: ValueId) -> bool {
        self.varied.get(id.index()).copied().unwrap_or(false)
    }

    fn set_varied(&mut self, id: ValueId, varied: bool) {
        if self.varied.len() <= id.index() {
            self.varied.resize(id.index() + 1, false);
        }
        self.varied[id.index()] |= varied;
    }

    /// Whether any float in the value depends on an active parameter.
    fn depends_on_parameters(&self, value: &Val) -> bool {
        match value {
            Val::Node(id) => self.is_varied(*id),
            Val::Tuple(parts) | Val::Array(parts) | Val::Sequence(parts) => {
                parts.iter().any(|part| self.depends_on_parameters(part))
            }
            Val::Struct(record) => record.values().any(|part| self.depends_on_parameters(part)),
            Val::View(view) => self.is_varied(view.array),
            Val::Optional(option) => {
                let mut nodes = Vec::new();
                option.collect(&mut nodes);
                nodes.into_iter().any(|id| self.is_varied(id))
            }
            _ => false,
        }
    }
}

fn words_of(tokens: TokenStream) -> HashSet<String> {
    let mut words = HashSet::new();
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Group(group) => words.extend(words_of(group.stream())),
            proc_macro2::TokenTree::Ident(ident) => {
                words.insert(ident.to_string());
            }
            _ => {}
        }
    }
    words
}

/// Replaces type variables by types, and rounds literals to them.
fn settle_types(function: &mut Function, types: &Unifier) {
    for id in function.graph.ids() {
        let value = function.graph.value_mut(id);
        value.ty = types.settle(value.ty);
        if let (Op::Constant(constant), Ty::Real(Scalar::F32)) = (&mut value.op, value.ty) {
            // From the text, so that the number is rounded once.
            let text = constant.text.as_ref().map(|text| text.replace('_', ""));
            let parsed = text.and_then(|text| text.parse::<f32>().ok());
            constant.value = parsed.map_or_else(|| round_to(value.ty, constant.value), f64::from);
        }
    }
}

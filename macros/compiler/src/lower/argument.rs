//! Arguments of calls with siblings: how each is made of values of the graph, whether it carries floats, and whether it
//! is passed by reference.

use proc_macro2::Delimiter;
use quote::ToTokens;
use syn::{Expr, Pat, Type};

use super::pattern::bindings;
use super::sequence::unwrapped;
use super::{Lowerer, Val};
use crate::graph::{Form, Graph, Leaf, Op, Piece, Ty, ValueId};

/// The arguments of a call: their forms, and the values that these are made of.
pub(super) struct Arguments {
    pub(super) forms: Vec<Form>,
    pub(super) operands: Vec<ValueId>,
}

impl Arguments {
    /// Decides of what is not known: the program takes the gradient apart, so its form has to be. Where the program
    /// tells how many entries the gradient has, that may decide; otherwise parameters are taken to be constant, as enums
    /// are, and constants and structs to carry floats.
    pub(super) fn decide(&mut self, graph: &Graph, entries: Option<usize>) {
        let (known, unknown) = counts(&self.forms);
        let of_all = match entries {
            Some(entries) if entries == known => Some(Leaf::Constant),
            Some(entries) if entries == known + unknown => Some(Leaf::Float),
            _ => None,
        };
        let mut operands = self.operands.iter();
        for form in &mut self.forms {
            let first = operands.next();
            operands.by_ref().take(form.size().saturating_sub(1)).for_each(drop);
            let is_parameter = first.is_some_and(|&id| matches!(graph.value(id).op, Op::Parameter(_)));
            let leaf = of_all.unwrap_or(if is_parameter { Leaf::Constant } else { Leaf::Float });
            *form = form.clone().decided(leaf);
        }
    }

    /// Keeps of the arguments of a `g_jvp` those of the function, as many as the tangents that follow allow for, and
    /// decides of what is not known. `None` if no number of tangents fits.
    pub(super) fn split(&mut self, graph: &Graph) -> Option<()> {
        let mut decided = Self { forms: self.forms.clone(), operands: self.operands.clone() };
        decided.decide(graph, None);
        let fits = |forms: &[Form], count: usize| {
            let (known, unknown) = counts(&forms[..count]);
            (known..=known + unknown).contains(&(forms.len() - count))
        };
        let find = |forms: &[Form]| (1..forms.len()).find(|&count| fits(forms, count));
        let count = find(&decided.forms).or_else(|| find(&self.forms))?;
        let tangents = self.forms.len() - count;
        self.forms.truncate(count);
        self.decide(graph, Some(tangents));
        Some(())
    }
}

/// How many arguments have an entry in the gradient, and of how many that is not known.
fn counts(forms: &[Form]) -> (usize, usize) {
    let unknown = forms.iter().filter(|form| form.is_unknown()).count();
    (forms.iter().filter(|form| form.gradient().is_some()).count(), unknown)
}

impl Lowerer<'_> {
    /// The arguments of a call. `None` if there is something wrong with one of them, which is reported.
    pub(super) fn arguments(
        &mut self,
        values: &[Val],
        written: &[&Expr],
        is_method: bool,
        at: &impl ToTokens,
    ) -> Option<Arguments> {
        let values: Vec<Val> = values
            .iter()
            .map(|value| match value {
                Val::Place(place) => self.read(place),
                value => value.clone(),
            })
            .collect();
        let has_arrays = values
            .iter()
            .enumerate()
            .any(|(position, value)| self.is_array_argument(value, written.get(position)));
        let mut list = Arguments { forms: Vec::new(), operands: Vec::new() };
        for (position, value) in values.iter().enumerate() {
            let is_reference = written.get(position).is_some_and(|written| self.is_reference(written));
            let is_receiver = is_method && position == 0;
            if matches!(value, Val::View(view) if self.ty(view.array).element() == Ty::Whole) {
                self.report_at(
                    written.get(position),
                    "a slice of structs is passed to another function, which is not supported; pass its elements one by one",
                );
                return None;
            }
            if has_arrays
                && !is_receiver
                && let Some(form) = self.array_argument(value, is_reference, &mut list.operands)
            {
                list.forms.push(form);
                continue;
            }
            let reported = self.errors.count();
            let Some(mut form) = self.argument(value, written.get(position), &mut list.operands) else {
                if self.errors.count() == reported {
                    self.errors.report(at, "an argument of this call has no value; give it one");
                }
                return None;
            };
            if has_arrays && form.is_unknown() && !is_receiver {
                self.report_at(
                    written.get(position),
                    "beside an array, the type of each argument has to be seen; bind this one with its type first: \
                     `let n: usize = self.n;`",
                );
                return None;
            }
            if is_receiver {
                form = self.receiver(form.decided(Leaf::Float), &list.operands);
            } else if !matches!(form, Form::Leaf(_)) {
                form = form.decided(Leaf::Float);
            }
            // What is opaque is a reference already.
            let is_opaque =
                matches!(value, Val::Node(_)) && matches!(form, Form::Leaf(Leaf::Constant | Leaf::Unknown));
            let is_wrapped = is_reference && !is_receiver && !is_opaque;
            list.forms.push(if is_wrapped { Form::Reference(Box::new(form)) } else { form });
        }
        Some(list)
    }

    /// The receiver of a method is differentiated if it varies.
    fn receiver(&self, form: Form, operands: &[ValueId]) -> Form {
        let varies = operands.iter().any(|&id| self.is_varied(id) || self.ty(id).is_real());
        if varies { form } else { Form::Leaf(Leaf::Constant) }
    }

    /// The form of an argument, whose leaves become operands.
    fn argument(
        &mut self,
        value: &Val,
        written: Option<&&Expr>,
        operands: &mut Vec<ValueId>,
    ) -> Option<Form> {
        let mut each = |lowerer: &mut Self, parts: &[Val]| {
            parts.iter().map(|part| lowerer.argument(part, written, operands)).collect::<Option<Vec<Form>>>()
        };
        Some(match value {
            Val::Node(id) => {
                operands.push(*id);
                Form::Leaf(if self.ty(*id).is_real() || self.is_whole(*id) {
                    Leaf::Float
                } else if self.is_no_float(value) {
                    Leaf::Constant
                } else {
                    Leaf::Unknown
                })
            }
            Val::Tuple(parts) => Form::Tuple(each(self, parts)?),
            Val::Array(parts) | Val::Sequence(parts) => Form::Array(each(self, parts)?),
            Val::Struct(_) => {
                operands.push(self.node(value)?);
                // What is built of constants alone may be of a type without derivatives.
                let varies = self.depends_on_parameters(value);
                Form::Leaf(if varies { Leaf::Float } else { Leaf::Unknown })
            }
            Val::Place(place) => {
                let value = self.read(place);
                self.argument(&value, written, operands)?
            }
            Val::View(view) => {
                let Some(parts) = self.listed(view) else {
                    self.report_at(
                        written,
                        "an array of unknown length inside a tuple or array is passed to another function, which is not \
                         supported; pass it as an argument of its own",
                    );
                    return None;
                };
                self.argument(&Val::Array(parts), written, operands)?
            }
            Val::Optional(_) => {
                self.errors.report(
                    &self.signature.name,
                    "an option through which a derivative may pass is passed to another function, which is not supported; \
                     take its value before the call",
                );
                return None;
            }
            Val::Unit | Val::Stream(_) | Val::Closure(_) | Val::Uninitialized | Val::Never | Val::Poison => {
                return None;
            }
        })
    }

    /// Reports what is wrong with an argument, at the argument if it was written as one.
    fn report_at(&self, written: Option<&&Expr>, message: &str) {
        match written {
            Some(written) => self.errors.report(written, message),
            None => self.errors.report(&self.signature.name, message),
        }
    }

    /// Whether an opaque value is seen to carry no floats: an integer, a boolean, a variant of an enum. A constant
    /// or field whose type cannot be seen is taken for a float, which rustc verifies.
    pub(super) fn is_no_float(&self, value: &Val) -> bool {
        let Val::Node(id) = value else { return true };
        if self.known(value).is_some() {
            return true;
        }
        let node = self.builder.graph().value(*id);
        if node.ty == Ty::Bool {
            return true;
        }
        match &node.op {
            Op::Parameter(_) => !self.is_whole(*id) && !self.structs.contains(id),
            // What arms hand out is of the type that any of them shows, and what a loop carries of that before the loop.
            Op::Result(_) | Op::Argument(_) => {
                let graph = self.builder.graph();
                let origins = graph.origins(*id);
                let is_of_branch =
                    matches!(node.op, Op::Result(_)) && graph.branch(node.operands[0]).is_some();
                let count = if is_of_branch { origins.len() } else { 1 };
                origins.is_empty() || origins.iter().take(count).any(|&id| self.is_no_float(&Val::Node(id)))
            }
            Op::Opaque(opaque) => {
                if let Some(annotation) = &opaque.annotation {
                    let ty = syn::parse2::<Type>(annotation.clone());
                    return ty.is_ok_and(|ty| !self.signature.shape(&ty).carries_reals());
                }
                if let Some(ty) = self.list_types.get(id) {
                    return !self.signature.shape(ty).carries_reals();
                }
                let operand = |number: usize| self.is_no_float(&Val::Node(node.operands[number]));
                match opaque.pieces.as_slice() {
                    // A field, whose type is unknown, or a cast.
                    [Piece::Hole(..), Piece::Tokens(tokens)] => !tokens.to_string().starts_with('.'),
                    // Methods that count or ask.
                    [Piece::Hole(..), Piece::Tokens(method), Piece::Group(Delimiter::Parenthesis, _)] => {
                        let name = method.clone().into_iter().nth(1).map(|name| name.to_string());
                        name.is_some_and(|name| {
                            matches!(name.as_str(), "len" | "count") || name.starts_with("is_")
                        })
                    }
                    [Piece::Hole(..), Piece::Group(Delimiter::Bracket, _)] => operand(0),
                    [Piece::Hole(..), Piece::Tokens(_), Piece::Hole(..)] => operand(0) || operand(1),
                    [Piece::Group(..)] => (0..node.operands.len()).all(operand),
                    // A reference is as what it refers to, a negative as what it negates.
                    [Piece::Tokens(symbol), Piece::Hole(..)]
                        if matches!(symbol.to_string().as_str(), "&" | "*" | "-") =>
                    {
                        operand(0)
                    }
                    // A path: constants are in capitals, variants are not.
                    [Piece::Tokens(tokens)] => {
                        let last = tokens.clone().into_iter().last().map(|last| last.to_string());
                        !last.is_some_and(|last| {
                            last.chars().any(char::is_uppercase) && !last.chars().any(char::is_lowercase)
                        })
                    }
                    // What a call returns is a number mostly.
                    _ => opaque.key.is_some(),
                }
            }
            _ => true,
        }
    }

    /// Whether an expression is a reference: written as one, or a variable that holds one.
    pub(super) fn is_reference(&self, expression: &Expr) -> bool {
        match unwrapped(expression) {
            Expr::Reference(_) => true,
            Expr::Path(path) => {
                let variable = path.path.get_ident().and_then(|ident| self.scopes.find(ident));
                variable.is_some_and(|variable| self.references.contains(&variable))
            }
            _ => false,
        }
    }

    /// Notes that names of a pattern are bound to references to the items of `items`.
    pub(super) fn note_items(&mut self, pattern: &Pat, items: &Expr) {
        if let Expr::MethodCall(call) = unwrapped(items)
            && matches!(call.method.to_string().as_str(), "rev" | "skip" | "take" | "step_by" | "by_ref")
        {
            return self.note_items(pattern, &call.receiver);
        }
        if let (Pat::Tuple(pair), Expr::MethodCall(call)) = (pattern, unwrapped(items))
            && let (2, "enumerate" | "zip") = (pair.elems.len(), call.method.to_string().as_str())
        {
            let first = if call.method == "zip" { &pair.elems[0] } else { &pair.elems[1] };
            self.note_items(first, &call.receiver);
            if let Some(other) = call.args.first() {
                self.note_items(&pair.elems[1], other);
            }
            return;
        }
        if self.yields_references(items) {
            self.note_references(pattern);
        }
    }

    /// Notes that the names of a pattern are bound to references.
    pub(super) fn note_references(&mut self, pattern: &Pat) {
        match pattern {
            // `&x` binds what the reference leads to.
            Pat::Reference(_) => return,
            Pat::Tuple(parts) => return parts.elems.iter().for_each(|part| self.note_references(part)),
            Pat::Type(typed) => return self.note_references(&typed.pat),
            Pat::Paren(inner) => return self.note_references(&inner.pat),
            _ => {}
        }
        for ident in bindings(pattern) {
            if let Some(variable) = self.scopes.find(&ident) {
                self.references.insert(variable);
            }
        }
    }

    /// Whether what an expression goes through are references to the items.
    pub(super) fn yields_references(&self, items: &Expr) -> bool {
        match unwrapped(items) {
            Expr::Reference(reference) => reference.mutability.is_none(),
            Expr::MethodCall(call) => match call.method.to_string().as_str() {
                "iter" => true,
                "copied" | "cloned" | "map" => false,
                _ => self.yields_references(&call.receiver),
            },
            path => self.is_reference(path),
        }
    }
}

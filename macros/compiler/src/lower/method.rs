//! Method calls.

use std::rc::Rc;

use quote::{ToTokens, quote};
use syn::ExprMethodCall;

use super::opaque::Template;
use super::{Lowerer, Val};
use crate::graph::{Precedence, Spelling, Ty, ValueId};
use crate::rules::{
    self, CONSTANT_METHODS, Kind, Primitive, Rule, UNSTABLE_METHODS, UNSUPPORTED_METHODS, nearest,
};

/// Methods of integers, booleans, options and slices that do nothing but compute.
const PURE_METHODS: &[&str] = &[
    "abs",
    "abs_diff",
    "abs_sub",
    "checked_add",
    "checked_div",
    "checked_mul",
    "checked_pow",
    "checked_sub",
    "clamp",
    "clone",
    "cmp",
    "copied",
    "count_ones",
    "count_zeros",
    "div_ceil",
    "div_euclid",
    "eq",
    "first",
    "ge",
    "gt",
    "ilog10",
    "ilog2",
    "is_empty",
    "is_err",
    "is_multiple_of",
    "is_negative",
    "is_none",
    "is_ok",
    "is_positive",
    "is_power_of_two",
    "is_some",
    "isqrt",
    "last",
    "le",
    "leading_zeros",
    "len",
    "lt",
    "max",
    "min",
    "ne",
    "next_power_of_two",
    "not",
    "partial_cmp",
    "pow",
    "rem_euclid",
    "saturating_add",
    "saturating_mul",
    "saturating_pow",
    "saturating_sub",
    "sin_cos",
    "signum",
    "trailing_zeros",
    "unsigned_abs",
    "unwrap_or",
    "unwrap_or_default",
    "wrapping_add",
    "wrapping_mul",
    "wrapping_neg",
    "wrapping_pow",
    "wrapping_sub",
];

/// Methods after which a number is what it was.
const VIEWS: &[&str] = &["borrow", "cloned", "copied", "expect", "to_owned", "unwrap"];

impl Lowerer<'_> {
    pub(super) fn method_call(&mut self, call: &ExprMethodCall) -> Val {
        let expected = self.expected.take();
        let is_discarded = std::mem::take(&mut self.is_discarded);
        if let Some(value) = self.mutating_method(call) {
            return value;
        }
        let mut receiver = self.expression(&call.receiver);
        receiver = self.listed_items(receiver);
        if let Some(value) = self.vector_method(call, &receiver, expected.as_ref()) {
            return value;
        }
        if let Some(value) = self.method_of_items(call, &receiver) {
            return value;
        }
        if matches!(receiver, Val::Poison) {
            return Val::Poison;
        }
        if self.is_real(&receiver) && VIEWS.contains(&call.method.to_string().as_str()) {
            return receiver;
        }
        if let Val::Sequence(items) = receiver {
            receiver = Val::Array(items);
        }
        let arguments: Vec<Val> = call.args.iter().map(|argument| self.expression(argument)).collect();
        if matches!(receiver, Val::Never) || arguments.contains(&Val::Never) {
            return Val::Never;
        }
        if receiver.is_poisoned() || arguments.iter().any(Val::is_poisoned) {
            return Val::Poison;
        }
        let name = super::pattern::plain(&call.method);
        let is_of_numbers = is_of_numbers(&name, 1 + arguments.len());
        // What is not known to have parts is a number where numbers have the method.
        let mut may_be_numbers = is_of_numbers;
        for operand in std::iter::once(&receiver).chain(&arguments) {
            may_be_numbers &=
                matches!(operand, Val::Node(id) if !self.kinds.is_whole(*id) && !self.is_struct(operand));
        }
        let is_integer = self.is_no_float(&receiver) && !self.is_real(&receiver);
        let is_whole = matches!(receiver, Val::Node(id) if self.is_whole(id));
        if may_be_numbers && (is_whole || !is_integer) {
            let parameters = rules::find(&name).map_or(&[][..], |rule| rule.parameters);
            for (position, operand) in std::iter::once(&receiver).chain(&arguments).enumerate() {
                let is_integer =
                    parameters.get(position).is_some_and(|parameter| parameter.kind == Kind::int);
                if let (Val::Node(id), false) = (operand, is_integer) {
                    self.make_real(*id, None);
                }
            }
        }
        if let Some(value) = self.folded_method(&name, &receiver, &arguments) {
            return value;
        }
        let mut operands = vec![receiver];
        operands.extend(arguments);
        if name == "clone"
            && operands.len() == 1
            && !matches!(operands[0], Val::Node(id) if !self.ty(id).is_real() && !self.is_whole(id))
        {
            return operands.remove(0);
        }
        let meets_numbers = operands.iter().any(|operand| self.depends_on_parameters(operand));
        if is_discarded && meets_numbers && !self.is_real(&operands[0]) {
            self.errors.report(
                &call.method,
                format_args!(
                    "the value of `{name}` is not used, so it may change what it is called on, which the macro does not see; \
                     write a method that returns the new value, and assign that"
                ),
            );
            return Val::Poison;
        }
        if self.is_method_of_struct(&name, &operands) {
            return self.sibling_method(call, &operands, expected.as_ref());
        }
        self.method_of_values(call, &name, &operands)
    }

    /// A method of an option, an iterator, an array or a boolean that may become an option. `None` if it is none of these,
    /// or one that has methods besides those that are known here.
    fn method_of_items(&mut self, call: &ExprMethodCall, receiver: &Val) -> Option<Val> {
        let is_of_stream = match receiver {
            Val::Stream(_) | Val::View(_) => true,
            Val::Node(_) => is_iteration(&call.method) && self.stream_of(receiver).is_some(),
            _ => false,
        };
        if let Val::Optional(option) = receiver {
            return Some(self.option_method(call, option));
        }
        if is_of_stream {
            return Some(self.stream_method(call, receiver).unwrap_or(Val::Poison));
        }
        if matches!(receiver, Val::Sequence(_)) && self.is_advanced(call) {
            return Some(Val::Poison);
        }
        if let Some(value) = self.option_of_boolean(call, receiver) {
            return Some(value);
        }
        if self.is_sequence(receiver) {
            let expanded = self.expanded(receiver.clone());
            // `map` of an array hands the elements over.
            let hands_values = call.method == "map" && matches!(expanded, Val::Array(_));
            let handed = (!call.args.is_empty() && !hands_values).then(|| Rc::new((*call.receiver).clone()));
            let outer = std::mem::replace(&mut self.handed, handed);
            let value = self.sequence_method(call, &expanded);
            self.handed = outer;
            if value.is_some() {
                return value;
            }
            if call.args.iter().any(|argument| matches!(argument, syn::Expr::Closure(_))) {
                self.errors.report(
                    &call.method,
                    format_args!(
                        "the method `{}` of arrays and iterators is not supported; write a `for` loop",
                        call.method
                    ),
                );
                return Some(Val::Poison);
            }
        }
        None
    }

    /// Whether this is a method of the program through which a derivative passes.
    fn is_method_of_struct(&self, name: &str, operands: &[Val]) -> bool {
        let is_struct = match &operands[0] {
            Val::Node(id) if self.ty(*id).is_real() || self.list_types.contains_key(id) => false,
            Val::Node(id) if operands.iter().any(|operand| self.is_real(operand)) => {
                // A constant that meets a number in a method of numbers is one.
                self.is_whole(*id) || !self.is_no_float(&operands[0]) && !is_of_numbers(name, operands.len())
            }
            Val::Struct(_) | Val::Node(_) => true,
            _ => false,
        };
        is_struct
            && !is_view(name, operands)
            && operands.iter().any(|operand| self.depends_on_parameters(operand))
    }

    /// A method of numbers, or one without derivative.
    fn method_of_values(&mut self, call: &ExprMethodCall, name: &str, operands: &[Val]) -> Val {
        let varies = operands.iter().any(|operand| self.depends_on_parameters(operand));
        if !operands.iter().any(|operand| self.is_real(operand)) {
            if varies && !is_view(name, operands) {
                self.errors.report(
                    &call.method,
                    format_args!(
                        "methods of tuples and arrays are not supported where a derivative passes through them; \
                         write `{name}` out for the elements"
                    ),
                );
                return Val::Poison;
            }
            return self.opaque_method(call, operands);
        }
        if name == "sin_cos" && operands.len() == 1 {
            let part = |name: &str| Spelling::Method(method_name(call, name).to_token_stream());
            return self.sin_cos(operands, &call.receiver.to_token_stream(), &part("sin"), &part("cos"));
        }
        // What is no number has methods of its own under such names.
        let is_number = self.is_real(&operands[0]) || is_of_numbers(name, operands.len());
        let rule = rules::find(name).filter(|rule| rule.parameters[0].kind == Kind::real && is_number);
        if let Some(rule) = rule {
            let spelling = if UNSTABLE_METHODS.contains(&rule.name) {
                Spelling::Ours
            } else {
                Spelling::Method(call.method.to_token_stream())
            };
            return self.rule_call(rule, operands, &spelling, &call.method);
        }
        if !varies || CONSTANT_METHODS.contains(&name) {
            return self.opaque_method(call, operands);
        }
        let message = match UNSUPPORTED_METHODS.iter().find(|(method, _)| *method == name) {
            Some((_, reason)) => format!("`{name}` has no derivative rule, because {reason}"),
            None => {
                let known = rules::names().chain(["sin_cos"]);
                let hint = match nearest(name, known) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None if name == "pow" => "floats have `powi` and `powf`".to_owned(),
                    None => "write it with functions that `chainrule::math` lists".to_owned(),
                };
                format!("there is no derivative rule for the method `{name}`; {hint}")
            }
        };
        self.errors.report(&call.method, message);
        Val::Poison
    }

    fn folded_method(&mut self, name: &str, receiver: &Val, arguments: &[Val]) -> Option<Val> {
        let operands: Vec<Val> = std::iter::once(receiver).chain(arguments).cloned().collect();
        self.fold_method(name, &operands)
    }

    /// Whether a value has items that methods of arrays and iterators go through.
    fn is_sequence(&self, value: &Val) -> bool {
        match value {
            Val::Array(_) | Val::Sequence(_) => true,
            Val::Node(id) => matches!(self.list_types.get(id), Some(syn::Type::Array(_))),
            _ => false,
        }
    }

    /// Applies a row of the table to values that the user wrote.
    pub(super) fn rule_call(
        &mut self,
        rule: &Rule,
        operands: &[Val],
        spelling: &Spelling,
        at: &impl ToTokens,
    ) -> Val {
        let parameters: Vec<&str> = rule.parameters.iter().map(|parameter| parameter.name).collect();
        if operands.len() != parameters.len() {
            let shown = match (spelling, parameters.as_slice()) {
                (Spelling::Method(_), [receiver, rest @ ..]) => {
                    format!("{receiver}.{}({})", rule.name, rest.join(", "))
                }
                _ => format!("{}({})", rule.name, parameters.join(", ")),
            };
            self.errors.report(
                at,
                format_args!(
                    "this call has a wrong number of arguments; `{}` is called as `{shown}`",
                    rule.name
                ),
            );
            return Val::Poison;
        }
        let mut nodes = Vec::new();
        for (operand, parameter) in operands.iter().zip(rule.parameters) {
            let node = match parameter.kind {
                Kind::int => self.integer_operand(operand, at),
                Kind::real | Kind::list => self.real_of(operand, at, None),
            };
            match node {
                Some(node) => nodes.push(node),
                None => return Val::Poison,
            }
        }
        let reals: Vec<ValueId> = nodes.iter().copied().filter(|&id| self.ty(id).is_real()).collect();
        self.same_type(&reals);
        let varied = nodes.iter().any(|&id| self.is_varied(id));
        let id = self.builder.spelled(rule.primitive, nodes, spelling);
        self.set_varied(id, varied);
        Val::Node(id)
    }

    fn integer_operand(&mut self, operand: &Val, at: &impl ToTokens) -> Option<ValueId> {
        match self.node(operand) {
            Some(id) if !self.ty(id).is_real() => Some(id),
            Some(_) => {
                self.errors
                    .report(at, "an integer is needed here; write `powf` for an exponent that is a float");
                None
            }
            None => None,
        }
    }

    pub(super) fn sin_cos(
        &mut self,
        operands: &[Val],
        at: &impl ToTokens,
        sin: &Spelling,
        cos: &Spelling,
    ) -> Val {
        let Some(id) = self.real_of(&operands[0], at, None) else { return Val::Poison };
        let parts = [(Primitive::sin, sin), (Primitive::cos, cos)].map(|(primitive, spelling)| {
            let part = self.builder.spelled(primitive, vec![id], spelling);
            self.set_varied(part, self.is_varied(id));
            Val::Node(part)
        });
        Val::Tuple(parts.into())
    }

    /// A method call without derivative: on integers and the like, or a predicate on floats.
    fn opaque_method(&mut self, call: &ExprMethodCall, operands: &[Val]) -> Val {
        let nodes = operands.iter().map(|operand| self.node(operand)).collect::<Option<Vec<_>>>();
        let Some(nodes) = nodes else {
            self.errors.report(&call.method, "this method needs values; one of its operands has none");
            return Val::Poison;
        };
        let (method, turbofish) = (&call.method, &call.turbofish);
        let name = method.to_string();
        let ty =
            if name.starts_with("is_") || matches!(name.as_str(), "eq" | "ne" | "lt" | "le" | "gt" | "ge") {
                Ty::Bool
            } else {
                Ty::Other
            };
        let written: Vec<&syn::Expr> = call.args.iter().collect();
        // What compares takes references, whatever the program has.
        let by_reference = match name.as_str() {
            "total_cmp" | "partial_cmp" | "eq" | "ne" | "lt" | "le" | "gt" | "ge"
                if self.is_real(&operands[0]) =>
            {
                vec![true; operands.len() - 1]
            }
            _ => self.references(&written, &operands[1..]),
        };
        let template = Template::new()
            .hole(nodes[0], Precedence::Postfix)
            .tokens(quote!(.#method #turbofish))
            .arguments(&nodes[1..], &by_reference);
        let is_pure = PURE_METHODS.contains(&name.as_str())
            || CONSTANT_METHODS.contains(&name.as_str())
            || rules::find(&name).is_some()
            || operands.iter().any(|operand| self.is_real(operand));
        if is_pure { self.opaque(template, Precedence::Postfix, ty) } else { self.opaque_call(template, ty) }
    }

    pub(super) fn is_real(&self, value: &Val) -> bool {
        matches!(value, Val::Node(id) if self.ty(*id).is_real())
    }
}

/// Whether numbers have a method of this name, with so many operands.
fn is_of_numbers(name: &str, operands: usize) -> bool {
    let rule = rules::find(name).is_some_and(|rule| rule.parameters.len() == operands);
    rule || name == "sin_cos" && operands == 1
}

/// Whether a method asks something of a value that is no number, rather than computes with it.
fn is_view(name: &str, operands: &[Val]) -> bool {
    operands.len() == 1
        && (PURE_METHODS.contains(&name) || name.starts_with("is_"))
        && rules::find(name).is_none()
}

/// Whether a method of a slice gives an iterator over its elements.
fn is_iteration(method: &proc_macro2::Ident) -> bool {
    method == "iter" || method == "into_iter"
}

fn method_name(call: &ExprMethodCall, name: &str) -> proc_macro2::Ident {
    proc_macro2::Ident::new(name, call.method.span())
}

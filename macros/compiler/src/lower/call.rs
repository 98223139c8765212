//! Calls of functions by path.

use proc_macro2::Delimiter;
use quote::{ToTokens, quote};
use syn::{Expr, ExprCall, ExprPath};

use super::opaque::Template;
use super::{Lowerer, Val};
use crate::graph::{Precedence, Scalar, Spelling, Ty, ValueId};
use crate::rules::{self, Kind, Primitive, nearest};

impl Lowerer<'_> {
    pub(super) fn call(&mut self, call: &ExprCall) -> Val {
        let arguments: Vec<Val> = call.args.iter().map(|argument| self.expression(argument)).collect();
        if arguments.contains(&Val::Never) {
            return Val::Never;
        }
        let Expr::Path(path) = unwrapped(&call.func) else {
            self.errors.report(&call.func, "only functions named by a path can be called; name the function");
            return Val::Poison;
        };
        if arguments.contains(&Val::Poison) {
            return Val::Poison;
        }
        if let Some(ident) = path.path.get_ident()
            && self.scopes.find(ident).is_some()
        {
            self.errors.report(ident, "calling a local value is not supported; write the expression out");
            return Val::Poison;
        }
        let (qualifier, name) = self.names(path);
        if qualifier.is_none() && self.is_ours_if_checked(&name) {
            let spelling = Spelling::Path(path.to_token_stream());
            if let Some(rule) = rules::find(&name).filter(|rule| rule.parameters[0].kind == Kind::real) {
                return self.rule_call(rule, &arguments, &spelling, path);
            }
        }
        self.known_call(path, qualifier.as_deref(), &name, &arguments)
            .unwrap_or_else(|| self.unknown_call(call, path, qualifier.as_deref(), &name, &arguments))
    }

    /// The last segment, and the segment or type before it.
    fn names(&self, path: &ExprPath) -> (Option<String>, String) {
        let segments: Vec<String> =
            path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let name = segments.last().cloned().unwrap_or_default();
        let qualifier = match (&path.qself, segments.len()) {
            // `<f64>::sin` and `<f64 as Real>::sin`.
            (Some(qself), _) => qself.ty.to_token_stream().to_string(),
            (None, length @ 2..) => segments[length - 2].clone(),
            (None, _) if self.is_imported(&name) => "math".to_owned(),
            (None, _) => return (None, name),
        };
        (Some(qualifier), name)
    }

    fn is_imported(&self, name: &str) -> bool {
        self.imported.contains(name) || self.imports_all_math && rules::find(name).is_some()
    }

    /// Whether a bare name is taken for a function of `chainrule::math`. The expansion then holds a check, by
    /// rustc, that it is that function.
    fn is_ours_if_checked(&self, name: &str) -> bool {
        rules::names().any(|known| known == name)
    }

    /// Functions that the compiler knows.
    fn known_call(
        &mut self,
        path: &ExprPath,
        qualifier: Option<&str>,
        name: &str,
        arguments: &[Val],
    ) -> Option<Val> {
        let qualifier = qualifier?;
        let is_type_parameter = self.signature.reals.iter().any(|real| real == qualifier);
        let is_float =
            matches!(qualifier, "f64" | "f32" | "Real" | "Float" | "FloatCore") || is_type_parameter;
        let spelling = Spelling::Path(path.to_token_stream());
        if is_float && let Some(value) = self.conversion(path, qualifier, name, arguments) {
            return Some(value);
        }
        if matches!(qualifier, "chainrule" | "math") && name == "constant" && arguments.len() == 1 {
            return Some(match self.real_of(&arguments[0], path, None) {
                Some(id) => Val::Node(self.builder.detach(id)),
                None => Val::Poison,
            });
        }
        if qualifier == "math"
            && let Some(value) = self.vector_call(name, arguments, path)
        {
            return Some(value);
        }
        if name == "sin_cos" && (is_float || qualifier == "math") && arguments.len() == 1 {
            let part = |name: &str| {
                let mut path = path.clone();
                if let Some(segment) = path.path.segments.last_mut() {
                    segment.ident = proc_macro2::Ident::new(name, segment.ident.span());
                }
                Spelling::Path(path.to_token_stream())
            };
            return Some(self.sin_cos(arguments, path, &part("sin"), &part("cos")));
        }
        let rule = if is_float || qualifier == "math" {
            rules::find(name).filter(|rule| rule.parameters[0].kind == Kind::real)
        } else if qualifier == "libm" {
            rules::find_libm(name)
        } else {
            None
        }?;
        Some(self.rule_call(rule, arguments, &spelling, path))
    }

    /// `f64::from(x)`, `T::from_f64(2.0)`.
    fn conversion(&mut self, path: &ExprPath, qualifier: &str, name: &str, arguments: &[Val]) -> Option<Val> {
        let target = match qualifier {
            "f64" => Some(Scalar::F64),
            "f32" => Some(Scalar::F32),
            name => self.signature.reals.iter().position(|real| real == name).map(Scalar::Parameter),
        };
        if !matches!(name, "from" | "from_f64" | "from_i32") || arguments.len() != 1 {
            return None;
        }
        let ty = match target {
            Some(scalar) => Ty::Real(scalar),
            None => self.types.fresh(),
        };
        let Val::Node(id) = arguments[0] else { return None };
        if self.is_varied(id) {
            if let (Some(scalar @ (Scalar::F64 | Scalar::F32)), "from") = (target, name) {
                return Some(Val::Node(self.cast_real(id, scalar)));
            }
            self.errors.report(
                path,
                "this conversion has no derivative rule; convert constants only, and keep differentiated values in one \
                 type",
            );
            return Some(Val::Poison);
        }
        if name == "from_f64"
            && target.is_some()
            && let Some(number) = self.literal_number(id)
        {
            return Some(Val::Node(self.literal(ty, &number)));
        }
        let template = Template::new().tokens(path).list(Delimiter::Parenthesis, &[id]);
        Some(self.opaque(template, Precedence::Postfix, ty))
    }

    /// The text of a float literal.
    fn literal_number(&self, id: ValueId) -> Option<String> {
        match &self.builder.graph().value(id).op {
            crate::graph::Op::Constant(constant) => constant.text.as_deref().map(ToOwned::to_owned),
            _ => None,
        }
    }

    /// Functions of `chainrule::math` that take arrays. They are reproduced operation by operation, in the
    /// order that their documentation states, except the norm, which has a row.
    fn vector_call(&mut self, name: &str, arguments: &[Val], path: &ExprPath) -> Option<Val> {
        let expected = match name {
            "norm" | "log_sum_exp" | "softmax" => 1,
            "dot" => 2,
            _ => return None,
        };
        let mut lists = Vec::new();
        for argument in arguments {
            let Val::Array(parts) = argument else { break };
            let nodes = parts.iter().map(|part| self.real_of(part, path, None)).collect::<Option<Vec<_>>>();
            let Some(nodes) = nodes else { return Some(Val::Poison) };
            lists.push(nodes);
        }
        if lists.len() != expected || arguments.len() != expected || lists.iter().any(Vec::is_empty) {
            let example = if expected == 2 { "math::dot(&[a, b], &[x, y])" } else { "math::norm(&[x, y])" };
            self.errors
                .report(path, format_args!("`{name}` needs array literals here; write it like `{example}`"));
            return Some(Val::Poison);
        }
        Some(match (name, lists.as_slice()) {
            ("dot", [a, b]) if a.len() == b.len() => {
                let products =
                    a.iter().zip(b).map(|(&a, &b)| self.apply(Primitive::mul, vec![a, b])).collect();
                Val::Node(self.sum(products))
            }
            ("dot", _) => {
                self.errors
                    .report(path, "`dot` needs two arrays of the same length; add the missing elements");
                Val::Poison
            }
            ("norm", [list]) => {
                self.same_type(list);
                let spelling = Spelling::Path(path.to_token_stream());
                let id = self.builder.spelled(Primitive::norm, list.clone(), &spelling);
                self.set_varied(id, list.iter().any(|&id| self.is_varied(id)));
                Val::Node(id)
            }
            ("log_sum_exp", [list]) => {
                let (shift, _, sum) = self.shifted_exponentials(list);
                let logarithm = self.apply(Primitive::ln, vec![sum]);
                Val::Node(self.apply(Primitive::add, vec![shift, logarithm]))
            }
            (_, lists) => {
                let (_, exponentials, sum) = self.shifted_exponentials(&lists[0]);
                let shares =
                    exponentials.into_iter().map(|e| Val::Node(self.apply(Primitive::div, vec![e, sum])));
                Val::Array(shares.collect())
            }
        })
    }

    fn sum(&mut self, terms: Vec<ValueId>) -> ValueId {
        let mut terms = terms.into_iter();
        let first = terms.next();
        let Some(first) = first else { unreachable!("the lists are not empty") };
        terms.fold(first, |sum, term| self.apply(Primitive::add, vec![sum, term]))
    }

    /// The shift m, the exponentials e^(x - m), and their sum. The results do not depend on m, so m is constant.
    fn shifted_exponentials(&mut self, list: &[ValueId]) -> (ValueId, Vec<ValueId>, ValueId) {
        let mut largest = list[0];
        for &next in &list[1..] {
            largest = self.apply(Primitive::max, vec![largest, next]);
        }
        let held = self.builder.detach(largest);
        let zero = self.literal(self.ty(held), "0.0");
        let finite = Template::new().hole(held, Precedence::Postfix).tokens(quote!(.is_finite()));
        let shift = match self.opaque(finite, Precedence::Postfix, Ty::Bool) {
            Val::Node(condition) => self.builder.select(condition, held, zero),
            _ => held,
        };
        self.set_varied(shift, false);
        let exponentials: Vec<ValueId> = list
            .iter()
            .map(|&x| {
                let difference = self.apply(Primitive::sub, vec![x, shift]);
                self.apply(Primitive::exp, vec![difference])
            })
            .collect();
        let sum = self.sum(exponentials.clone());
        (shift, exponentials, sum)
    }

    /// A call of a function that the compiler does not know: fine as long as no derivative passes through it.
    fn unknown_call(
        &mut self,
        call: &ExprCall,
        path: &ExprPath,
        qualifier: Option<&str>,
        name: &str,
        arguments: &[Val],
    ) -> Val {
        if arguments.iter().any(|argument| self.depends_on_parameters(argument)) {
            let message = match qualifier {
                Some("f64" | "f32" | "Real" | "math" | "libm") => {
                    let hint = match nearest(name, rules::names()) {
                        Some(known) => format!("did you mean `{known}`?"),
                        None => "write it with functions that `chainrule::math` lists".to_owned(),
                    };
                    format!("there is no derivative rule for `{name}`; {hint}")
                }
                _ => format!(
                    "calls of other functions are not supported where a derivative passes through them; write the \
                     expression of `{name}` out, or hold the argument constant with `chainrule::constant`"
                ),
            };
            self.errors.report(&call.func, message);
            return Val::Poison;
        }
        let nodes = arguments.iter().map(|argument| self.node(argument)).collect::<Option<Vec<_>>>();
        let Some(nodes) = nodes else {
            self.errors.report(&call.func, "an argument of this call has no value; give it one");
            return Val::Poison;
        };
        let template = Template::new().tokens(path).list(Delimiter::Parenthesis, &nodes);
        self.opaque_call(template)
    }
}

fn unwrapped(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(inner) => unwrapped(&inner.expr),
        Expr::Group(inner) => unwrapped(&inner.expr),
        other => other,
    }
}

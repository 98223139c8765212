//! Calls of functions by path.

use proc_macro2::{Delimiter, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, ExprCall, ExprPath, Type};

use super::array::is_from_fn;
use super::cast::is_integer_name;
use super::opaque::Template;
use super::sequence::unwrapped;
use super::{Lowerer, Val};
use crate::graph::{Precedence, Scalar, Spelling, Ty, ValueId};
use crate::rules::{self, Kind, Source, nearest};

/// Whose function a path names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Home {
    /// `math::sin` or a bare `sin`, which has to be that of `chainrule::math`.
    Math,
    /// `f64::sin` or `T::sin`.
    Type(Scalar),
    /// `Real::sin`.
    Trait,
    /// `libm::sin`.
    Libm,
    Unknown,
}

/// Functions of `chainrule::math` that programs often have of their own under the same name.
const OFTEN_WRITTEN: &[&str] = &[
    "dot",
    "elu",
    "gelu",
    "leaky_relu",
    "log_sum_exp",
    "norm",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
];

/// Whether a path is a name alone, with or without generic arguments.
fn is_bare(path: &ExprPath) -> bool {
    path.qself.is_none() && path.path.leading_colon.is_none() && path.path.segments.len() == 1
}

impl Lowerer<'_> {
    pub(super) fn call(&mut self, call: &ExprCall) -> Val {
        if is_from_fn(call) {
            return self.array_from_fn(call);
        }
        let expected = self.expected.take();
        if let Some(function) = call.args.iter().find_map(|argument| self.unknown_name(argument)) {
            self.errors.report(
                function,
                "functions cannot be passed to other functions, whose bodies the macro does not see; call the function \
                 here, and pass its value",
            );
            return Val::Poison;
        }
        if let Some(value) = self.refuse_growing(call).or_else(|| self.exchanged(call)) {
            return value;
        }
        let arguments: Vec<Val> = call.args.iter().map(|argument| self.expression(argument)).collect();
        if arguments.contains(&Val::Never) {
            return Val::Never;
        }
        let Expr::Path(path) = unwrapped(&call.func) else {
            self.errors.report(&call.func, "only functions named by a path can be called; name the function");
            return Val::Poison;
        };
        if arguments.iter().any(Val::is_poisoned) {
            return Val::Poison;
        }
        if let Some(ident) = path.path.get_ident()
            && let Some(variable) = self.scopes.find(ident)
        {
            return match self.scopes.get(variable).value {
                Val::Poison => Val::Poison,
                Val::Closure(number) => self.call_closure(number, arguments, path),
                _ => {
                    self.errors.report(
                        ident,
                        "only closures can be called by a local name; write the expression out",
                    );
                    Val::Poison
                }
            };
        }
        if let Some(position) = arguments.iter().position(|argument| matches!(argument, Val::Closure(_))) {
            self.errors.report(
                &call.args[position],
                "closures cannot be passed to other functions, whose bodies the macro does not see; write out what the \
                 function does",
            );
            return Val::Poison;
        }
        if let Some(iterator) = self.iterator_call(path, &arguments) {
            return iterator;
        }
        let (home, name) = self.home(path);
        self.known_call(path, home, &name, &arguments).unwrap_or_else(|| {
            let written: Vec<&Expr> = call.args.iter().collect();
            self.unknown_call(&written, path, home, &name, arguments, expected.as_ref())
        })
    }

    /// A lower-case name that no variable has, and that is a function's therefore.
    fn unknown_name<'e>(&self, argument: &'e Expr) -> Option<&'e syn::Ident> {
        let Expr::Path(path) = unwrapped(argument) else { return None };
        let ident = path.path.get_ident().filter(|_| path.qself.is_none())?;
        let name = ident.to_string();
        let is_function = name.contains('_') && !name.chars().any(char::is_uppercase);
        let is_unknown = self.scopes.find(ident).is_none()
            && !self.integers.contains_key(&name)
            && nearest(&name, self.scopes.names()).is_none();
        (is_function && is_unknown).then_some(ident)
    }

    /// A call of a function that was passed by name.
    /// A call whose last argument is one of the items of `items`, which may be handed over by reference.
    pub(super) fn call_of(&mut self, path: &ExprPath, arguments: &[Val], items: Option<&Expr>) -> Val {
        let (home, name) = self.home(path);
        if let Some(value) = self.known_call(path, home, &name, arguments) {
            return value;
        }
        let (plain, reference): (Expr, Expr) = (syn::parse_quote!(()), syn::parse_quote!(&()));
        let mut written = vec![&plain; arguments.len()];
        if let Some(last) =
            written.last_mut().filter(|_| items.is_some_and(|items| self.yields_references(items)))
        {
            *last = &reference;
        }
        self.unknown_call(&written, path, home, &name, arguments.to_vec(), None)
    }

    /// Where the path of a function says that it is at home, and its name there.
    fn home(&self, path: &ExprPath) -> (Home, String) {
        let segments: Vec<String> =
            path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let Some((name, qualifiers)) = segments.split_last() else { return (Home::Unknown, String::new()) };
        let qualifier = match &path.qself {
            // `<f64>::sin`; of `<f64 as Real>::sin`, the trait decides.
            Some(qself) if qself.position == 0 => Some(qself.ty.to_token_stream().to_string()),
            _ => qualifiers.last().cloned(),
        };
        let home = match qualifier.as_deref() {
            None | Some("math") => Home::Math,
            Some("f64") => Home::Type(Scalar::F64),
            Some("f32") => Home::Type(Scalar::F32),
            Some("Real") => Home::Trait,
            Some("libm") => Home::Libm,
            Some(other) => match self.signature.reals.iter().position(|real| real == other) {
                Some(position) => Home::Type(Scalar::Parameter(position)),
                None => Home::Unknown,
            },
        };
        (home, name.clone())
    }

    /// Has rustc verify that a path means the function that it is taken for.
    pub(super) fn check(&mut self, path: &ExprPath, ours: &TokenStream) {
        let runtime = &self.runtime;
        let check = quote!(const _: fn() = || #runtime::__private::same_function(#runtime::#ours, #path););
        self.checks.entry(path.to_token_stream().to_string()).or_insert(check);
    }

    /// Whether a bare name that `chainrule::math` has is a function of the program, unless the body imports it.
    fn is_own(&self, path: &ExprPath, name: &str) -> bool {
        let is_common = OFTEN_WRITTEN.contains(&name);
        let is_imported = self.items.iter().any(|item| match item {
            syn::Item::Use(item) => super::words_of(item.tree.to_token_stream()).contains(name),
            _ => false,
        });
        is_bare(path) && is_common && !is_imported
    }

    /// Functions that the compiler knows.
    fn known_call(&mut self, path: &ExprPath, home: Home, name: &str, arguments: &[Val]) -> Option<Val> {
        if name == "constant" && arguments.len() == 1 {
            self.check(path, &quote!(constant::<f64>));
            return Some(match self.real_of(&arguments[0], path, None) {
                Some(id) => Val::Node(self.builder.detach(id)),
                None => Val::Poison,
            });
        }
        if let Home::Type(_) | Home::Trait = home
            && let Some(value) = self.conversion(path, home, name, arguments)
        {
            return Some(value);
        }
        if let (Home::Type(_), "total_cmp" | "partial_cmp", [a, b]) = (home, name, arguments) {
            let nodes = [self.real_of(a, path, None)?, self.real_of(b, path, None)?];
            self.same_type(&nodes);
            let template = Template::new().tokens(path).arguments(&nodes, &[true, true]);
            return Some(self.opaque(template, Precedence::Postfix, Ty::Other));
        }
        if home == Home::Math && self.is_own(path, name) {
            return None;
        }
        if home == Home::Math
            && let Some(value) = self.vector_call(name, arguments, path)
        {
            return Some(value);
        }
        if name == "sin_cos" && arguments.len() == 1 {
            return self.sin_cos_call(path, home, arguments);
        }
        let rule = match home {
            Home::Math | Home::Type(_) | Home::Trait => rules::find(name),
            Home::Libm => rules::find_libm(name),
            Home::Unknown => None,
        };
        let rule = rule.filter(|rule| rule.parameters[0].kind == Kind::real)?;
        // A bare name with other arguments is another function.
        if is_bare(path) && rule.parameters.len() != arguments.len() {
            return None;
        }
        let function = path.path.segments.last().map(|segment| &segment.ident);
        match home {
            Home::Math => self.check(path, &quote!(math::#function::<f64>)),
            Home::Libm => self.check(path, &quote!(__private::libm::#function)),
            // What std has as an inherent method is that method, whatever traits are in scope.
            Home::Type(Scalar::F64 | Scalar::F32) if rule.source == Source::own => {
                let ty = path.path.segments.first();
                let runtime = self.runtime.clone();
                let check = quote! {
                    const _: fn() = || #runtime::__private::same_function(<#ty as #runtime::Real>::#function, #path);
                };
                self.checks.entry(path.to_token_stream().to_string()).or_insert(check);
            }
            Home::Trait => {
                let runtime = self.runtime.clone();
                let check = quote! {
                    const _: fn() =
                        || #runtime::__private::same_function(<f64 as #runtime::Real>::#function, #path);
                };
                if path.qself.is_none() {
                    self.checks.entry(path.to_token_stream().to_string()).or_insert(check);
                }
            }
            _ => {}
        }
        let value = self.rule_call(rule, arguments, &Spelling::Path(path.to_token_stream()), path);
        if let (Home::Type(scalar), Val::Node(id)) = (home, &value)
            && let Ty::Real(found) = self.ty(*id)
        {
            self.types.unify(found, scalar);
        }
        Some(value)
    }

    fn sin_cos_call(&mut self, path: &ExprPath, home: Home, arguments: &[Val]) -> Option<Val> {
        let part = |name: &str| {
            let mut path = path.clone();
            if let Some(segment) = path.path.segments.last_mut() {
                segment.ident = proc_macro2::Ident::new(name, segment.ident.span());
            }
            Spelling::Path(path.to_token_stream())
        };
        let (sin, cos) = match home {
            Home::Type(_) | Home::Trait => (part("sin"), part("cos")),
            Home::Math => {
                self.check(path, &quote!(math::sin_cos::<f64>));
                (Spelling::Ours, Spelling::Ours)
            }
            Home::Libm | Home::Unknown => return None,
        };
        Some(self.sin_cos(arguments, path, &sin, &cos))
    }

    /// `f64::from(x)`, `T::from_f64(2.0)`.
    fn conversion(&mut self, path: &ExprPath, home: Home, name: &str, arguments: &[Val]) -> Option<Val> {
        let target = match home {
            Home::Type(scalar) => Some(scalar),
            _ => None,
        };
        if !matches!(name, "from" | "from_f64" | "from_i32") || arguments.len() != 1 {
            return None;
        }
        let ty = match target {
            Some(scalar) => Ty::Real(scalar),
            None => self.types.fresh(),
        };
        let Val::Node(id) = arguments[0] else { return None };
        if name == "from"
            && let (Some(scalar), Some(known)) = (target, self.known(&arguments[0]))
            && let Some(constant) = self.known_real(known, scalar)
        {
            return Some(Val::Node(constant));
        }
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

    /// A call of a function that the compiler does not know. Where a derivative passes through it, it has siblings.
    fn unknown_call(
        &mut self,
        written: &[&Expr],
        path: &ExprPath,
        home: Home,
        name: &str,
        arguments: Vec<Val>,
        expected: Option<&Type>,
    ) -> Val {
        let varies = arguments.iter().any(|argument| self.depends_on_parameters(argument));
        let is_qualified = path.path.segments.len() > 1 || path.qself.is_some();
        let is_mathematical =
            is_qualified && matches!(home, Home::Math | Home::Type(_) | Home::Trait | Home::Libm);
        let is_constructor = name.starts_with(char::is_uppercase);
        let qualifier = path.path.segments.iter().rev().nth(1).map(|segment| segment.ident.to_string());
        let is_variant = matches!(name, "Some" | "Ok" | "Err")
            || qualifier.as_ref().is_some_and(|name| name.starts_with(char::is_uppercase));
        if is_constructor && !is_variant {
            return self.tuple_struct(&path.path, arguments);
        }
        if name == "Some" && arguments.len() == 1 && (varies || !matches!(arguments[0], Val::Node(_))) {
            return arguments.into_iter().next().map_or(Val::Poison, |value| self.something(value));
        }
        if is_constructor && varies {
            self.errors.report(
                path,
                "values inside enums are not differentiated; keep the number in a variable, a tuple or a struct",
            );
            return Val::Poison;
        }
        if varies && is_mathematical && (home != Home::Math || nearest(name, rules::names()).is_some()) {
            let hint = match nearest(name, rules::names()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "write it with functions that `chainrule::math` lists".to_owned(),
            };
            self.errors.report(path, format_args!("there is no derivative rule for `{name}`; {hint}"));
            return Val::Poison;
        }
        if varies {
            return self.sibling_call(path, written, &arguments, expected);
        }
        for argument in &arguments {
            if let Val::Node(id) = argument
                && !self.is_no_float(argument)
            {
                self.refuse_hidden(*id);
            }
        }
        let reported = self.errors.count();
        let nodes = arguments.iter().map(|argument| self.node(argument)).collect::<Option<Vec<_>>>();
        let Some(nodes) = nodes else {
            if self.errors.count() == reported {
                self.errors.report(path, "an argument of this call has no value; give it one");
            }
            return Val::Poison;
        };
        let by_reference = self.references(written, &arguments);
        let template = Template::new().tokens(path).arguments(&nodes, &by_reference);
        // Variants and tuple structs are built, and integers converted, without effects.
        let is_conversion = qualifier.is_some_and(|qualifier| is_integer_name(&qualifier));
        if is_constructor || is_conversion {
            self.opaque(template, Precedence::Postfix, Ty::Other)
        } else {
            self.opaque_call(template, Ty::Other)
        }
    }
}

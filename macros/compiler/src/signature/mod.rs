//! What a function's signature means for differentiation: which parameters carry reals, which are active,
//! and the type of the result.

mod usage;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    BinOp, Expr, ExprLit, FnArg, GenericParam, Generics, ItemFn, Lit, Pat, PatType, ReturnType, Safety, Type,
    TypeParamBound, WherePredicate,
};

use crate::error::Errors;
use crate::graph::Scalar;
use crate::mode::Mode;
use crate::options::Options;
use crate::rules::nearest;

/// The signature as the compiler sees it.
pub(crate) struct Signature {
    pub(crate) parameters: Vec<Parameter>,
    /// The type of the result; absent if it is not made of reals alone, which has been reported then.
    pub(crate) result: Option<Shape>,
    /// The type of the result as it is written.
    pub(crate) result_type: Option<Type>,
    /// Names of the type parameters bound by `Real`; [`Scalar::Parameter`] counts them.
    pub(crate) reals: Vec<syn::Ident>,
    /// The name of the function.
    pub(crate) name: syn::Ident,
    types: Types,
}

/// The type parameters of the function.
struct Types {
    /// Those bound by `Real`.
    reals: Vec<syn::Ident>,
    others: Vec<syn::Ident>,
}

pub(crate) struct Parameter {
    pub(crate) pattern: Pat,
    pub(crate) ty: Type,
    pub(crate) shape: Shape,
    pub(crate) is_active: bool,
}

/// How a type is made of reals.
#[derive(Clone)]
pub(crate) enum Shape {
    Scalar(Scalar),
    /// A shared reference.
    Reference(Box<Shape>),
    Tuple(Vec<Shape>),
    Array(Box<Shape>, Length),
    /// A type of the program, which has to be `Differentiable`.
    Struct(Box<Type>),
    /// No reals in it that could be differentiated.
    Constant,
    /// Carries reals in a form that is not supported, with the remedy.
    Unsupported(&'static str),
}

/// The length of an array type.
#[derive(Clone)]
pub(crate) struct Length(Option<usize>);

impl Length {
    /// The number, if the macro can see it.
    pub(crate) fn known(&self) -> Option<usize> {
        self.0
    }
}

impl Shape {
    pub(crate) fn carries_reals(&self) -> bool {
        match self {
            Self::Scalar(_) | Self::Struct(_) | Self::Unsupported(_) => true,
            Self::Reference(inner) => inner.carries_reals(),
            Self::Tuple(parts) => parts.iter().any(Self::carries_reals),
            Self::Array(element, _) => element.carries_reals(),
            Self::Constant => false,
        }
    }

    /// Whether there is nothing but reals in it, by value.
    fn is_made_of_reals(&self) -> bool {
        match self {
            Self::Scalar(_) | Self::Struct(_) => true,
            Self::Tuple(parts) => !parts.is_empty() && parts.iter().all(Self::is_made_of_reals),
            Self::Array(element, _) => element.is_made_of_reals(),
            Self::Reference(_) | Self::Constant | Self::Unsupported(_) => false,
        }
    }

    /// Whether there are structs in it.
    fn has_structs(&self) -> bool {
        match self {
            Self::Struct(_) => true,
            Self::Reference(inner) | Self::Array(inner, _) => inner.has_structs(),
            Self::Tuple(parts) => parts.iter().any(Self::has_structs),
            Self::Scalar(_) | Self::Constant | Self::Unsupported(_) => false,
        }
    }

    fn first_scalar(&self) -> Option<Scalar> {
        match self {
            Self::Scalar(scalar) => Some(*scalar),
            Self::Reference(inner) | Self::Array(inner, _) => inner.first_scalar(),
            Self::Tuple(parts) => parts.iter().find_map(Self::first_scalar),
            Self::Struct(_) | Self::Constant | Self::Unsupported(_) => None,
        }
    }

    /// How many floats there are, structs counted as one.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Scalar(_) | Self::Struct(_) => 1,
            Self::Reference(inner) => inner.size(),
            Self::Tuple(parts) => parts.iter().map(Self::size).sum(),
            Self::Array(element, length) => element.size().saturating_mul(length.known().unwrap_or(0)),
            Self::Constant | Self::Unsupported(_) => 0,
        }
    }
}

impl Signature {
    /// Reads the signature; what cannot be differentiated is reported.
    pub(crate) fn read(function: &ItemFn, mode: Mode, options: &Options, errors: &Errors) -> Self {
        refuse_qualifiers(function, errors);
        let mut reals = real_parameters(&function.sig.generics);
        reals.extend(real_parameters_around(function, mode, &reals));
        let others = function.sig.generics.type_params().map(|parameter| parameter.ident.clone());
        let others = others.filter(|name| !reals.contains(name)).collect();
        let types = Types { reals: reals.clone(), others };
        let result = read_result(mode, &types, function, errors);
        let mut parameters = Vec::new();
        for input in &function.sig.inputs {
            match input {
                FnArg::Typed(parameter) => {
                    parameters.push(read_parameter(
                        parameter,
                        &types,
                        &function.block,
                        options,
                        mode,
                        errors,
                    ));
                }
                FnArg::Receiver(receiver) => parameters.push(read_receiver(receiver, options, mode, errors)),
            }
        }
        if let Some(wrt) = &options.wrt {
            check_wrt(wrt, &parameters, errors);
        } else if errors.is_empty() && !parameters.iter().any(|parameter| parameter.is_active) {
            errors.report(
                &function.sig.ident,
                "there is nothing to differentiate with respect to: no parameter is of type `f64`, `f32` or \
                 `T: chainrule::Real`; give one such a type",
            );
        }
        let result_type = match &function.sig.output {
            ReturnType::Type(_, ty) => Some((**ty).clone()),
            ReturnType::Default => None,
        };
        Self { parameters, result, result_type, reals, name: function.sig.ident.clone(), types }
    }

    /// The scalar behind a type, if it is one.
    pub(crate) fn scalar(&self, ty: &Type) -> Option<Scalar> {
        scalar(ty, &self.reals)
    }

    /// How a type is made of reals.
    pub(crate) fn shape(&self, ty: &Type) -> Shape {
        shape(ty, &self.types)
    }

    /// The first scalar of the result, or of the parameters.
    pub(crate) fn scalar_of_result(&self) -> Option<Scalar> {
        let shapes = self.result.iter().chain(self.parameters.iter().map(|parameter| &parameter.shape));
        shapes.into_iter().find_map(Shape::first_scalar)
    }
}

fn refuse_qualifiers(function: &ItemFn, errors: &Errors) {
    let sig = &function.sig;
    if let Some(token) = &sig.asyncness {
        errors.report(
            token,
            "an `async` function has no derivative; move the arithmetic into an ordinary `fn`",
        );
    }
    if let Safety::Unsafe(token) = &sig.safety {
        errors.report(token, "`unsafe` functions are not supported; move the arithmetic into a safe `fn`");
    }
    if let Some(abi) = &sig.abi {
        errors.report(
            abi,
            "functions of a foreign ABI are not supported; move the arithmetic into an ordinary `fn`",
        );
    }
    if let Some(variadic) = &sig.variadic {
        errors.report(variadic, "variadic functions are not supported; list the parameters");
    }
}

/// The type parameters with a bound whose last segment is `Real`.
fn real_parameters(generics: &Generics) -> Vec<syn::Ident> {
    let is_real = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|segment| segment.ident == "Real")
        }
        _ => false,
    };
    let in_where = |name: &syn::Ident| {
        generics.where_clause.iter().flat_map(|clause| &clause.predicates).any(|predicate| match predicate {
            WherePredicate::Type(predicate) => {
                matches!(&predicate.bounded_ty, Type::Path(path) if path.path.is_ident(name))
                    && predicate.bounds.iter().any(is_real)
            }
            _ => false,
        })
    };
    let mut reals = Vec::new();
    for parameter in &generics.params {
        if let GenericParam::Type(parameter) = parameter
            && (parameter.bounds.iter().any(is_real) || in_where(&parameter.ident))
        {
            reals.push(parameter.ident.clone());
        }
    }
    reals
}

/// Types that can only be type parameters of the `impl` around a method: the usual capitals, and a bare name in the
/// place of the one real number that some modes need as the result.
fn real_parameters_around(function: &ItemFn, mode: Mode, known: &[syn::Ident]) -> Vec<syn::Ident> {
    let generics = &function.sig.generics;
    let types = generics.type_params().map(|parameter| &parameter.ident);
    let own: Vec<&syn::Ident> =
        types.chain(generics.const_params().map(|parameter| &parameter.ident)).collect();
    let mut found: Vec<syn::Ident> = Vec::new();
    let mut pending: Vec<proc_macro2::TokenTree> = Vec::new();
    let inputs = function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => Some(parameter.ty.to_token_stream()),
        FnArg::Receiver(_) => None,
    });
    inputs.for_each(|tokens| pending.extend(tokens));
    if let ReturnType::Type(_, ty) = &function.sig.output {
        pending.extend(ty.to_token_stream());
        if let Type::Path(path) = &**ty
            && let Some(name) = path.path.get_ident()
            && mode.needs_scalar_result()
            && is_of_program(path, &Types { reals: Vec::new(), others: Vec::new() })
            && name != "Self"
        {
            found.push(name.clone());
        }
    }
    while let Some(token) = pending.pop() {
        match token {
            // The length of an array is no type.
            proc_macro2::TokenTree::Group(group) => pending.extend(group.stream().into_iter().take_while(
                |token| !matches!(token, proc_macro2::TokenTree::Punct(end) if end.as_char() == ';'),
            )),
            proc_macro2::TokenTree::Ident(name) => {
                let is_usual = ["T", "F", "R"].iter().any(|usual| name == usual);
                if is_usual && !found.contains(&name) {
                    found.push(name);
                }
            }
            _ => {}
        }
    }
    // A struct can have such a name, but then its fields are read.
    let is_struct = |name: &syn::Ident| {
        function.sig.inputs.iter().any(|input| match input {
            FnArg::Typed(parameter) => {
                let ty = match &*parameter.ty {
                    Type::Reference(reference) => &reference.elem,
                    ty => ty,
                };
                matches!(ty, Type::Path(path) if path.path.is_ident(name))
                    && name_of(&parameter.pat).is_some_and(|name| {
                        usage::has_fields(&name.to_string(), function.block.to_token_stream())
                    })
            }
            FnArg::Receiver(_) => false,
        })
    };
    found.retain(|name| !own.contains(&name) && !known.contains(name) && !is_struct(name));
    found
}

fn scalar(ty: &Type, reals: &[syn::Ident]) -> Option<Scalar> {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            let names: Vec<String> =
                path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            match names.as_slice() {
                ["f64"] | ["core" | "std", "primitive", "f64"] => Some(Scalar::F64),
                ["f32"] | ["core" | "std", "primitive", "f32"] => Some(Scalar::F32),
                [name] => reals.iter().position(|real| real == name).map(Scalar::Parameter),
                _ => None,
            }
        }
        Type::Paren(inner) => scalar(&inner.elem, reals),
        Type::Group(inner) => scalar(&inner.elem, reals),
        _ => None,
    }
}

/// The most floats that an array may hold: each is a value of its own.
const LARGEST_ARRAY: usize = 5000;

/// The length that an expression of literals gives.
pub(crate) fn literal_length(length: &Expr) -> Option<usize> {
    match length {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Paren(inner) => literal_length(&inner.expr),
        Expr::Group(inner) => literal_length(&inner.expr),
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [syn::Stmt::Expr(inner, None)] => literal_length(inner),
            _ => None,
        },
        Expr::Binary(binary) => {
            let (left, right) = (literal_length(&binary.left)?, literal_length(&binary.right)?);
            match binary.op {
                BinOp::Add(_) => left.checked_add(right),
                BinOp::Sub(_) => left.checked_sub(right),
                BinOp::Mul(_) => left.checked_mul(right),
                BinOp::Div(_) => left.checked_div(right),
                _ => None,
            }
        }
        _ => None,
    }
}

fn shape(ty: &Type, types: &Types) -> Shape {
    if let Some(scalar) = scalar(ty, &types.reals) {
        return Shape::Scalar(scalar);
    }
    match ty {
        Type::Tuple(tuple) => Shape::Tuple(tuple.elems.iter().map(|element| shape(element, types)).collect()),
        Type::Paren(inner) => shape(&inner.elem, types),
        Type::Group(inner) => shape(&inner.elem, types),
        Type::Reference(reference) => match shape(&reference.elem, types) {
            Shape::Constant => Shape::Constant,
            _ if reference.mutability.is_some() => {
                Shape::Unsupported("a parameter that is changed in place is not supported; pass it by value")
            }
            Shape::Unsupported(remedy) => Shape::Unsupported(remedy),
            inner => Shape::Reference(Box::new(inner)),
        },
        Type::Array(array) => {
            let length = Length(literal_length(&array.len));
            match shape(&array.elem, types) {
                Shape::Constant => Shape::Constant,
                Shape::Unsupported(remedy) => Shape::Unsupported(remedy),
                _ if length.known().is_none() => Shape::Unsupported(
                    "the length of this array is not a literal, so the macro cannot see it, and arrays of floats of unknown \
                     length are not supported yet; write the length as a literal",
                ),
                element if element.size().saturating_mul(length.known().unwrap_or(0)) > LARGEST_ARRAY => {
                    Shape::Unsupported(
                        "an array of floats as large as this is not supported; pass fewer than 5,000 numbers",
                    )
                }
                element => Shape::Array(Box::new(element), length),
            }
        }
        Type::Path(path) if is_of_program(path, types) => Shape::Struct(Box::new(ty.clone())),
        Type::Slice(slice) if shape(&slice.elem, types).carries_reals() => {
            Shape::Unsupported("slices are not supported as parameters; pass the elements one by one")
        }
        _ => Shape::Constant,
    }
}

fn read_result(mode: Mode, types: &Types, function: &ItemFn, errors: &Errors) -> Option<Shape> {
    let output = &function.sig.output;
    let at: &dyn ToTokens = match output {
        ReturnType::Type(_, ty) => {
            let shape = shape(ty, types);
            match shape {
                Shape::Scalar(_) => return Some(shape),
                _ if mode == Mode::Jacobian && shape.has_structs() => {
                    errors.report(
                        ty,
                        "a Jacobian has one row for each output, and a struct has no rows; return an array or a tuple of the \
                         floats, or use `#[vjp]` or `#[jvp]`",
                    );
                    return None;
                }
                _ if !mode.needs_scalar_result() && shape.is_made_of_reals() => return Some(shape),
                _ => {}
            }
            ty
        }
        ReturnType::Default => &function.sig.ident,
    };
    let generic = match output {
        ReturnType::Type(_, ty) => function
            .sig
            .generics
            .type_params()
            .find(|parameter| matches!(&**ty, Type::Path(path) if path.path.is_ident(&parameter.ident))),
        ReturnType::Default => None,
    };
    let attribute = mode.attribute();
    if let Some(parameter) = generic {
        let name = &parameter.ident;
        errors.report(
            TokenOf(at),
            format_args!(
                "`{name}` is not known to be a real number; write the bound `{name}: chainrule::Real`"
            ),
        );
    } else if mode.needs_scalar_result() {
        errors.report(
            TokenOf(at),
            format_args!(
                "`{attribute}` needs one real number as the result: `f64`, `f32` or a type parameter \
                 `T: chainrule::Real`; return that"
            ),
        );
    } else {
        errors.report(
            TokenOf(at),
            format_args!(
                "`{attribute}` needs a result made of real numbers: `f64`, `f32`, a type parameter \
                 `T: chainrule::Real`, or tuples and arrays of these with literal lengths; return that"
            ),
        );
    }
    None
}

/// A trait object of tokens, as tokens.
struct TokenOf<'a>(&'a dyn ToTokens);

impl ToTokens for TokenOf<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

fn read_parameter(
    parameter: &PatType,
    types: &Types,
    body: &syn::Block,
    options: &Options,
    mode: Mode,
    errors: &Errors,
) -> Parameter {
    for attribute in &parameter.attrs {
        if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
            errors.report(
                attribute,
                "`cfg` on a parameter is not supported, because the gradient's type depends on it; put `cfg` on two \
                 versions of the function",
            );
        }
    }
    let mut shape = shape(&parameter.ty, types);
    if !is_used_as_struct(parameter, &shape, options, body) {
        shape = Shape::Constant;
    }
    let is_active = match &options.wrt {
        Some(wrt) => name_of(&parameter.pat).is_some_and(|name| wrt.contains(name)),
        None => shape.carries_reals(),
    };
    if is_active && mode == Mode::Hessian && shape.has_structs() {
        refuse_hessian(&parameter.ty, errors);
    }
    let mut pending = if is_active { vec![&shape] } else { Vec::new() };
    while let Some(shape) = pending.pop() {
        match shape {
            Shape::Unsupported(remedy) => errors.report(&parameter.ty, remedy),
            Shape::Tuple(parts) => pending.extend(parts),
            Shape::Reference(inner) | Shape::Array(inner, _) => pending.push(inner),
            _ => {}
        }
    }
    Parameter { pattern: (*parameter.pat).clone(), ty: (*parameter.ty).clone(), shape, is_active }
}

/// Types of the standard library that carry no floats, or whose floats are not differentiated.
const CONSTANT_TYPES: &[&str] = &[
    "Arc",
    "BTreeMap",
    "BTreeSet",
    "Box",
    "Cell",
    "Duration",
    "HashMap",
    "HashSet",
    "Instant",
    "Option",
    "Ordering",
    "PhantomData",
    "Range",
    "RangeInclusive",
    "Rc",
    "RefCell",
    "Result",
    "String",
    "Vec",
];

/// Whether a path may name a struct of the program: it is no type parameter, and looks like a type.
fn is_of_program(path: &syn::TypePath, types: &Types) -> bool {
    let Some(last) = path.path.segments.last() else { return false };
    let name = last.ident.to_string();
    name.starts_with(char::is_uppercase)
        && !CONSTANT_TYPES.contains(&name.as_str())
        && !(path.path.segments.len() == 1 && types.others.contains(&last.ident))
}

/// Whether a parameter that may be a struct, or hold structs, is used as such.
fn is_used_as_struct(parameter: &PatType, shape: &Shape, options: &Options, body: &syn::Block) -> bool {
    match shape {
        Shape::Reference(inner) => is_used_as_struct(parameter, inner, options, body),
        Shape::Struct(_) => match name_of(&parameter.pat) {
            Some(name) => {
                options.wrt.as_ref().is_some_and(|wrt| wrt.contains(name))
                    || usage::is_struct(&name.to_string(), body.to_token_stream())
            }
            // What is taken apart in the signature is constant: there is no name for the whole.
            None => false,
        },
        _ => true,
    }
}

fn refuse_hessian(at: impl ToTokens, errors: &Errors) {
    errors.report(
        at,
        "the Hessian with respect to a struct has no type; pass the floats as an array, or use `#[hvp]` for its product \
         with a direction",
    );
}

/// `self`, which is constant unless `wrt` names it.
fn read_receiver(receiver: &syn::Receiver, options: &Options, mode: Mode, errors: &Errors) -> Parameter {
    let name = syn::Ident::new("self", receiver.self_token.span);
    let is_active = options.wrt.as_ref().is_some_and(|wrt| wrt.contains(&name));
    if is_active && mode == Mode::Hessian {
        refuse_hessian(receiver.self_token, errors);
    }
    if let syn::ReceiverKind::Reference(_, _, Some(_)) = receiver.kind {
        errors.report(
            receiver.self_token,
            "a method that may change `self` is not supported, because its value depends on what was called before; take \
             `&self` and return what is new",
        );
    }
    let of_self = Shape::Struct(Box::new(syn::parse_quote!(Self)));
    let (shape, ty) = match &receiver.kind {
        syn::ReceiverKind::Value => (of_self, syn::parse_quote!(Self)),
        syn::ReceiverKind::Reference(..) => (Shape::Reference(Box::new(of_self)), syn::parse_quote!(&Self)),
        _ => {
            errors.report(
                receiver.self_token,
                "a receiver of this type is not supported; take `&self` or `self`",
            );
            (of_self, syn::parse_quote!(Self))
        }
    };
    let pattern = Pat::Ident(syn::PatIdent {
        attrs: Vec::new(),
        by_ref: None,
        mutability: None,
        ident: name,
        subpat: None,
    });
    Parameter { pattern, ty, shape, is_active }
}

/// The name that a parameter's pattern gives to the whole parameter.
pub(crate) fn name_of(pattern: &Pat) -> Option<&syn::Ident> {
    match pattern {
        Pat::Ident(pattern) if pattern.subpat.is_none() => Some(&pattern.ident),
        Pat::Paren(inner) => name_of(&inner.pat),
        _ => None,
    }
}

fn check_wrt(wrt: &[syn::Ident], parameters: &[Parameter], errors: &Errors) {
    for (position, name) in wrt.iter().enumerate() {
        if wrt[..position].contains(name) {
            errors.report(name, format_args!("`{name}` is named twice; name it once"));
            continue;
        }
        let found = parameters.iter().find(|parameter| name_of(&parameter.pattern) == Some(name));
        match found {
            Some(parameter) if parameter.shape.carries_reals() => {}
            Some(_) => errors.report(
                name,
                format_args!(
                    "`{name}` does not carry floats, so there is no derivative with respect to it; name a parameter \
                     of type `f64`, `f32` or `T: chainrule::Real`"
                ),
            ),
            None => {
                let names: Vec<String> = parameters
                    .iter()
                    .filter(|parameter| parameter.shape.carries_reals())
                    .filter_map(|parameter| name_of(&parameter.pattern).map(ToString::to_string))
                    .collect();
                let hint = match nearest(&name.to_string(), names.iter().map(String::as_str)) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("the parameters that carry floats are `{}`", names.join("`, `")),
                };
                errors.report(name, format_args!("there is no parameter `{name}`; {hint}"));
            }
        }
    }
}

//! How types are made of reals, as far as the macro can see.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::{BinOp, Expr, ExprLit, Lit, Type};

use crate::graph::Scalar;

/// The type parameters of the function.
pub(super) struct Types {
    /// Those bound by `Real`.
    pub(super) reals: Vec<syn::Ident>,
    pub(super) others: Vec<syn::Ident>,
}
/// How a type is made of reals.
#[derive(Clone)]
pub(crate) enum Shape {
    Scalar(Scalar),
    /// A shared reference.
    Reference(Box<Shape>),
    Tuple(Vec<Shape>),
    Array(Box<Shape>, Length),
    /// Behind a reference: as many as there are.
    Slice(Box<Shape>),
    /// A type of the program, which has to be `Differentiable`.
    Struct(Box<Type>),
    /// No reals in it that could be differentiated.
    Constant,
    /// Carries reals in a form that is not supported, with the remedy.
    Unsupported(&'static str),
}

/// The length of an array type.
#[derive(Clone)]
pub(crate) struct Length {
    known: Option<usize>,
    tokens: TokenStream,
}

impl Length {
    fn of(length: &Expr) -> Self {
        let known = literal_length(length);
        let tokens = match known {
            Some(known) => Literal::usize_unsuffixed(known).to_token_stream(),
            None => length.to_token_stream(),
        };
        Self { known, tokens }
    }

    pub(crate) fn of_number(known: usize) -> Self {
        Self { known: Some(known), tokens: Literal::usize_unsuffixed(known).to_token_stream() }
    }

    /// A length that is an expression of the program.
    pub(crate) fn of_tokens(tokens: TokenStream) -> Self {
        Self { known: None, tokens }
    }

    /// The number, if the macro can see it.
    pub(crate) fn known(&self) -> Option<usize> {
        self.known
    }

    /// The length as it is written.
    pub(crate) fn tokens(&self) -> &TokenStream {
        &self.tokens
    }
}

/// The longest array whose elements become values of their own wherever the program asks for all of them.
pub(crate) const LONGEST_LISTED: usize = 16;

/// The most floats that an array may hold whose elements are values of their own.
const LARGEST_EXPANDED: usize = 5000;

impl Shape {
    pub(crate) fn carries_reals(&self) -> bool {
        match self {
            Self::Scalar(_) | Self::Struct(_) | Self::Unsupported(_) => true,
            Self::Reference(inner) => inner.carries_reals(),
            Self::Tuple(parts) => parts.iter().any(Self::carries_reals),
            Self::Array(element, _) | Self::Slice(element) => element.carries_reals(),
            Self::Constant => false,
        }
    }

    /// Whether there is nothing but reals in it, by value.
    pub(super) fn is_made_of_reals(&self) -> bool {
        match self {
            Self::Scalar(_) | Self::Struct(_) => true,
            Self::Tuple(parts) => !parts.is_empty() && parts.iter().all(Self::is_made_of_reals),
            Self::Array(element, length) => {
                element.is_made_of_reals() && (length.known.is_some() || self.is_plain())
            }
            Self::Reference(_) | Self::Slice(_) | Self::Constant | Self::Unsupported(_) => false,
        }
    }

    /// Whether there is nothing but floats of one type in it, in arrays and tuples.
    fn is_plain(&self) -> bool {
        match self {
            Self::Scalar(_) => true,
            Self::Array(element, _) => element.is_plain(),
            Self::Tuple(parts) => {
                let first = self.first_scalar();
                parts.iter().all(|part| part.is_plain() && part.first_scalar() == first)
            }
            Self::Slice(_) | Self::Struct(_) | Self::Reference(_) | Self::Constant | Self::Unsupported(_) => {
                false
            }
        }
    }

    /// Whether there are structs in it.
    pub(crate) fn has_structs(&self) -> bool {
        match self {
            Self::Struct(_) => true,
            Self::Reference(inner) | Self::Array(inner, _) | Self::Slice(inner) => inner.has_structs(),
            Self::Tuple(parts) => parts.iter().any(Self::has_structs),
            Self::Scalar(_) | Self::Constant | Self::Unsupported(_) => false,
        }
    }

    pub(crate) fn first_scalar(&self) -> Option<Scalar> {
        match self {
            Self::Scalar(scalar) => Some(*scalar),
            Self::Reference(inner) | Self::Array(inner, _) | Self::Slice(inner) => inner.first_scalar(),
            Self::Tuple(parts) => parts.iter().find_map(Self::first_scalar),
            Self::Struct(_) | Self::Constant | Self::Unsupported(_) => None,
        }
    }

    /// Whether an array of this shape is one value of the graph: its length is not known or large, or it has more
    /// floats than are to be values of their own. Structs in arrays are values of their own.
    pub(crate) fn is_kept_whole(&self, most: usize) -> bool {
        match self {
            Self::Slice(_) => true,
            Self::Array(..) if self.has_structs() => false,
            Self::Array(..) => !self.has_known_size() || self.size() > most.min(LARGEST_EXPANDED),
            _ => false,
        }
    }

    pub(crate) fn has_known_size(&self) -> bool {
        match self {
            Self::Array(element, length) => length.known.is_some() && element.has_known_size(),
            Self::Tuple(parts) => parts.iter().all(Self::has_known_size),
            Self::Reference(inner) => inner.has_known_size(),
            Self::Slice(_) => false,
            Self::Scalar(_) | Self::Struct(_) | Self::Constant | Self::Unsupported(_) => true,
        }
    }

    /// Zeros in this shape, if their number is not that of a slice.
    pub(crate) fn zeros(&self, zero: &dyn Fn(Scalar) -> TokenStream) -> Option<TokenStream> {
        Some(match self {
            Self::Scalar(scalar) => zero(*scalar),
            Self::Reference(inner) => inner.zeros(zero)?,
            Self::Array(element, length) => {
                let (element, length) = (element.zeros(zero)?, length.tokens());
                quote!([#element; #length])
            }
            Self::Tuple(parts) => {
                let parts = parts.iter().map(|part| part.zeros(zero)).collect::<Option<Vec<_>>>()?;
                quote!((#(#parts,)*))
            }
            Self::Slice(_) | Self::Struct(_) | Self::Constant | Self::Unsupported(_) => return None,
        })
    }

    /// The shape of the elements.
    pub(crate) fn element(&self) -> Option<&Self> {
        match self {
            Self::Reference(inner) => inner.element(),
            Self::Array(element, _) | Self::Slice(element) => Some(element),
            _ => None,
        }
    }

    /// The array or slice of floats, or of arrays and tuples of them, that a parameter of this shape is.
    pub(crate) fn as_array(&self) -> Option<&Self> {
        match self {
            Self::Reference(inner) => inner.as_array(),
            Self::Array(element, _) | Self::Slice(element) => element.is_plain().then_some(self),
            _ => None,
        }
    }

    /// Whether a parameter of this shape is a slice, or an array that callers may have as one value.
    pub(crate) fn is_passed_as_one_value(&self) -> bool {
        match self.as_array() {
            Some(Self::Array(_, length)) => length.known.is_none_or(|length| length > LONGEST_LISTED),
            array => array.is_some(),
        }
    }

    /// The slice that a parameter of this shape is.
    pub(crate) fn as_slice(&self) -> Option<&Self> {
        match self {
            Self::Reference(inner) => inner.as_slice(),
            Self::Slice(element) => Some(element),
            _ => None,
        }
    }

    /// How many floats there are, structs counted as one.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Scalar(_) | Self::Struct(_) | Self::Slice(_) => 1,
            Self::Reference(inner) => inner.size(),
            Self::Tuple(parts) => parts.iter().map(Self::size).sum(),
            Self::Array(element, length) => element.size().saturating_mul(length.known().unwrap_or(0)),
            Self::Constant | Self::Unsupported(_) => 0,
        }
    }
}
pub(super) fn scalar(ty: &Type, reals: &[syn::Ident]) -> Option<Scalar> {
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

/// The length that an expression of literals gives.
pub(crate) fn literal_length(length: &Expr) -> Option<usize> {
    constant_integer(length, &|_| None).and_then(|length| usize::try_from(length).ok())
}

/// The value of an expression of integer literals and of what names stand for.
pub(crate) fn constant_integer(
    expression: &Expr,
    value_of: &dyn Fn(&proc_macro2::Ident) -> Option<i64>,
) -> Option<i64> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if !number.suffix().starts_with('f') => {
            number.base10_parse().ok()
        }
        Expr::Path(path) => value_of(path.path.get_ident()?),
        Expr::Paren(inner) => constant_integer(&inner.expr, value_of),
        Expr::Group(inner) => constant_integer(&inner.expr, value_of),
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [syn::Stmt::Expr(inner, None)] => constant_integer(inner, value_of),
            _ => None,
        },
        Expr::Binary(binary) => {
            let left = constant_integer(&binary.left, value_of)?;
            let right = constant_integer(&binary.right, value_of)?;
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

pub(super) fn shape(ty: &Type, types: &Types) -> Shape {
    if let Some(scalar) = scalar(ty, &types.reals) {
        return Shape::Scalar(scalar);
    }
    match ty {
        Type::Tuple(tuple) => Shape::Tuple(tuple.elems.iter().map(|element| shape(element, types)).collect()),
        Type::Paren(inner) => shape(&inner.elem, types),
        Type::Group(inner) => shape(&inner.elem, types),
        Type::Reference(reference) => match referenced(&reference.elem, types) {
            Shape::Constant => Shape::Constant,
            _ if reference.mutability.is_some() => {
                Shape::Unsupported("a parameter that is changed in place is not supported; pass it by value")
            }
            Shape::Unsupported(remedy) => Shape::Unsupported(remedy),
            inner => Shape::Reference(Box::new(inner)),
        },
        Type::Array(array) => {
            let length = Length::of(&array.len);
            match shape(&array.elem, types) {
                Shape::Constant => Shape::Constant,
                Shape::Unsupported(remedy) => Shape::Unsupported(remedy),
                element if length.known().is_none() && element.has_structs() => Shape::Unsupported(
                    "arrays of structs are only supported with a literal length; write that",
                ),
                element => Shape::Array(Box::new(element), length),
            }
        }
        Type::Path(path) if is_of_program(path, types) => Shape::Struct(Box::new(ty.clone())),
        Type::Slice(slice) => match shape(&slice.elem, types) {
            Shape::Constant => Shape::Constant,
            element => slice_of(element),
        },
        _ => Shape::Constant,
    }
}

/// The shape of what a reference leads to: behind one, a vector is a slice.
fn referenced(ty: &Type, types: &Types) -> Shape {
    vector_of_reals(ty, types).map_or_else(|| shape(ty, types), slice_of)
}

/// The shape of a mutable reference to an array or slice of floats.
pub(super) fn changed_array(ty: &Type, types: &Types) -> Option<Shape> {
    match ty {
        Type::Paren(inner) => changed_array(&inner.elem, types),
        Type::Group(inner) => changed_array(&inner.elem, types),
        Type::Reference(reference) if reference.mutability.is_some() => {
            let inner = referenced(&reference.elem, types);
            let is_array = matches!(inner, Shape::Slice(_) | Shape::Array(..)) && inner.element()?.is_plain();
            is_array.then(|| Shape::Reference(Box::new(inner)))
        }
        _ => None,
    }
}

fn slice_of(element: Shape) -> Shape {
    match element {
        Shape::Unsupported(remedy) => Shape::Unsupported(remedy),
        element if element.is_plain() || matches!(element, Shape::Struct(_)) => {
            Shape::Slice(Box::new(element))
        }
        _ => Shape::Unsupported(
            "only slices of floats, of structs, and of arrays and tuples of floats are supported; pass one slice for each \
             part",
        ),
    }
}

/// The shape of the elements of a type that is a vector's, if they carry reals.
pub(super) fn vector_of_reals(ty: &Type, types: &Types) -> Option<Shape> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Vec")?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(element) => {
            Some(shape(element, types)).filter(|shape| shape.first_scalar().is_some())
        }
        _ => None,
    }
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
pub(super) fn is_of_program(path: &syn::TypePath, types: &Types) -> bool {
    let Some(last) = path.path.segments.last() else { return false };
    let name = last.ident.to_string();
    name.starts_with(char::is_uppercase)
        && !CONSTANT_TYPES.contains(&name.as_str())
        && !(path.path.segments.len() == 1 && types.others.contains(&last.ident))
}

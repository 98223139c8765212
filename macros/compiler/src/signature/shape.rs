//! How types are made of reals, as far as the macro can see.

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
    pub(super) fn is_made_of_reals(&self) -> bool {
        match self {
            Self::Scalar(_) | Self::Struct(_) => true,
            Self::Tuple(parts) => !parts.is_empty() && parts.iter().all(Self::is_made_of_reals),
            Self::Array(element, _) => element.is_made_of_reals(),
            Self::Reference(_) | Self::Constant | Self::Unsupported(_) => false,
        }
    }

    /// Whether there are structs in it.
    pub(super) fn has_structs(&self) -> bool {
        match self {
            Self::Struct(_) => true,
            Self::Reference(inner) | Self::Array(inner, _) => inner.has_structs(),
            Self::Tuple(parts) => parts.iter().any(Self::has_structs),
            Self::Scalar(_) | Self::Constant | Self::Unsupported(_) => false,
        }
    }

    pub(super) fn first_scalar(&self) -> Option<Scalar> {
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

/// The most floats that an array may hold: each is a value of its own.
const LARGEST_ARRAY: usize = 5000;

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
                        "an array of floats as large as this is not supported; pass at most 5,000 numbers",
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

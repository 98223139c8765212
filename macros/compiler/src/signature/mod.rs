//! What a function's signature means for differentiation: which parameters carry reals, which are active,
//! and the type of the result.

mod generics;
mod parameter;
mod shape;
mod usage;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{FnArg, ItemFn, ReturnType, Safety, Type};

use crate::error::Errors;
use crate::graph::Scalar;
use crate::mode::Mode;
use crate::options::Options;
use generics::{real_parameters, real_parameters_around};
pub(crate) use parameter::{Parameter, is_usize, name_of};
use parameter::{check_wrt, read_parameter, read_receiver};
pub(crate) use shape::{LONGEST_LISTED, Length, Shape, constant_integer, literal_length};
use shape::{Types, scalar, shape};

/// The signature as the compiler sees it.
pub(crate) struct Signature {
    pub(crate) parameters: Vec<Parameter>,
    /// The type of the result; absent if it is not made of reals alone, which has been reported then.
    pub(crate) result: Option<Shape>,
    /// The type of the result as it is written.
    pub(crate) result_type: Option<Type>,
    /// Names of the type parameters bound by `Real`; [`Scalar::Parameter`] counts them.
    pub(crate) reals: Vec<syn::Ident>,
    /// Names of the constants in its generics that are `usize`.
    pub(crate) lengths: Vec<syn::Ident>,
    /// The name of the function.
    pub(crate) name: syn::Ident,
    types: Types,
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
        let lengths = function.sig.generics.const_params().filter(|parameter| is_usize(&parameter.ty));
        let lengths = lengths.map(|parameter| parameter.ident.clone()).collect();
        Self { parameters, result, result_type, reals, lengths, name: function.sig.ident.clone(), types }
    }

    /// The scalar behind a type, if it is one.
    pub(crate) fn scalar(&self, ty: &Type) -> Option<Scalar> {
        scalar(ty, &self.reals)
    }

    /// Zero as it is written.
    pub(crate) fn zero(&self, scalar: Scalar, runtime: &TokenStream) -> TokenStream {
        match scalar {
            Scalar::Parameter(index) => {
                let name = &self.reals[index];
                quote!(<#name as #runtime::Real>::ZERO)
            }
            _ => quote!(0.0),
        }
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

//! Types and values in the shape of parameters and results: gradients, and the blocks of Jacobians and Hessians.
//!
//! A block has the shape of what stands above the fraction bar outside and of what stands below it inside, so
//! that the Jacobian of an `[f64; M]` by an `[f64; N]` is an `[[f64; N]; M]`, with one row per output.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::sibling::Target;
use crate::graph::{Function, Scalar, ValueId};
use crate::lower::{ArrayTokens, Leaf, Lowered, Zero};
use crate::signature::{Parameter, Shape};

/// Reals, and structs, in nested tuples and arrays, numbered in order.
#[derive(Clone)]
pub(super) enum Form {
    Real(usize, Scalar),
    /// A real that no pattern binds, so that nothing depends on it.
    Unbound(Scalar),
    Tuple(Vec<Form>),
    Array(Vec<Form>),
}

impl Form {
    /// The form of what a function returns.
    pub(super) fn of_result(lowered: &Lowered) -> Self {
        Self::of_leaf(&lowered.result, &lowered.function, &mut 0)
    }

    fn of_leaf(leaf: &Leaf, function: &Function, count: &mut usize) -> Self {
        let mut forms = |leaves: &[Leaf]| {
            leaves
                .iter()
                .filter(|leaf| !matches!(leaf, Leaf::Constant))
                .map(|leaf| Self::of_leaf(leaf, function, count))
                .collect::<Vec<Self>>()
        };
        match leaf {
            Leaf::Value(id) => {
                let scalar = function.graph.value(*id).ty.scalar().unwrap_or(Scalar::F64);
                *count += 1;
                Self::Real(*count - 1, scalar)
            }
            Leaf::Unbound(scalar) => Self::Unbound(*scalar),
            Leaf::Tuple(parts) => Self::Tuple(forms(parts)),
            Leaf::Array(elements) => Self::Array(forms(elements)),
            Leaf::Constant => Self::Tuple(Vec::new()),
        }
    }

    /// The value with `real` in the place of each real; it gets its number, or nothing where nothing depends.
    fn fill(&self, real: &dyn Fn(Option<usize>, Scalar) -> TokenStream) -> TokenStream {
        match self {
            Self::Real(number, scalar) => real(Some(*number), *scalar),
            Self::Unbound(scalar) => real(None, *scalar),
            Self::Tuple(parts) => {
                let parts = parts.iter().map(|part| part.fill(real));
                quote!((#(#parts,)*))
            }
            Self::Array(elements) => {
                let elements = elements.iter().map(|element| element.fill(real));
                quote!([#(#elements),*])
            }
        }
    }
}

/// One part alone, several as a tuple.
pub(super) fn tuple(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [single] => single.clone(),
        parts => quote!((#(#parts),*)),
    }
}

/// Two values as a pair, or the one that there is.
pub(super) fn pair(first: Option<TokenStream>, second: Option<TokenStream>) -> TokenStream {
    match (first, second) {
        (Some(first), Some(second)) => quote!((#first, #second)),
        (first, second) => first.or(second).unwrap_or_default(),
    }
}

impl Target<'_> {
    /// The type of the result as it is written.
    pub(super) fn result_type(&self) -> TokenStream {
        match &self.function.sig.output {
            syn::ReturnType::Type(_, ty) => ty.to_token_stream(),
            syn::ReturnType::Default => quote!(()),
        }
    }

    /// How many values the result has.
    pub(super) fn result_count(&self) -> usize {
        self.lowered
            .map_or(0, |lowered| lowered.function.graph.region(lowered.function.body).end.operands().len())
    }

    /// How many reals the result has, where its type says so.
    pub(super) fn result_size(&self) -> usize {
        self.signature.result.as_ref().map_or(0, Shape::size)
    }

    /// How many reals there are to differentiate by in what is no slice, where the types say so.
    pub(super) fn input_size(&self) -> usize {
        self.returned_parameters().map(|parameter| parameter.shape.size()).sum()
    }

    /// For each value that the result has, how arrays like it are made if it is one.
    pub(super) fn result_arrays(&self) -> Vec<Option<ArrayTokens>> {
        let mut arrays = Vec::new();
        if let (Some(lowered), Some(shape)) = (self.lowered, &self.signature.result) {
            self.collect_arrays(&lowered.result, shape, &mut arrays);
        }
        arrays
    }

    fn collect_arrays(&self, leaf: &Leaf, shape: &Shape, arrays: &mut Vec<Option<ArrayTokens>>) {
        match (leaf, shape) {
            (Leaf::Tuple(leaves), Shape::Tuple(shapes)) => {
                for (leaf, shape) in leaves.iter().zip(shapes) {
                    self.collect_arrays(leaf, shape, arrays);
                }
            }
            (Leaf::Array(leaves), Shape::Array(element, _)) => {
                for leaf in leaves {
                    self.collect_arrays(leaf, element, arrays);
                }
            }
            (Leaf::Value(_), Shape::Array(element, _)) => {
                let zero = |scalar| self.zero(scalar);
                arrays.push(Some(ArrayTokens {
                    zeros: shape.zeros(&zero),
                    zero: Zero::Element(element.zeros(&zero).unwrap_or_default()),
                    is_copy: true,
                    is_accumulated: false,
                }));
            }
            _ => arrays.push(None),
        }
    }

    /// The result's values, arranged.
    pub(super) fn result(&self, reals: &[TokenStream]) -> TokenStream {
        match self.lowered {
            Some(lowered) => self.filled(&Form::of_result(lowered), reals),
            None => quote!(()),
        }
    }

    /// The type of what mirrors the active parameters.
    pub(super) fn gradient_type(&self) -> TokenStream {
        tuple(&self.returned_types())
    }

    fn returned_types(&self) -> Vec<TokenStream> {
        self.returned_parameters().map(|parameter| self.type_of_gradient(parameter)).collect()
    }

    /// One real per active real parameter, arranged in the shape of the active parameters.
    pub(super) fn gradient(&self, reals: &[TokenStream]) -> TokenStream {
        let parts: Vec<TokenStream> =
            self.returned_forms().iter().map(|form| self.filled(form, reals)).collect();
        tuple(&parts)
    }

    /// The forms of the active parameters whose gradients are returned.
    fn returned_forms(&self) -> Vec<Form> {
        let forms = self.active_parameters().zip(self.active_forms());
        let returned = forms.filter(|(parameter, _)| !parameter.has_lent_gradient());
        returned.map(|(_, form)| form).collect()
    }

    /// The type of the Jacobian: tuples over the parts of the result, in them tuples over the active parameters.
    pub(super) fn jacobian_type(&self) -> TokenStream {
        let parameters = self.returned_types();
        self.signature.result.as_ref().map_or_else(|| quote!(()), |result| blocks_type(result, &parameters))
    }

    /// The Jacobian from its entries, by the number of the output and that of the input.
    pub(super) fn jacobian(&self, entry: &dyn Fn(usize, usize) -> TokenStream) -> TokenStream {
        let inputs = self.returned_forms();
        let Some(lowered) = self.lowered else { return quote!(()) };
        self.blocks(&Form::of_result(lowered), &inputs, entry)
    }

    fn blocks(
        &self,
        output: &Form,
        inputs: &[Form],
        entry: &dyn Fn(usize, usize) -> TokenStream,
    ) -> TokenStream {
        if let Form::Tuple(parts) = output {
            let parts = parts.iter().map(|part| self.blocks(part, inputs, entry));
            return quote!((#(#parts,)*));
        }
        let blocks: Vec<TokenStream> = inputs.iter().map(|input| self.block(output, input, entry)).collect();
        tuple(&blocks)
    }

    /// The type of the Hessian: a tuple of rows, one per active parameter, each a tuple of columns.
    pub(super) fn hessian_type(&self) -> TokenStream {
        let columns = self.returned_types();
        let rows: Vec<TokenStream> = self
            .returned_parameters()
            .map(|row| {
                let blocks: Vec<TokenStream> =
                    columns.iter().map(|column| shaped(&row.shape, &|_| column.clone())).collect();
                tuple(&blocks)
            })
            .collect();
        tuple(&rows)
    }

    /// The Hessian from its entries, by the numbers of the two inputs.
    pub(super) fn hessian(&self, entry: &dyn Fn(usize, usize) -> TokenStream) -> TokenStream {
        let forms = self.active_forms();
        let rows: Vec<TokenStream> = forms
            .iter()
            .map(|row| {
                let blocks: Vec<TokenStream> =
                    forms.iter().map(|column| self.block(row, column, entry)).collect();
                tuple(&blocks)
            })
            .collect();
        tuple(&rows)
    }

    /// The derivatives of everything in `above` by everything in `below`.
    fn block(&self, above: &Form, below: &Form, entry: &dyn Fn(usize, usize) -> TokenStream) -> TokenStream {
        above.fill(&|row, _| {
            below.fill(&|column, scalar| match (row, column) {
                (Some(row), Some(column)) => entry(row, column),
                _ => self.zero(scalar),
            })
        })
    }

    /// The graph parameters to differentiate with respect to, in the order of the numbers of [`Form`].
    pub(super) fn active_values(&self) -> Vec<ValueId> {
        let mut values = Vec::new();
        for leaf in self.active_leaves() {
            collect(leaf, &mut values);
        }
        values
    }

    /// For each active parameter, its form; the numbers go on from one to the next.
    pub(super) fn active_forms(&self) -> Vec<Form> {
        let mut count = 0;
        let Some(lowered) = self.lowered else { return Vec::new() };
        self.active_leaves().map(|leaf| Form::of_leaf(leaf, &lowered.function, &mut count)).collect()
    }

    fn active_leaves(&self) -> impl Iterator<Item = &Leaf> {
        let leaves = self.lowered.map_or(&[][..], |lowered| &lowered.leaves);
        self.signature
            .parameters
            .iter()
            .zip(leaves)
            .filter(|(parameter, _)| parameter.is_active)
            .map(|(_, leaf)| leaf)
    }

    /// For each active parameter, the type of its gradient.
    pub(super) fn parameter_types(&self) -> Vec<TokenStream> {
        self.active_parameters().map(|parameter| self.type_of_gradient(parameter)).collect()
    }

    pub(super) fn type_of_gradient(&self, parameter: &Parameter) -> TokenStream {
        let ty = shaped(&parameter.shape, &|scalar| self.scalar_type(scalar));
        match () {
            () if parameter.is_changed => quote!(&mut #ty),
            () if parameter.shape.as_slice().is_some() => quote!(&#ty),
            () => ty,
        }
    }

    pub(super) fn filled(&self, form: &Form, reals: &[TokenStream]) -> TokenStream {
        form.fill(&|number, scalar| match number {
            Some(number) => reals[number].clone(),
            None => self.zero(scalar),
        })
    }

    pub(super) fn scalar_type(&self, scalar: Scalar) -> TokenStream {
        match scalar {
            Scalar::F32 => quote!(f32),
            Scalar::Parameter(index) => self.signature.reals[index].to_token_stream(),
            Scalar::F64 | Scalar::Variable(_) => quote!(f64),
        }
    }

    pub(super) fn zero(&self, scalar: Scalar) -> TokenStream {
        self.signature.zero(scalar, &self.options.runtime())
    }

    /// Zero, of the type of the floats in a graph parameter.
    pub(super) fn zero_of(&self, id: ValueId) -> TokenStream {
        let scalar = self.lowered.and_then(|lowered| lowered.function.graph.value(id).ty.scalar());
        self.zero(scalar.unwrap_or(Scalar::F64))
    }

    pub(super) fn one(&self, scalar: Scalar) -> TokenStream {
        match scalar {
            Scalar::Parameter(index) => {
                let (runtime, name) = (self.options.runtime(), &self.signature.reals[index]);
                quote!(<#name as #runtime::Real>::ONE)
            }
            _ => quote!(1.0),
        }
    }
}

fn blocks_type(output: &Shape, parameters: &[TokenStream]) -> TokenStream {
    if let Shape::Tuple(parts) = output {
        let parts = parts.iter().map(|part| blocks_type(part, parameters));
        return quote!((#(#parts,)*));
    }
    let blocks: Vec<TokenStream> =
        parameters.iter().map(|parameter| shaped(output, &|_| parameter.clone())).collect();
    tuple(&blocks)
}

/// A type of this shape with `real` in the place of each scalar; what carries no reals is left out.
pub(super) fn shaped(shape: &Shape, real: &dyn Fn(Scalar) -> TokenStream) -> TokenStream {
    match shape {
        Shape::Scalar(scalar) => real(*scalar),
        Shape::Struct(ty) => ty.to_token_stream(),
        Shape::Reference(inner) => shaped(inner, real),
        Shape::Array(element, length) => {
            let element = shaped(element, real);
            let length = length.tokens();
            quote!([#element; #length])
        }
        Shape::Tuple(parts) => {
            let parts =
                parts.iter().filter(|part| !matches!(part, Shape::Constant)).map(|part| shaped(part, real));
            quote!((#(#parts,)*))
        }
        Shape::Slice(element) => {
            let element = shaped(element, real);
            quote!([#element])
        }
        Shape::Constant | Shape::Unsupported(_) => quote!(()),
    }
}

fn collect(leaf: &Leaf, values: &mut Vec<ValueId>) {
    match leaf {
        Leaf::Value(id) => values.push(*id),
        Leaf::Tuple(parts) | Leaf::Array(parts) => parts.iter().for_each(|part| collect(part, values)),
        Leaf::Unbound(_) | Leaf::Constant => {}
    }
}

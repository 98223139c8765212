//! The parameters of the function: one value of the graph for each float in them.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Pat;

use super::pattern::{bindings, plain, unbound};
use super::place::Place;
use super::view::View;
use super::{ArrayTokens, Element, Leaf, Lowerer, ParameterTokens, Val, Zero};
use crate::graph::{Op, Precedence, Ty, ValueId};
use crate::names::identifier;
use crate::signature::{Shape, is_usize, name_of};

impl Lowerer<'_> {
    pub(super) fn parameter(&mut self, parameter: &crate::signature::Parameter) -> Leaf {
        let leaf = if parameter.is_changed {
            self.bind_changed_array(&parameter.pattern, &parameter.shape)
        } else {
            self.bind_parameter(&parameter.pattern, &parameter.shape, parameter.is_active)
        };
        self.note_parameter_type(&parameter.pattern, &parameter.ty);
        leaf
    }

    /// Remembers the type of an array that is a constant, and of an integer that may be a length.
    fn note_parameter_type(&mut self, pattern: &syn::Pat, ty: &syn::Type) {
        if is_usize(ty)
            && let Some(variable) = name_of(pattern).and_then(|name| self.scopes.find(name))
            && let Val::Node(id) = self.scopes.get(variable).value
        {
            self.builder.note_usize(id);
        }
        if let syn::Type::Reference(reference) = ty {
            return self.note_parameter_type(pattern, &reference.elem);
        }
        if let (Some(name), syn::Type::Array(_) | syn::Type::Slice(_)) = (name_of(pattern), ty)
            && let Some(variable) = self.scopes.find(name)
            && let Val::Node(id) = self.scopes.get(variable).value
        {
            self.list_types.insert(id, ty.clone());
        }
    }

    /// Adds the graph parameter that prints as these tokens.
    fn graph_parameter(
        &mut self,
        ty: Ty,
        name: &str,
        tokens: TokenStream,
        precedence: Precedence,
        varied: bool,
    ) -> ValueId {
        let id = self.builder.parameter(ty, name);
        self.parameters.push(ParameterTokens {
            tokens,
            precedence,
            is_reference: false,
            element: None,
            array: None,
        });
        self.set_varied(id, varied);
        id
    }

    /// Binds a parameter that is a mutable reference: the name to a reference, and what is in the array to a variable.
    fn bind_changed_array(&mut self, pattern: &Pat, shape: &Shape) -> Leaf {
        let Pat::Ident(named) = pattern else {
            self.errors.report(pattern, "an array that the function changes needs a name; bind it to one");
            self.poison_bindings(pattern);
            return unbound(shape);
        };
        let Shape::Reference(inner) = shape else { return Leaf::Constant };
        let (name, tokens) = (plain(&named.ident), self.parameter_name(&named.ident));
        let parameter = self.whole_parameter(inner, &name, &tokens, true);
        if let Some(tokens) = self.parameters.last_mut() {
            tokens.is_reference = true;
        }
        let view = View::whole(parameter, (**inner).clone());
        let length = inner.as_slice().is_some().then(|| self.length_of(&view));
        let array = self.builder.lent(parameter);
        self.set_varied(array, true);
        self.builder.name(array, &name);
        let contents = self.scopes.hidden(&name, Val::View(view.of(array).with_length(length)));
        self.changed_arrays.push((parameter, contents));
        self.scopes.declare(&named.ident, Val::Place(Place::of(contents)));
        Leaf::Value(parameter)
    }

    /// A parameter that is one value of the graph: an array, or a slice.
    fn whole_parameter(
        &mut self,
        shape: &Shape,
        name: &str,
        tokens: &TokenStream,
        is_active: bool,
    ) -> ValueId {
        let ty = shape.first_scalar().map_or(Ty::Whole.array(), Ty::Array);
        let id = self.graph_parameter(ty, name, tokens.clone(), Precedence::Postfix, is_active);
        if let Some(parameter) = self.parameters.last_mut() {
            let zero = |scalar| self.signature.zero(scalar, &self.runtime);
            parameter.array = Some(ArrayTokens {
                zeros: shape.zeros(&zero),
                zero: match shape.element().and_then(|each| each.zeros(&zero)) {
                    Some(element) => Zero::Element(element),
                    None => Zero::OfEach(tokens.clone()),
                },
                is_copy: shape.as_slice().is_none(),
                is_accumulated: false,
            });
        }
        self.note_size(id, shape);
        id
    }

    /// A parameter that is bound as a whole: its floats are reached from `tokens`.
    fn parameter_value(
        &mut self,
        shape: &Shape,
        name: &str,
        tokens: &TokenStream,
        is_active: bool,
    ) -> (Val, Leaf) {
        let through_reference = |shape: &Shape| matches!(shape, Shape::Reference(_));
        match shape {
            Shape::Scalar(scalar) => {
                let ty = Ty::Real(*scalar);
                let id = self.graph_parameter(ty, name, tokens.clone(), Precedence::Postfix, is_active);
                (Val::Node(id), Leaf::Value(id))
            }
            shape
                if shape.carries_reals()
                    && shape.is_kept_whole(self.decisions.largest)
                    && (is_active || !shape.has_structs()) =>
            {
                let id = self.whole_parameter(shape, name, tokens, is_active);
                (Val::View(View::whole(id, shape.clone())), Leaf::Value(id))
            }
            Shape::Reference(inner) => match &**inner {
                inner if inner.is_kept_whole(self.decisions.largest) => {
                    let (value, leaf) = self.parameter_value(inner, name, tokens, is_active);
                    if let Some(parameter) = self.parameters.last_mut() {
                        parameter.is_reference = true;
                    }
                    (value, leaf)
                }
                Shape::Scalar(scalar) => {
                    let ty = Ty::Real(*scalar);
                    let id = self.graph_parameter(ty, name, quote!(*#tokens), Precedence::Unary, is_active);
                    (Val::Node(id), Leaf::Value(id))
                }
                inner @ Shape::Struct(_) => {
                    let (value, leaf) = self.parameter_value(inner, name, tokens, is_active);
                    if let Some(parameter) = self.parameters.last_mut() {
                        parameter.is_reference = true;
                    }
                    (value, leaf)
                }
                // Components and elements are reached through references as they are.
                inner if through_reference(inner) => {
                    self.parameter_value(inner, name, &quote!((*#tokens)), is_active)
                }
                inner => {
                    let start = self.parameters.len();
                    let found = self.parameter_value(inner, name, tokens, is_active);
                    let array = tokens.to_string();
                    let elements =
                        self.parameters[start..].iter_mut().filter_map(|real| real.element.as_mut());
                    for element in elements.filter(|element| element.array.to_string() == array) {
                        element.is_behind_reference = true;
                    }
                    found
                }
            },
            Shape::Tuple(parts) => {
                let parts = parts.iter().enumerate().map(|(index, part)| {
                    let member = syn::Index::from(index);
                    let tokens = quote!(#tokens.#member);
                    self.parameter_value(part, &format!("{name}_{index}"), &tokens, is_active)
                });
                let (values, leaves) = parts.unzip();
                (Val::Tuple(values), Leaf::Tuple(leaves))
            }
            Shape::Array(element, length) if element.carries_reals() => {
                let length = length.known().unwrap_or(0);
                let elements = (0..length).map(|index| {
                    let position = proc_macro2::Literal::usize_unsuffixed(index);
                    let (name, array) = (format!("{name}_{index}"), tokens.clone());
                    let element = self.parameter_value(element, &name, &quote!(#array[#position]), is_active);
                    if let Val::Node(id) = element.0
                        && let Op::Parameter(number) = self.builder.graph().value(id).op
                    {
                        self.parameters[number].element =
                            Some(Element { array, is_behind_reference: false, position: index, length });
                    }
                    element
                });
                let (values, leaves) = elements.unzip();
                (Val::Array(values), Leaf::Array(leaves))
            }
            Shape::Struct(_) if is_active => {
                let id = self.graph_parameter(Ty::Whole, name, tokens.clone(), Precedence::Postfix, true);
                self.note_whole(id);
                (Val::Node(id), Leaf::Value(id))
            }
            Shape::Struct(_) => {
                let id = self.graph_parameter(Ty::Other, name, tokens.clone(), Precedence::Postfix, false);
                self.structs.insert(id);
                (Val::Node(id), Leaf::Constant)
            }
            Shape::Array(..) | Shape::Slice(_) | Shape::Constant => {
                let id = self.graph_parameter(Ty::Other, name, tokens.clone(), Precedence::Postfix, false);
                (Val::Node(id), Leaf::Constant)
            }
            Shape::Unsupported(_) => {
                self.graph_parameter(Ty::Other, name, tokens.clone(), Precedence::Postfix, false);
                (Val::Poison, Leaf::Constant)
            }
        }
    }

    /// Binds a parameter and tells where its floats are.
    pub(super) fn bind_parameter(&mut self, pattern: &Pat, shape: &Shape, is_active: bool) -> Leaf {
        match (pattern, shape) {
            (Pat::Paren(inner), _) => self.bind_parameter(&inner.pat, shape, is_active),
            (Pat::Ident(pattern), _) if pattern.subpat.is_none() && pattern.by_ref.is_none() => {
                let ident = &pattern.ident;
                let tokens =
                    if ident == "self" { ident.to_token_stream() } else { self.parameter_name(ident) };
                let (value, leaf) = self.parameter_value(shape, &plain(ident), &tokens, is_active);
                match pattern.mutability {
                    None if ident != "self" && !matches!(shape, Shape::Unsupported(_)) => {
                        self.scopes.declare_fixed(ident, value);
                    }
                    _ => self.scopes.declare(ident, value),
                }
                if let (Shape::Reference(_), Some(variable)) = (shape, self.scopes.find(ident)) {
                    self.references.insert(variable);
                }
                leaf
            }
            (Pat::Wild(_), _) => unbound(shape),
            (Pat::Reference(pattern), Shape::Reference(inner)) => {
                self.bind_parameter(&pattern.pat, inner, is_active)
            }
            (Pat::Tuple(pattern), Shape::Tuple(parts)) if pattern.elems.len() == parts.len() => Leaf::Tuple(
                pattern
                    .elems
                    .iter()
                    .zip(parts)
                    .map(|(pattern, part)| self.bind_parameter(pattern, part, is_active))
                    .collect(),
            ),
            (Pat::Slice(pattern), Shape::Array(element, length))
                if length.known() == Some(pattern.elems.len()) && element.carries_reals() =>
            {
                Leaf::Array(
                    pattern
                        .elems
                        .iter()
                        .map(|pattern| self.bind_parameter(pattern, element, is_active))
                        .collect(),
                )
            }
            (_, shape) if !shape.carries_reals() || matches!(shape, Shape::Unsupported(_)) => {
                self.bind_constant_parts(pattern);
                Leaf::Constant
            }
            _ => {
                self.errors.report(
                    pattern,
                    "this pattern is not supported for a parameter that carries floats; bind it to a name, or to a \
                     tuple of names without `..`",
                );
                unbound(shape)
            }
        }
    }

    /// Binds every name in the pattern of a parameter without floats.
    fn bind_constant_parts(&mut self, pattern: &Pat) {
        for ident in bindings(pattern) {
            let tokens = self.parameter_name(&ident);
            let id = self.graph_parameter(Ty::Other, &plain(&ident), tokens, Precedence::Postfix, false);
            self.scopes.declare(&ident, Val::Node(id));
        }
    }

    /// The name of a parameter in siblings: hygienic, so that it carries none of the lints of the primal's, and
    /// unique, as two parameters of a macro's function can have one name.
    fn parameter_name(&mut self, ident: &Ident) -> TokenStream {
        let unique = self.unique_binding(&plain(ident));
        let mut name = identifier(&unique);
        name.set_span(name.span().located_at(ident.span()));
        let tokens = name.to_token_stream();
        self.parameter_names.push(name);
        tokens
    }
}

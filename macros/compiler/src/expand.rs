//! One attributed function in, that function and its siblings out. The only module that sees both ends.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, FnArg, Item, ItemFn, TraitItemFn};

use crate::emit::{self, Context};
use crate::error::Errors;
use crate::graph::{Comparison, Function, Op, Scalar, Spelling, Ty, ValueId};
use crate::lower::{self, Leaf, Lowered};
use crate::mode::Mode;
use crate::options::Options;
use crate::rules::Source;
use crate::signature::{Shape, Signature, name_of};
use crate::transform::{self, Request};

/// What an attribute with these options makes of `item`: the item as it was, then the siblings of the mode.
///
/// Problems become `compile_error!`s beside the item and stubs of the siblings, never a panic.
#[must_use]
pub fn expand(mode: Mode, options: TokenStream, item: TokenStream) -> TokenStream {
    let errors = Errors::default();
    let options = Options::parse(options, &errors);
    let function = match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => function,
        Err(error) => return not_a_function(mode, item, error, &errors),
    };
    let signature = Signature::read(&function, mode, &options, &errors);
    let lowered = if errors.is_empty() {
        lower::lower(&function, &signature, &options, &errors)
    } else {
        // The body is looked at for its own errors, so that all are reported together.
        lower::lower(&function, &signature, &options, &errors);
        None
    };
    let siblings = Siblings { function: &function, signature: &signature, options: &options };
    let primal = with_quiet_braces(item);
    match lowered {
        Some(lowered) => {
            let gradient = siblings.gradient(&lowered, false);
            let value_and_gradient = siblings.gradient(&lowered, true);
            quote!(#primal #gradient #value_and_gradient)
        }
        None => {
            let messages = errors.to_compile_errors();
            let stubs = [siblings.stub(false), siblings.stub(true)];
            quote!(#primal #messages #(#stubs)*)
        }
    }
}

/// The item as it came, with what is wrong with it.
fn not_a_function(mode: Mode, item: TokenStream, error: syn::Error, errors: &Errors) -> TokenStream {
    let attribute = mode.attribute();
    if let Ok(declaration) = syn::parse2::<TraitItemFn>(item.clone()) {
        errors.report(
            &declaration.sig.ident,
            format_args!("there is no body to differentiate; put `{attribute}` on the function that has one"),
        );
    } else if let Ok(other) = syn::parse2::<Item>(item.clone()) {
        errors.report(
            first_token(&other),
            format_args!("`{attribute}` differentiates functions; put it on a `fn` with a body"),
        );
    } else {
        errors.push(error);
    }
    let messages = errors.to_compile_errors();
    quote!(#item #messages)
}

fn first_token(item: &impl ToTokens) -> Option<TokenTree> {
    item.to_token_stream()
        .into_iter()
        .find(|token| !matches!(token, TokenTree::Punct(_) | TokenTree::Group(_)))
}

/// The item with the braces of its body marked as coming from the macro. They mean what they meant, but rustc no
/// longer reports the function as dead when only its gradient is used.
fn with_quiet_braces(item: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    if let Some(TokenTree::Group(body)) = tokens.last_mut() {
        body.set_span(Span::call_site().located_at(body.span()));
    }
    tokens.into_iter().collect()
}

/// Builds the functions beside the primal.
struct Siblings<'a> {
    function: &'a ItemFn,
    signature: &'a Signature,
    options: &'a Options,
}

impl Siblings<'_> {
    fn gradient(&self, lowered: &Lowered, with_value: bool) -> TokenStream {
        let leaves: Vec<&Leaf> = self
            .signature
            .parameters
            .iter()
            .zip(&lowered.leaves)
            .filter(|(parameter, _)| parameter.is_active)
            .map(|(_, leaf)| leaf)
            .collect();
        let mut active: Vec<ValueId> = Vec::new();
        for leaf in &leaves {
            collect(leaf, &mut active);
        }
        let request = Request { active: &active, with_value, strict: self.options.strict };
        let function = transform::gradient(&lowered.function, &request);
        let context = Context {
            runtime: self.options.runtime(),
            parameters: &lowered.parameters,
            reals: &self.signature.reals,
        };
        let arrange = |yields: &[TokenStream]| {
            let (value, mut partials) = yields.split_at(usize::from(with_value));
            let parts: Vec<TokenStream> =
                leaves.iter().map(|leaf| self.gradient_of(leaf, &mut partials, &context)).collect();
            let gradient = tuple(&parts);
            if with_value { quote!((#(#value)*, #gradient)) } else { gradient }
        };
        let body = emit::body(&function, &context, &arrange);
        let items = lowered.items.iter().map(|item| quiet(item.to_token_stream()));
        let checks = if with_value { TokenStream::new() } else { self.checks(lowered) };
        let sibling =
            self.function_with(with_value, &lowered.parameter_names, &quote!(#(#items)* #checks #body));
        if compares_exactly(&function) { quote!(#[allow(clippy::float_cmp)] #sibling) } else { sibling }
    }

    /// Has rustc verify that names mean what they were taken for: that a `sigmoid` is the one of `chainrule::math`,
    /// and the method that of `Real`. Two functions are of one type only if they are one.
    fn checks(&self, lowered: &Lowered) -> TokenStream {
        let runtime = self.options.runtime();
        let graph = &lowered.function.graph;
        let mut checks = lowered.checks.clone();
        for value in graph.ids().map(|id| graph.value(id)) {
            let (Op::Primitive(primitive), Spelling::Method(method)) = (&value.op, &value.note.spelling)
            else {
                continue;
            };
            // What std has as an inherent method is that method, whatever traits are in scope.
            let ty = match value.ty {
                _ if primitive.rule().source != Source::own => continue,
                Ty::Real(Scalar::F64) => quote!(f64),
                Ty::Real(Scalar::F32) => quote!(f32),
                _ => continue,
            };
            let check = quote! {
                const _: fn() =
                    || #runtime::__private::same_function(<#ty as #runtime::Real>::#method, #ty::#method);
            };
            checks.entry(format!("{ty}::{method}")).or_insert(check);
        }
        checks.into_values().collect()
    }

    /// A sibling of the right signature, for when there is no body.
    fn stub(&self, with_value: bool) -> TokenStream {
        self.function_with(with_value, &[], &quote!(::core::unreachable!()))
    }

    fn function_with(&self, with_value: bool, names: &[Ident], body: &TokenStream) -> TokenStream {
        let is_stub = names.is_empty();
        let ItemFn { attrs, vis, sig, .. } = self.function;
        let name = self.name(with_value);
        let docs = self.docs(with_value);
        let attributes = attrs.iter().filter_map(propagated);
        let (constness, generics, where_clause) = (&sig.constness, &sig.generics, &sig.generics.where_clause);
        let mut names = names.iter().cloned();
        let inputs = sig.inputs.iter().map(|input| sibling_input(input, &mut names));
        let inputs = quote!(#(#inputs),*);
        let inputs = if is_stub { quiet(inputs) } else { inputs };
        let gradient = self.gradient_type();
        let output = if with_value {
            let value = match &sig.output {
                syn::ReturnType::Type(_, ty) => ty.to_token_stream(),
                syn::ReturnType::Default => quote!(()),
            };
            quote!((#value, #gradient))
        } else {
            gradient
        };
        quote! {
            #(#[doc = #docs])*
            #(#attributes)*
            #[must_use]
            #[allow(clippy::suboptimal_flops)]
            #vis #constness fn #name #generics(#inputs) -> #output #where_clause { #body }
        }
    }

    fn name(&self, with_value: bool) -> Ident {
        let base = self.options.name.as_ref().unwrap_or(&self.function.sig.ident);
        let plain = base.to_string();
        let plain = plain.strip_prefix("r#").unwrap_or(&plain);
        let suffix = if with_value { "value_and_grad" } else { "grad" };
        Ident::new(&format!("{plain}_{suffix}"), base.span())
    }

    fn gradient_type(&self) -> TokenStream {
        let parts: Vec<TokenStream> = self
            .signature
            .parameters
            .iter()
            .filter(|parameter| parameter.is_active)
            .map(|parameter| self.type_of(&parameter.shape))
            .collect();
        tuple(&parts)
    }

    fn type_of(&self, shape: &Shape) -> TokenStream {
        match shape {
            Shape::Scalar(scalar) => self.scalar_type(*scalar),
            Shape::Reference(inner) => self.type_of(inner),
            Shape::Array(element, length) => {
                let (element, length) = (self.type_of(element), length.known());
                let length = proc_macro2::Literal::usize_unsuffixed(length.unwrap_or(0));
                quote!([#element; #length])
            }
            Shape::Tuple(parts) => {
                let parts: Vec<TokenStream> = parts
                    .iter()
                    .filter(|part| !matches!(part, Shape::Constant))
                    .map(|part| self.type_of(part))
                    .collect();
                quote!((#(#parts,)*))
            }
            Shape::Constant | Shape::Unsupported(_) => quote!(()),
        }
    }

    fn scalar_type(&self, scalar: Scalar) -> TokenStream {
        match scalar {
            Scalar::F32 => quote!(f32),
            Scalar::Parameter(index) => self.signature.reals[index].to_token_stream(),
            Scalar::F64 | Scalar::Variable(_) => quote!(f64),
        }
    }

    /// The partials of one parameter, in the shape of its type.
    fn gradient_of(&self, leaf: &Leaf, partials: &mut &[TokenStream], context: &Context<'_>) -> TokenStream {
        match leaf {
            Leaf::Value(_) => match partials.split_first() {
                Some((first, rest)) => {
                    *partials = rest;
                    first.clone()
                }
                None => TokenStream::new(),
            },
            Leaf::Unbound(Scalar::Parameter(index)) => {
                let (runtime, name) = (&context.runtime, &self.signature.reals[*index]);
                quote!(<#name as #runtime::Real>::ZERO)
            }
            Leaf::Unbound(_) => quote!(0.0),
            Leaf::Tuple(parts) => {
                let parts: Vec<TokenStream> = parts
                    .iter()
                    .filter(|part| !matches!(part, Leaf::Constant))
                    .map(|part| self.gradient_of(part, partials, context))
                    .collect();
                quote!((#(#parts,)*))
            }
            Leaf::Array(elements) => {
                let elements: Vec<TokenStream> =
                    elements.iter().map(|element| self.gradient_of(element, partials, context)).collect();
                quote!([#(#elements),*])
            }
            Leaf::Constant => quote!(()),
        }
    }

    fn docs(&self, with_value: bool) -> Vec<String> {
        let name = self.function.sig.ident.to_string();
        let active: Vec<String> = self
            .signature
            .parameters
            .iter()
            .enumerate()
            .filter(|(_, parameter)| parameter.is_active)
            .map(|(index, parameter)| {
                name_of(&parameter.pattern)
                    .map_or_else(|| format!("argument {}", index + 1), ToString::to_string)
            })
            .collect();
        let list = match active.as_slice() {
            [] => "its parameters".to_owned(),
            [one] => format!("`{one}`"),
            [first @ .., last] => {
                let first: Vec<String> = first.iter().map(|name| format!("`{name}`")).collect();
                format!("{} and `{last}`", first.join(", "))
            }
        };
        let partials: Vec<String> = active.iter().map(|parameter| format!("∂{name}/∂{parameter}")).collect();
        let partials =
            if partials.len() == 1 { partials.concat() } else { format!("({})", partials.join(", ")) };
        if with_value {
            vec![
                format!(" The value of `{name}` and its gradient with respect to {list}."),
                String::new(),
                format!(" Returns `({name}, {partials})`; the value is that of `{name}`, bit for bit."),
            ]
        } else {
            vec![
                format!(" The gradient of `{name}` with respect to {list}."),
                String::new(),
                format!(" Returns `{partials}`, computed in reverse mode."),
            ]
        }
    }
}

/// Whether floats are compared for equality, which a lint of clippy's asks to be allowed.
fn compares_exactly(function: &Function) -> bool {
    let graph = &function.graph;
    graph.ids().map(|id| graph.value(id)).any(|value| {
        matches!(value.op, Op::Compare(Comparison::Equal | Comparison::NotEqual))
            && graph.value(value.operands[0]).ty.is_real()
    })
}

/// One part alone, several as a tuple.
fn tuple(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [single] => single.clone(),
        parts => quote!((#(#parts),*)),
    }
}

fn collect(leaf: &Leaf, values: &mut Vec<ValueId>) {
    match leaf {
        Leaf::Value(id) => values.push(*id),
        Leaf::Tuple(parts) | Leaf::Array(parts) => parts.iter().for_each(|part| collect(part, values)),
        Leaf::Unbound(_) | Leaf::Constant => {}
    }
}

/// A parameter as siblings have it.
fn sibling_input(input: &FnArg, names: &mut impl Iterator<Item = Ident>) -> FnArg {
    let mut input = input.clone();
    if let FnArg::Typed(parameter) = &mut input {
        lower::rename_parameter(&mut parameter.pat, names);
    }
    input
}

/// The attribute as siblings have it, if they have it.
fn propagated(attribute: &Attribute) -> Option<TokenStream> {
    let path = attribute.path();
    if path.is_ident("expect") {
        // What the primal is expected to do, the sibling may do.
        let tokens = attribute.meta.require_list().ok()?.tokens.clone();
        return Some(quote!(#[allow(#tokens)]));
    }
    let is_propagated =
        ["cfg", "cfg_attr", "inline", "target_feature", "deprecated", "allow", "warn", "deny", "forbid"]
            .iter()
            .any(|name| path.is_ident(name));
    is_propagated.then(|| attribute.to_token_stream())
}

/// Tokens whose lints are not reported, because they come from the macro: the primal has reported them.
fn quiet(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                let mut quieted = proc_macro2::Group::new(group.delimiter(), quiet(group.stream()));
                quieted.set_span(Span::call_site().located_at(group.span()));
                return TokenTree::Group(quieted);
            }
            token.set_span(Span::call_site().located_at(token.span()));
            token
        })
        .collect()
}

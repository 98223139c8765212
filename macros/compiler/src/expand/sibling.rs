//! The functions beside the primal: what a mode says of each in, items out. What they share is decided here:
//! names, attributes, generics, the primal's own parameters, items of the body, and stubs where there are errors.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, FnArg, ItemFn, Meta, Token};

use crate::emit::{self, Context};
use crate::error::Errors;
use crate::graph::{Comparison, Function, Op, Scalar, Spelling, Ty, ValueId};
use crate::lower::{self, Lowered, ParameterTokens};
use crate::mode::Mode;
use crate::options::Options;
use crate::rules::Source;
use crate::signature::{Parameter, Signature, name_of};
use crate::transform::{Derived, Lending, Purpose, Request};

/// The function that carries the attribute.
pub(super) struct Target<'a> {
    pub(super) function: &'a ItemFn,
    pub(super) signature: &'a Signature,
    pub(super) options: &'a Options,
    /// Absent if errors were reported; the siblings are stubs then.
    pub(super) lowered: Option<&'a Lowered>,
    pub(super) errors: &'a Errors,
    /// The macro that makes vectors.
    pub(super) vector: TokenStream,
}

/// What a mode says of one function beside the primal.
pub(super) struct Sibling {
    /// What follows the name of the primal and an underscore.
    pub(super) suffix: &'static str,
    pub(super) docs: Vec<String>,
    /// Parameters after those of the primal.
    pub(super) inputs: Vec<TokenStream>,
    pub(super) output: TokenStream,
    /// Absent in a stub.
    pub(super) body: Option<Body>,
    /// Whether it is a `const fn` where the primal is.
    pub(super) is_const: bool,
}

/// What a sibling does.
pub(super) struct Body {
    pub(super) tokens: TokenStream,
    /// Whether floats are compared for equality, which a lint of clippy's asks to be allowed.
    pub(super) compares_exactly: bool,
    /// How many reals its largest array has, other than those of the primal.
    pub(super) largest_array: usize,
    /// The slices of which it makes copies on the heap.
    copied: Vec<String>,
    /// The parameters that it would have to read behind the place where it changes them.
    overwritten: Vec<String>,
}

/// The bytes that each array of saved values may take on the stack unless the attribute says otherwise.
const STACK: usize = 64 * 1024;

/// The most parameters that clippy takes without a word.
const MOST_INPUTS: usize = 7;

/// The most numbers of eight bytes in an array that clippy takes without a word.
const LARGEST_ARRAY: usize = 2048;

impl Target<'_> {
    /// The siblings as items. The first also has rustc check what names were taken for.
    pub(super) fn functions(&self, siblings: &[Sibling]) -> TokenStream {
        let functions = siblings.iter().enumerate().map(|(index, sibling)| {
            let checks = self.lowered.filter(|_| index == 0).map(|lowered| self.checks(lowered));
            self.function(sibling, checks)
        });
        quote!(#(#functions)*)
    }

    /// What writing a body has to know; `more` are graph parameters after those of the primal.
    pub(super) fn context<'c>(&'c self, more: impl IntoIterator<Item = &'c ParameterTokens>) -> Context<'c> {
        let own = self.lowered.map_or(&[][..], |lowered| &lowered.parameters);
        let parameters = own.iter().chain(more).collect();
        Context {
            runtime: self.options.runtime(),
            parameters,
            reals: &self.signature.reals,
            pullback: None,
            reserved: Vec::new(),
        }
    }

    /// What is asked of a transform.
    pub(super) fn request<'r>(
        &'r self,
        active: &'r [ValueId],
        lent: &'r [ValueId],
        with_value: bool,
    ) -> Request<'r> {
        Request {
            active,
            lent,
            lending: Lending::Overwritten,
            with_value,
            strict: self.options.strict,
            stack: self.options.stack.unwrap_or(STACK),
            vector: self.options.allocates.then_some(&self.vector),
            purpose: Purpose::Result,
        }
    }

    /// What a transform makes, if nothing stands in its way. What does is reported.
    pub(super) fn derived<T>(&self, derived: Derived<T>) -> Option<T> {
        let unstored = match derived {
            Ok(made) => return Some(made),
            Err(unstored) => unstored,
        };
        let mut names: Vec<String> = Vec::new();
        for each in unstored {
            let name = each.name.map_or_else(|| "a value".to_owned(), |name| format!("`{name}`"));
            if !names.contains(&name) {
                names.push(name);
            }
        }
        self.errors.report(
            &self.function.sig.ident,
            format_args!(
                "the derivative needs {} of every iteration of a loop, and there is no place to keep as many values as \
                 the loop has iterations; write the number of iterations as a constant, keep them on the heap with \
                 `alloc` in the attribute, or change the loop so that each iteration only adds to what came before",
                names.join(", ")
            ),
        );
        None
    }

    /// The name of the function as users say it.
    pub(super) fn primal_name(&self) -> String {
        self.function.sig.ident.to_string()
    }

    pub(super) fn active_parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.signature.parameters.iter().filter(|parameter| parameter.is_active)
    }

    /// What the active parameters are called in documentation.
    pub(super) fn active_names(&self) -> Vec<String> {
        self.signature
            .parameters
            .iter()
            .enumerate()
            .filter(|(_, parameter)| parameter.is_active)
            .map(|(index, parameter)| {
                name_of(&parameter.pattern)
                    .map_or_else(|| format!("argument {}", index + 1), ToString::to_string)
            })
            .collect()
    }

    /// The active parameters as a list in a sentence.
    pub(super) fn active_list(&self) -> String {
        let names = self.active_names();
        if names.is_empty() { "its parameters".to_owned() } else { listed(&names) }
    }

    /// The partial derivatives of `name` as documentation writes them.
    pub(super) fn partials(&self, name: &str) -> String {
        let partials: Vec<String> =
            self.active_names().iter().map(|parameter| format!("∂{name}/∂{parameter}")).collect();
        if partials.len() == 1 { partials.concat() } else { format!("({})", partials.join(", ")) }
    }

    fn function(&self, sibling: &Sibling, checks: Option<TokenStream>) -> TokenStream {
        let ItemFn { attrs, vis, sig, .. } = self.function;
        let name = self.name(sibling.suffix);
        let Sibling { docs, inputs: extra, output, .. } = sibling;
        let is_unit = output.to_string() == "()";
        let output = (!is_unit).then(|| quote!(-> #output));
        let must_use = (!is_unit).then(|| quote!(#[must_use]));
        let attributes = attrs.iter().filter_map(propagated);
        let constness = sig.constness.filter(|_| sibling.is_const);
        let (generics, where_clause) = (&sig.generics, &sig.generics.where_clause);
        let names = self.lowered.map_or(&[][..], |lowered| &lowered.parameter_names);
        let mut names = names.iter().cloned();
        let inputs = sig.inputs.iter().map(|input| sibling_input(input, &mut names)).map(|input| {
            let input = input.to_token_stream();
            if sibling.body.is_none() { quiet(input) } else { input }
        });
        let inputs: Vec<TokenStream> = inputs.chain(extra.iter().cloned()).collect();
        let lints = lints(sibling, inputs.len());
        let body = match (sibling.body.as_ref().filter(|body| self.is_possible(body)), self.lowered) {
            (Some(body), Some(lowered)) => {
                let items = lowered.items.iter().map(|item| quiet(item.to_token_stream()));
                let body = &body.tokens;
                quote!(#(#items)* #checks #body)
            }
            _ => quote!(::core::unreachable!()),
        };
        quote! {
            #(#[allow(#lints)])*
            #(#[doc = #docs])*
            #(#attributes)*
            #must_use
            #[allow(clippy::suboptimal_flops)]
            #vis #constness fn #name #generics(#(#inputs),*) #output #where_clause { #body }
        }
    }

    /// Whether there is code for a body that keeps to what the attribute allows. Reports that there is not.
    fn is_possible(&self, body: &Body) -> bool {
        let copied = if self.options.allocates { &[][..] } else { &body.copied };
        let names: Vec<String> =
            copied.iter().chain(&body.overwritten).map(|name| format!("`{name}`")).collect();
        if names.is_empty() {
            return true;
        }
        if !self.errors.is_empty() {
            return false;
        }
        self.errors.report(
            &self.function.sig.ident,
            format_args!(
                "the derivative needs a copy of what {} held before it was changed, and there is no place for one; write \
                 to another slice, and copy by `copy_from_slice`",
                names.join(", ")
            ),
        );
        false
    }

    fn name(&self, suffix: &str) -> Ident {
        let base = self.base_name();
        Ident::new(&format!("{base}_{suffix}"), self.base().span())
    }

    /// What the siblings' names begin with.
    pub(super) fn base_name(&self) -> String {
        let base = self.base().to_string();
        base.strip_prefix("r#").unwrap_or(&base).to_owned()
    }

    fn base(&self) -> &Ident {
        self.options.name.as_ref().unwrap_or(&self.function.sig.ident)
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
}

impl Body {
    /// The function written out, its yields arranged by `arrange`.
    pub(super) fn of(
        function: &Function,
        context: &Context<'_>,
        arrange: &dyn Fn(&[TokenStream]) -> TokenStream,
    ) -> Self {
        let emit::Written { tokens, copied, overwritten } = emit::body(function, context, arrange);
        let compares_exactly = compares_exactly(function);
        Self { tokens, compares_exactly, largest_array: 0, copied, overwritten }
    }

    /// The same after these statements.
    pub(super) fn after(self, statements: &TokenStream) -> Self {
        let tokens = &self.tokens;
        Self { tokens: quote!(#statements #tokens), ..self }
    }

    /// The same, with a matrix of this size in it.
    pub(super) fn with_matrix(self, rows: usize, columns: usize) -> Self {
        Self { largest_array: rows.saturating_mul(columns), ..self }
    }
}

/// The lints that a sibling has to be let off, for what its primal is not to blame for.
/// Names as a list in a sentence.
pub(super) fn listed(names: &[impl ToString]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.to_string())).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn lints(sibling: &Sibling, inputs: usize) -> Vec<TokenStream> {
    let mut lints = Vec::new();
    if sibling.body.as_ref().is_some_and(|body| body.compares_exactly) {
        lints.push(quote!(clippy::float_cmp));
    }
    if sibling.body.as_ref().is_some_and(|body| body.largest_array > LARGEST_ARRAY) {
        lints.push(quote!(clippy::large_stack_arrays));
    }
    // What takes a gradient is a reference mostly.
    if !sibling.is_const {
        lints.push(quote!(clippy::needless_pass_by_value));
    }
    if inputs > MOST_INPUTS && !sibling.inputs.is_empty() {
        lints.push(quote!(clippy::too_many_arguments));
    }
    lints
}

fn compares_exactly(function: &Function) -> bool {
    let graph = &function.graph;
    graph.ids().map(|id| graph.value(id)).any(|value| {
        matches!(value.op, Op::Compare(Comparison::Equal | Comparison::NotEqual))
            && graph.value(value.operands[0]).ty.is_real()
    })
}

/// A parameter as siblings have it.
fn sibling_input(input: &FnArg, names: &mut impl Iterator<Item = Ident>) -> FnArg {
    let mut input = input.clone();
    if let FnArg::Typed(parameter) = &mut input {
        lower::rename_parameter(&mut parameter.pat, names);
    }
    input
}

/// The attribute as siblings have it, if they have it. Other attributes of this family stay with the primal.
fn propagated(attribute: &Attribute) -> Option<TokenStream> {
    let meta = propagated_meta(&attribute.meta)?;
    Some(quote!(#[#meta]))
}

fn propagated_meta(meta: &Meta) -> Option<TokenStream> {
    let path = meta.path();
    if path.is_ident("expect") {
        // What the primal is expected to do, the sibling may do.
        let tokens = &meta.require_list().ok()?.tokens;
        return Some(quote!(allow(#tokens)));
    }
    if path.is_ident("cfg_attr") {
        return conditional(&meta.require_list().ok()?.tokens);
    }
    let is_propagated = ["cfg", "inline", "target_feature", "deprecated", "allow", "warn", "deny", "forbid"]
        .iter()
        .any(|name| path.is_ident(name));
    is_propagated.then(|| meta.to_token_stream())
}

/// `cfg_attr` without attributes of this family.
fn conditional(arguments: &TokenStream) -> Option<TokenStream> {
    let parser = |input: ParseStream<'_>| {
        let condition: Meta = input.parse()?;
        input.parse::<Token![,]>()?;
        Ok((condition, Punctuated::<Meta, Token![,]>::parse_terminated(input)?))
    };
    let (condition, metas) = parser.parse2(arguments.clone()).ok()?;
    let is_ours = |meta: &Meta| {
        let last = meta.path().segments.last();
        last.is_some_and(|last| Mode::ALL.iter().any(|mode| last.ident == mode.name()))
    };
    let metas: Vec<&Meta> = metas.iter().filter(|meta| !is_ours(meta)).collect();
    (!metas.is_empty()).then(|| quote!(cfg_attr(#condition, #(#metas),*)))
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

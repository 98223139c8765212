//! `#[grad]`: the gradient alone, and with the value.

use proc_macro2::TokenStream;
use quote::quote;

use super::add;
use super::kept;
use super::lent::Lent;
use super::sibling::{Body, Sibling, Target};
use crate::transform;

pub(super) fn siblings(target: &Target<'_>) -> Vec<Sibling> {
    let (gradient, result) = (target.gradient_type(), target.result_type());
    let returns_gradient = target.returns_gradient();
    let (gradient_docs, gradient_body) = documented(target, false);
    let (value_docs, value_body) = documented(target, true);
    let mut siblings = vec![
        Sibling {
            suffix: "grad",
            docs: gradient_docs,
            inputs: Lent::of(target, "bar", &[]).inputs,
            output: gradient.clone(),
            body: gradient_body,
            is_const: true,
        },
        Sibling {
            suffix: "value_and_grad",
            docs: value_docs,
            inputs: Lent::of(target, "bar", &[]).inputs,
            output: if returns_gradient { quote!((#result, #gradient)) } else { result },
            body: value_body,
            is_const: true,
        },
    ];
    siblings.extend(add::sibling(target, "add_grad"));
    siblings
}

/// The documentation and the code.
fn documented(target: &Target<'_>, with_value: bool) -> (Vec<String>, Option<Body>) {
    let mut docs = docs(target, with_value);
    let (line, body) = derived(target, with_value).unzip();
    docs.extend(line.flatten());
    (docs, body)
}

/// What is kept of loops, and the code.
fn derived(target: &Target<'_>, with_value: bool) -> Option<(Option<String>, Body)> {
    let lowered = target.lowered?;
    let (active, lent) = (target.active_values(), target.lent_values());
    let request = target.request(&active, &lent, with_value);
    let function = target.derived(transform::gradient(&lowered.function, &request))?;
    let lent = Lent::of(target, "bar", &[]);
    let context = target.context(&lent.parameters);
    let body = Body::of(&function, &context, &|yields| {
        let (value, partials) = yields.split_at(usize::from(with_value));
        let result = match (with_value, target.returns_gradient()) {
            (false, false) => TokenStream::new(),
            (true, false) => quote!(#(#value)*),
            (false, true) => target.gradient(partials),
            (true, true) => {
                let gradient = target.gradient(partials);
                quote!((#(#value)*, #gradient))
            }
        };
        let end = &lent.end;
        quote!(#end #result)
    });
    Some((kept::description(&function), body.after(&lent.checks)))
}

fn docs(target: &Target<'_>, with_value: bool) -> Vec<String> {
    let (name, list) = (target.primal_name(), target.active_list());
    let partials = target.partials(&name);
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

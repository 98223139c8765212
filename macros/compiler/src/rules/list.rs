//! The table for other crates: rows as tokens, handed to a callback macro, and rows as documentation.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{Kind, Rule, Source, table::RULES};

/// Expands to `callback! { rows }` with one row for each function of scalars.
///
/// A row is `#[doc = "…"]* name(x, y: real, n: int) source;` where the source is `core`, `libm(sin, sinf)`,
/// `fallback` or `own`, as the table explains them.
pub fn for_each_rule(callback: TokenStream) -> TokenStream {
    let rows = RULES.iter().filter_map(row);
    quote!(#callback! { #(#rows)* })
}

fn row(rule: &Rule) -> Option<TokenStream> {
    let ident = |text: &str| Ident::new(text, Span::call_site());
    let source = match rule.source {
        Source::operator(_) => return None,
        Source::core => quote!(core),
        Source::libm(double, single) => {
            let (double, single) = (ident(double), ident(single));
            quote!(libm(#double, #single))
        }
        Source::fallback => quote!(fallback),
        Source::own => quote!(own),
    };
    let (first, rest) = rule.parameters.split_first()?;
    if first.kind == Kind::list {
        return None;
    }
    let first = ident(first.name);
    let rest = rest.iter().map(|parameter| {
        let name = ident(parameter.name);
        let kind = match parameter.kind {
            Kind::int => quote!(int),
            Kind::real | Kind::list => quote!(real),
        };
        quote!(, #name: #kind)
    });
    let name = ident(rule.name);
    let slope = format!("Slope: `{}`.", formula(rule));
    let doc = rule.doc.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).chain(["", &slope]);
    Some(quote!(#(#[doc = #doc])* #name(#first #(#rest)*) #source;))
}

/// The table as Markdown, for the documentation of the runtime.
#[must_use]
pub fn rule_table() -> String {
    let mut table = String::from("| function | meaning | slope |\n| --- | --- | --- |\n");
    for rule in RULES {
        let parameters: Vec<&str> = rule.parameters.iter().map(|parameter| parameter.name).collect();
        let parameters = parameters.join(", ");
        let call = match rule.source {
            Source::operator(symbol) => match rule.parameters {
                [one] => format!("`{symbol}{}`", one.name),
                _ => format!("`{}`", parameters.replace(", ", &format!(" {symbol} "))),
            },
            _ => format!("`{}({parameters})`", rule.name),
        };
        let meaning = rule.doc.concat();
        let slope = formula(rule);
        let cells =
            [call, meaning.trim().to_owned(), format!("`{slope}`")].map(|cell| cell.replace('|', "\\|"));
        table.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    table
}

/// The partials as the table writes them, on one line.
fn formula(rule: &Rule) -> String {
    rule.formula.split_whitespace().collect::<Vec<_>>().join(" ")
}

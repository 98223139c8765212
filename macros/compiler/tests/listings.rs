//! The README and the guide show what the compiler really generates.
//!
//! A listing is the block after `<!-- expansion: f_grad -->`. It is the sibling of that name of the latest function `f`
//! before it. With `UPDATE_EXPECT=1`, listings are written anew.

use std::path::Path;

use chainrule_compiler::Mode;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Item, ItemFn, Meta, Stmt};

const MARKER: &str = "<!-- expansion: ";

/// The functions of a file of Markdown, in order.
fn functions(markdown: &str) -> Vec<ItemFn> {
    let mut found = Vec::new();
    for block in markdown.split("```").skip(1).step_by(2) {
        let Some((_, code)) = block.split_once('\n') else { continue };
        let shown: Vec<&str> = code.lines().filter(|line| !line.starts_with("# ")).collect();
        // Doctests have statements behind their functions. What is not Rust is skipped.
        let Ok(block) = syn::parse_str::<ItemFn>(&format!("fn block() {{ {} }}", shown.join("\n"))) else {
            continue;
        };
        found.extend(block.block.stmts.into_iter().filter_map(|statement| match statement {
            Stmt::Item(Item::Fn(function)) => Some(function),
            _ => None,
        }));
    }
    found
}

fn options(attribute: &Attribute) -> TokenStream {
    match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    }
}

/// A sibling of a function with `#[grad]`, as it is printed.
fn expansion(function: &ItemFn, sibling: &str) -> String {
    let mut function = function.clone();
    let attribute = function.attrs.iter().find(|attribute| attribute.path().is_ident("grad"));
    let options = attribute.map(options).expect("the function has the attribute");
    function.attrs.clear();
    let expanded = chainrule_compiler::expand(Mode::Grad, options, function.into_token_stream());
    let file: syn::File = syn::parse2(expanded).expect("the expansion parses");
    let is_error = |item: &Item| matches!(item, Item::Macro(error) if error.mac.path.segments.last().is_some_and(|last| last.ident == "compile_error"));
    assert!(!file.items.iter().any(is_error), "{sibling} is refused");
    let mut found = file.items.into_iter().filter_map(|item| match item {
        Item::Fn(function) if function.sig.ident == sibling => Some(function),
        _ => None,
    });
    let mut found = found.next().expect("there is the sibling");
    found.attrs.clear();
    prettyplease::unparse(&syn::parse2(found.into_token_stream()).expect("the sibling parses"))
}

fn check(path: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(&path).expect("the file is there");
    let mut parts = text.split(MARKER);
    let mut renewed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (sibling, rest) = part.split_once(" -->\n```rust,ignore\n").expect("a listing follows");
        let (_, rest) = rest.split_once("```").expect("the listing ends");
        let functions = functions(&renewed);
        let owner = |function: &&ItemFn| {
            sibling.strip_suffix("_grad").is_some_and(|name| {
                let ident = function.sig.ident.to_string();
                name == ident || name.strip_suffix("_value_and") == Some(&ident)
            })
        };
        let function = functions.iter().rev().find(owner).expect("the function stands before its listing");
        let listing = expansion(function, sibling);
        renewed.push_str(&format!("{MARKER}{sibling} -->\n```rust,ignore\n{listing}```{rest}"));
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &renewed).expect("the file can be written");
        return;
    }
    assert_eq!(text, renewed, "{}: run this test with UPDATE_EXPECT=1", path.display());
}

#[test]
fn listings_of_the_readme() {
    check("../../README.md");
}

#[test]
fn listings_of_the_guide() {
    check("../../runtime/guide/loops.md");
}

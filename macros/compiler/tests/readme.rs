//! The README shows what the compiler really generates.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{File, Item, ItemFn};

const README: &str = include_str!("../../../README.md");

/// The code block after a marker.
fn block_after(marker: &str) -> &str {
    let (_, rest) = README.split_once(marker).expect("the README has the marker");
    let (_, rest) = rest.split_once("```rust").expect("a Rust block follows");
    let (_, rest) = rest.split_once('\n').expect("the block has lines");
    rest.split_once("```").expect("the block ends").0
}

fn functions(file: File) -> impl Iterator<Item = ItemFn> {
    file.items.into_iter().filter_map(|item| match item {
        Item::Fn(function) => Some(function),
        _ => None,
    })
}

#[test]
fn the_listing_is_the_expansion() {
    let example = syn::parse_file(block_after("beside it.**")).expect("the example parses");
    let mut function = functions(example).next().expect("the example has a function");
    function.attrs.clear();
    let expanded = chainrule_compiler::expand(
        chainrule_compiler::Mode::Grad,
        TokenStream::new(),
        function.into_token_stream(),
    );
    let mut sibling = functions(syn::parse2(expanded).expect("the expansion parses"))
        .find(|function| function.sig.ident == "f_value_and_grad")
        .expect("there is the sibling");
    sibling.attrs.clear();
    let file = syn::parse2(sibling.into_token_stream()).expect("the sibling parses");
    let printed = prettyplease::unparse(&file);
    assert_eq!(printed, block_after("<!-- expansion: f_value_and_grad -->"));
}

//! Prints what an attribute makes of the functions in a file:
//! `cargo run -p chainrule-compiler --example expand -- FILE [OPTIONS] [--mode MODE]`.
//!
//! Reads standard input without a file, or where it is `-`. Functions need no attribute. The mode is `grad` unless
//! another is given.

use std::error::Error;
use std::io::Read;

use chainrule_compiler::Mode;
use proc_macro2::TokenStream;
use quote::ToTokens;

fn main() -> Result<(), Box<dyn Error>> {
    let mut mode = Mode::Grad;
    let mut positional = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--mode" {
            let name = arguments.next().unwrap_or_default();
            mode = Mode::from_name(&name).ok_or_else(|| format!("there is no mode `{name}`"))?;
        } else {
            positional.push(argument);
        }
    }
    let mut positional = positional.into_iter();
    let source = match positional.next().filter(|path| path != "-") {
        Some(path) => std::fs::read_to_string(path)?,
        None => {
            let mut source = String::new();
            std::io::stdin().read_to_string(&mut source)?;
            source
        }
    };
    let options: TokenStream = positional.next().unwrap_or_default().parse()?;
    let mut expanded = TokenStream::new();
    for mut item in syn::parse_file(&source)?.items {
        if let syn::Item::Fn(function) = &mut item {
            let is_mode = |name: Option<&syn::Ident>| {
                name.is_some_and(|name| Mode::from_name(&name.to_string()).is_some())
            };
            function.attrs.retain(|attribute| !is_mode(attribute.path().get_ident()));
            expanded.extend(chainrule_compiler::expand(mode, options.clone(), item.into_token_stream()));
        }
    }
    match syn::parse2(expanded.clone()) {
        Ok(file) => print!("{}", prettyplease::unparse(&file)),
        Err(error) => println!("{expanded}\n{error}"),
    }
    Ok(())
}

//! Prints what the attributes make of the functions in a file: `cargo run -p chainrule-compiler --example expand FILE`.
//!
//! Reads standard input without a file. Functions without an attribute are taken to be `#[grad]`; options follow as a
//! second argument.

use std::error::Error;
use std::io::Read;

use chainrule_compiler::Mode;
use proc_macro2::TokenStream;
use quote::ToTokens;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let source = match arguments.next() {
        Some(path) => std::fs::read_to_string(path)?,
        None => {
            let mut source = String::new();
            std::io::stdin().read_to_string(&mut source)?;
            source
        }
    };
    let options: TokenStream = arguments.next().unwrap_or_default().parse()?;
    let mut expanded = TokenStream::new();
    for mut item in syn::parse_file(&source)?.items {
        if let syn::Item::Fn(function) = &mut item {
            let mut mode = Mode::Grad;
            function.attrs.retain(|attribute| {
                let named = attribute.path().segments.last().map(|last| last.ident.to_string());
                match named.as_deref().and_then(Mode::from_name) {
                    Some(found) => {
                        mode = found;
                        false
                    }
                    None => true,
                }
            });
            expanded.extend(chainrule_compiler::expand(mode, options.clone(), item.into_token_stream()));
        }
    }
    match syn::parse2(expanded.clone()) {
        Ok(file) => print!("{}", prettyplease::unparse(&file)),
        Err(error) => println!("{expanded}\n{error}"),
    }
    Ok(())
}

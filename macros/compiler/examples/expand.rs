//! Prints what `#[grad]` makes of the functions in a file: `cargo run -p chainrule-compiler --example expand FILE`.
//!
//! Reads standard input without a file. Functions need no attribute; options follow as a second argument.

use std::error::Error;
use std::io::Read;

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
            function.attrs.retain(|attribute| !attribute.path().is_ident("grad"));
            expanded.extend(chainrule_compiler::expand(
                chainrule_compiler::Mode::Grad,
                options.clone(),
                item.into_token_stream(),
            ));
        }
    }
    match syn::parse2(expanded.clone()) {
        Ok(file) => print!("{}", prettyplease::unparse(&file)),
        Err(error) => println!("{expanded}\n{error}"),
    }
    Ok(())
}

//! Cuts long straight-line code into blocks.
//!
//! With debug information, rustc nests one scope per `let` and overflows its stack at some 2,900 of them.
//! Blocks that hand out what is used later, `let (a, b) = { … };`, cost nothing at run time.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::graph::{Set, ValueId};

/// The most `let`s in one block.
const LONGEST: usize = 256;

/// A statement, with the values it binds and the bound values it uses.
pub(super) struct Statement {
    pub(super) defines: Vec<(ValueId, Ident)>,
    pub(super) uses: Vec<ValueId>,
    pub(super) tokens: TokenStream,
}

/// Nests statements until no block holds too many. `used_after` is what the code after them uses.
pub(super) fn cut(mut statements: Vec<Statement>, used_after: &[ValueId]) -> Vec<Statement> {
    while statements.len() > LONGEST {
        let mut live: Set<ValueId> = used_after.iter().copied().collect();
        let mut blocks: Vec<Statement> = Vec::new();
        while !statements.is_empty() {
            let chunk = statements.split_off((statements.len() - 1) / LONGEST * LONGEST);
            let block = enclose(chunk, &live);
            live.extend(&block.uses);
            blocks.push(block);
        }
        blocks.reverse();
        statements = blocks;
    }
    statements
}

/// One statement that binds what of the given ones is live after them.
fn enclose(statements: Vec<Statement>, live: &Set<ValueId>) -> Statement {
    let mut defines = Vec::new();
    let mut inner: Set<ValueId> = Set::default();
    let mut uses = Vec::new();
    for statement in &statements {
        uses.extend(statement.uses.iter().copied().filter(|id| !inner.contains(id)));
        inner.extend(statement.defines.iter().map(|(id, _)| *id));
        defines.extend(statement.defines.iter().filter(|(id, _)| live.contains(id)).cloned());
    }
    uses.sort_unstable();
    uses.dedup();
    let names: Vec<&Ident> = defines.iter().map(|(_, name)| name).collect();
    let body = statements.iter().map(|statement| &statement.tokens);
    let tokens = match names.as_slice() {
        [] => quote!({ #(#body)* }),
        [name] => quote!(let #name = { #(#body)* #name };),
        names => quote!(let (#(#names),*) = { #(#body)* (#(#names),*) };),
    };
    Statement { defines, uses, tokens }
}

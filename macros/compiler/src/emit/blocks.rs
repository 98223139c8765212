//! Cuts long straight-line code into blocks.
//!
//! With debug information, rustc nests one scope per `let` and overflows its stack at some 2,900 of them.
//! Blocks that hand out what is used later, `let (a, b) = { … };`, cost nothing at run time.
//!
//! What a pullback borrows cannot be handed out beside it, so code with such pullbacks is not cut while it is short
//! enough for rustc.
//!
//! Which variables have to be mutable is known only now, because a block that hands one out declares it anew.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;

use crate::graph::{MOST_BESIDE_BORROWS, Set, ValueId};

/// The most `let`s in one block.
const LONGEST: usize = 256;

/// A statement, with the values it binds and the bound values it uses.
pub(super) struct Statement {
    pub(super) defines: Vec<(ValueId, Ident)>,
    pub(super) uses: Vec<ValueId>,
    /// The variables that it changes and that were bound before it.
    pub(super) changes: Vec<ValueId>,
    /// Whether something that it binds may borrow what other statements bind.
    pub(super) borrows: bool,
    pub(super) tokens: TokenStream,
}

impl Statement {
    /// One that changes nothing.
    pub(super) fn new(defines: Vec<(ValueId, Ident)>, uses: Vec<ValueId>, tokens: TokenStream) -> Self {
        Self { defines, uses, changes: Vec::new(), borrows: false, tokens }
    }
}

/// Nests statements until no block holds too many. `used_after` is what the code after them uses, and
/// `changed_after` what it changes.
pub(super) fn cut(
    mut statements: Vec<Statement>,
    used_after: &[ValueId],
    changed_after: &[ValueId],
) -> Vec<Statement> {
    let longest =
        if statements.iter().any(|statement| statement.borrows) { MOST_BESIDE_BORROWS } else { LONGEST };
    while statements.len() > longest {
        let mut live: Set<ValueId> = used_after.iter().copied().collect();
        let mut blocks: Vec<Statement> = Vec::new();
        while !statements.is_empty() {
            let chunk = statements.split_off((statements.len() - 1) / longest * longest);
            let block = enclose(chunk, &live);
            live.extend(&block.uses);
            blocks.push(block);
        }
        blocks.reverse();
        statements = blocks;
    }
    declare_mutable(&mut statements, changed_after);
    statements
}

/// Declares the variables mutable that later statements of the same block, or what follows, change.
fn declare_mutable(statements: &mut [Statement], changed_after: &[ValueId]) {
    let mut changed: Set<ValueId> = changed_after.iter().copied().collect();
    for statement in statements.iter_mut().rev() {
        let is_changed = |(id, _): &&(ValueId, Ident)| changed.contains(id);
        let names: Vec<String> =
            statement.defines.iter().filter(is_changed).map(|(_, name)| name.to_string()).collect();
        if !names.is_empty() {
            let mut tokens = statement.tokens.clone().into_iter();
            let (keyword, pattern) = (tokens.next(), tokens.next());
            let pattern = mutable(pattern.into_iter().collect(), &names);
            statement.tokens = keyword.into_iter().chain(pattern).chain(tokens).collect();
        }
        changed.extend(&statement.changes);
    }
}

/// A pattern in which these names are mutable.
fn mutable(pattern: TokenStream, names: &[String]) -> TokenStream {
    let mut tokens = TokenStream::new();
    for token in pattern {
        match token {
            TokenTree::Ident(name) if names.contains(&name.to_string()) => tokens.extend(quote!(mut #name)),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                let inside = mutable(group.stream(), names);
                tokens.extend([TokenTree::from(Group::new(Delimiter::Parenthesis, inside))]);
            }
            token => tokens.extend([token]),
        }
    }
    tokens
}

/// One statement that binds what of the given ones is live after them.
fn enclose(mut statements: Vec<Statement>, live: &Set<ValueId>) -> Statement {
    declare_mutable(&mut statements, &[]);
    let mut defines = Vec::new();
    let mut changes = Vec::new();
    let mut inner: Set<ValueId> = Set::default();
    let mut uses = Vec::new();
    for statement in &statements {
        uses.extend(statement.uses.iter().copied().filter(|id| !inner.contains(id)));
        changes.extend(statement.changes.iter().copied().filter(|id| !inner.contains(id)));
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
    Statement { defines, uses, changes, borrows: false, tokens }
}

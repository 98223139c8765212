//! Identifiers for generated locals.

use proc_macro2::{Ident, Span};

/// Words that cannot be plain identifiers in the 2024 edition, reserved ones included.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The name of a field, which is the same wherever it is written.
pub(crate) fn field(name: &str) -> Ident {
    let name = name.strip_prefix("r#").unwrap_or(name);
    if KEYWORDS.contains(&name) {
        Ident::new_raw(name, Span::call_site())
    } else {
        Ident::new(name, Span::call_site())
    }
}

/// A local of generated code: hygienic, so that it can neither capture nor be captured, and raw if it has to be.
pub(crate) fn identifier(name: &str) -> Ident {
    if KEYWORDS.contains(&name) {
        Ident::new_raw(name, Span::mixed_site())
    } else {
        Ident::new(name, Span::mixed_site())
    }
}

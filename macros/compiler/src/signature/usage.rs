//! What a function does with a parameter whose type the macro does not know. A struct has its fields read, is taken
//! apart, has methods called on it, or is passed on; what is matched or compared is an enum or the like, which is
//! constant.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Whether a function with this body uses the variable of this name as a struct.
pub(super) fn is_struct(name: &str, body: TokenStream) -> bool {
    let mut found = Found::default();
    found.search(name, body, false);
    found.has_fields || found.is_passed && !found.is_matched
}

/// Whether fields of the variable of this name are read, or it is taken apart.
pub(super) fn has_fields(name: &str, body: TokenStream) -> bool {
    let mut found = Found::default();
    found.search(name, body, false);
    found.has_fields
}

#[derive(Default)]
struct Found {
    has_fields: bool,
    is_passed: bool,
    is_matched: bool,
}

impl Found {
    /// Looks through tokens, which are the arguments of a call or not.
    fn search(&mut self, name: &str, tokens: TokenStream, is_call: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (position, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => {
                    let before = position.checked_sub(1).and_then(|before| tokens.get(before));
                    let is_name =
                        matches!(before, Some(TokenTree::Ident(ident)) if !is_keyword(&ident.to_string()));
                    let is_turbofish =
                        matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == '>');
                    let is_call = group.delimiter() == Delimiter::Parenthesis && (is_name || is_turbofish);
                    self.search(name, group.stream(), is_call);
                }
                TokenTree::Ident(ident) if ident == name => self.classify(&tokens, position, is_call),
                _ => {}
            }
        }
    }

    fn classify(&mut self, tokens: &[TokenTree], position: usize, is_call: bool) {
        let is_punct = |offset: isize, wanted: &[char]| {
            let index = position.checked_add_signed(offset);
            matches!(index.and_then(|index| tokens.get(index)),
                Some(TokenTree::Punct(punct)) if wanted.contains(&punct.as_char()))
        };
        let word = |offset: isize| {
            let index = position.checked_add_signed(offset)?;
            match tokens.get(index)? {
                TokenTree::Ident(ident) => Some(ident.to_string()),
                _ => None,
            }
        };
        if is_punct(-1, &['.']) && !is_punct(-2, &['.']) {
            return;
        }
        if is_punct(1, &['.']) && !is_punct(2, &['.']) {
            match tokens.get(position + 3) {
                // A method, or a field that is called.
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                    self.is_passed = true;
                }
                _ => self.has_fields = true,
            }
            return;
        }
        let is_index = matches!(tokens.get(position + 1),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
        let mut start = position;
        while start > 0
            && matches!(&tokens[start - 1], TokenTree::Punct(punct) if matches!(punct.as_char(), '&' | '*'))
        {
            start -= 1;
        }
        let opens =
            start == 0 || matches!(&tokens[start - 1], TokenTree::Punct(punct) if punct.as_char() == ',');
        let closes = position + 1 == tokens.len() || is_punct(1, &[',']);
        if is_call && opens && closes {
            self.is_passed = true;
            return;
        }
        let offset = isize::try_from(start).unwrap_or(0) - isize::try_from(position).unwrap_or(0) - 1;
        let is_bound = is_punct(offset, &['=']) && !is_punct(offset - 1, &['=', '!', '<', '>']);
        if is_bound && is_taken_apart(tokens, start) {
            self.has_fields = true;
        } else if matches!(word(offset).as_deref(), Some("match")) || is_bound && !is_index {
            // `match kind`, `if let Kind::A = kind`; a plain `let` of another name says nothing.
            let is_plain = is_bound && binds_name(tokens, start);
            self.is_matched |= !is_plain;
            self.is_passed |= is_plain;
        } else if is_punct(1, &['=']) && !is_punct(2, &['=']) {
            // It is assigned to.
        } else if is_punct(1, &['=', '!', '<', '>']) || is_bound {
            self.is_matched = true;
        } else if is_index || word(offset).as_deref() == Some("in") {
            self.is_passed = true;
        }
    }
}

/// Whether what stands before the `=` at `start - 1` is `let Name { … }`.
fn is_taken_apart(tokens: &[TokenTree], start: usize) -> bool {
    let is_let = |at: usize| {
        tokens[..at].iter().rev().take(8).find_map(|token| match token {
            TokenTree::Ident(ident) if ident == "let" => Some(true),
            TokenTree::Ident(ident) if ident == "if" || ident == "while" => Some(false),
            TokenTree::Punct(punct) if punct.as_char() == ';' => Some(false),
            _ => None,
        }) == Some(true)
    };
    start >= 2
        && matches!(&tokens[start - 2], TokenTree::Group(group) if group.delimiter() != Delimiter::Bracket)
        && is_let(start - 2)
        && !is_conditional(tokens, start)
}

/// Whether the `let` before `start` stands behind `if` or `while`.
fn is_conditional(tokens: &[TokenTree], start: usize) -> bool {
    let position =
        tokens[..start].iter().rposition(|token| matches!(token, TokenTree::Ident(ident) if ident == "let"));
    let before = position.and_then(|position| position.checked_sub(1)).and_then(|before| tokens.get(before));
    matches!(before, Some(TokenTree::Ident(ident)) if ident == "if" || ident == "while")
}

/// Whether what stands before the `=` at `start - 1` is `let name`.
fn binds_name(tokens: &[TokenTree], start: usize) -> bool {
    let Some(name) = start.checked_sub(2).and_then(|name| tokens.get(name)) else { return false };
    matches!(name, TokenTree::Ident(ident) if ident.to_string().starts_with(|c: char| c.is_lowercase() || c == '_'))
        && !is_conditional(tokens, start)
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "if" | "while" | "match" | "in" | "return" | "let" | "else" | "for" | "loop" | "move" | "as"
    )
}

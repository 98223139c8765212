//! Regions as blocks of statements.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;

use super::blocks::{Statement, cut};
use super::{Emitter, is_transparent, root};
use crate::graph::{Branch, Op, Piece, Precedence, RegionId, Scalar, Terminator, Test, Ty, ValueId};

/// An unbound expression of more operations than this gets a `let`.
const LONGEST_EXPRESSION: usize = 7;

/// Arranges what a region yields into the value of its block.
type Arrange<'r> = dyn Fn(&[TokenStream]) -> TokenStream + 'r;

impl Emitter<'_> {
    /// The contents of a block: statements and the value.
    pub(super) fn block(&mut self, region: RegionId, arrange: &Arrange<'_>) -> TokenStream {
        let (statements, tail, _) = self.block_parts(region, arrange);
        let statements = statements.iter().map(|statement| &statement.tokens);
        quote!(#(#statements)* #tail)
    }

    /// Statements, value, and the bound values that are used and were bound outside.
    fn block_parts(
        &mut self,
        region: RegionId,
        arrange: &Arrange<'_>,
    ) -> (Vec<Statement>, TokenStream, Vec<ValueId>) {
        let end = self.graph.region(region).end.clone();
        let values = self.graph.region(region).values.clone();
        let tail_branch = self.tail_branch(&values, &end);
        let mut statements = Vec::new();
        for &id in &values {
            if tail_branch == Some(id) || matches!(end, Terminator::Panic(last) if last == id) {
                continue;
            }
            statements.extend(self.statement(id));
        }
        let mut uses = Vec::new();
        let tail = match (&end, tail_branch) {
            (_, Some(branch)) => self.branch_expression(branch, arrange, &mut uses),
            (Terminator::Yield(yields), None) => {
                let yields: Vec<TokenStream> =
                    yields.iter().map(|&id| self.expression(id, Precedence::Lowest, &mut uses)).collect();
                arrange(&yields)
            }
            (Terminator::Panic(id), None) => self.expression(*id, Precedence::Lowest, &mut uses),
        };
        let statements = cut(statements, &uses);
        let mut outer: Vec<ValueId> = uses;
        outer.extend(statements.iter().flat_map(|statement| &statement.uses));
        outer.retain(|&id| {
            !statements.iter().any(|statement| statement.defines.iter().any(|(defined, _)| *defined == id))
        });
        outer.sort_unstable();
        outer.dedup();
        (statements, tail, outer)
    }

    /// The branch that ends a region and whose results are what the region yields: it needs no `let`.
    fn tail_branch(&self, values: &[ValueId], end: &Terminator) -> Option<ValueId> {
        let Terminator::Yield(yields) = end else { return None };
        let last = *values.iter().rfind(|&&id| !is_transparent(self.graph, id))?;
        let branch = self.graph.branch(last)?;
        let count = branch.bodies().map(|region| self.graph.region(region).end.operands().len()).max()?;
        let is_tail = !yields.is_empty()
            && yields.len() == count
            && yields.iter().enumerate().all(|(position, &id)| {
                let id = root(self.graph, id);
                let value = self.graph.value(id);
                matches!(value.op, Op::Result(number) if number == position)
                    && value.operands[0] == last
                    && self.uses[id.index()] == 1
            });
        (is_tail && self.logic_form(branch).is_none()).then_some(last)
    }

    /// The statement of one value, if it needs one.
    fn statement(&mut self, id: ValueId) -> Option<Statement> {
        let value = self.graph.value(id);
        match &value.op {
            Op::Effect(_) => {
                let mut uses = Vec::new();
                let tokens = self.expression(id, Precedence::Lowest, &mut uses);
                Some(Statement { defines: Vec::new(), uses, tokens: quote!(#tokens;) })
            }
            Op::Branch(branch) => {
                if let Some(result) = self.logic_result(id, branch) {
                    return self.bind_logic(id, result);
                }
                Some(self.branch_statement(id))
            }
            Op::Opaque(opaque) if opaque.key.is_none() && self.uses[id.index()] == 0 => {
                let mut uses = Vec::new();
                let tokens = self.operation(id, Precedence::Lowest, &mut uses);
                Some(Statement { defines: Vec::new(), uses, tokens: quote!(let _ = #tokens;) })
            }
            _ if self.needs_let(id) => {
                let mut uses = Vec::new();
                let tokens = self.operation(id, Precedence::Lowest, &mut uses);
                Some(self.bind(id, &tokens, uses))
            }
            _ => {
                self.sizes.insert(id, self.size(id));
                None
            }
        }
    }

    /// `let name = tokens;`, with a type where the tokens alone do not tell it.
    fn bind(&mut self, id: ValueId, tokens: &TokenStream, uses: Vec<ValueId>) -> Statement {
        let annotation = match &self.graph.value(id).op {
            Op::Opaque(opaque) => opaque.annotation.as_ref().map(|ty| quote!(: #ty)),
            _ => None,
        };
        let annotation = annotation.or_else(|| {
            let ty = self.type_tokens(self.graph.value(id).ty)?;
            self.is_untyped(id).then(|| quote!(: #ty))
        });
        let name = self.name(id);
        self.bound.insert(id, name.clone());
        Statement {
            defines: vec![(id, name.clone())],
            uses,
            tokens: quote!(let #name #annotation = #tokens;),
        }
    }

    fn name(&mut self, id: ValueId) -> Ident {
        let (graph, bound) = (self.graph, &self.bound);
        let named = |id: ValueId| {
            let id = root(graph, id);
            match graph.value(id).op {
                Op::Parameter(_) => graph.value(id).note.name.as_ref().map(ToString::to_string),
                _ => bound.get(&id).map(ToString::to_string),
            }
        };
        self.names.give(graph, id, &named)
    }

    /// Whether a value gets a `let` rather than being written where it is used.
    fn needs_let(&self, id: ValueId) -> bool {
        let value = self.graph.value(id);
        let uses = self.uses[id.index()];
        match &value.op {
            Op::Constant(_)
            | Op::Parameter(_)
            | Op::Binding
            | Op::Coerce
            | Op::Detach
            | Op::Result(_)
            | Op::Branch(_) => false,
            _ if uses == 0 => false,
            Op::Opaque(opaque) if opaque.annotation.is_some() || opaque.key.is_none() => true,
            // The type of literals depends on what they are used for.
            Op::Opaque(_) if self.is_literal(id) => false,
            // An opaque expression may panic, so it stays where it was written.
            Op::Opaque(_) => uses > 1 || value.note.name.is_some() || self.leaves_region(id),
            _ => uses > 1 || value.note.name.is_some() || self.size(id) > LONGEST_EXPRESSION,
        }
    }

    /// Whether an opaque value is made of literals and operators alone, or is a path.
    fn is_literal(&self, id: ValueId) -> bool {
        let value = self.graph.value(id);
        let Op::Opaque(opaque) = &value.op else { return false };
        if opaque.annotation.is_some() || opaque.key.is_none() {
            return false;
        }
        if value.operands.is_empty() {
            return true;
        }
        let has_words = opaque.pieces.iter().any(|piece| match piece {
            Piece::Tokens(tokens) => {
                tokens.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(_)))
            }
            Piece::Group(..) | Piece::Runtime => true,
            Piece::Hole(..) => false,
        });
        !has_words && value.operands.iter().all(|&operand| self.is_literal(root(self.graph, operand)))
    }

    /// Whether a value is used in a region below its own.
    fn leaves_region(&self, id: ValueId) -> bool {
        let region = self.graph.value(id).region;
        let is_used_here = self.graph.region(region).values.iter().any(|&user| {
            self.graph.value(user).operands.iter().any(|&operand| root(self.graph, operand) == id)
        });
        let is_yielded =
            self.graph.region(region).end.operands().iter().any(|&yielded| root(self.graph, yielded) == id);
        !is_used_here && !is_yielded
    }

    fn size(&self, id: ValueId) -> usize {
        let operands = &self.graph.value(id).operands;
        1 + operands
            .iter()
            .map(|&id| self.sizes.get(&root(self.graph, id)).copied().unwrap_or(0))
            .sum::<usize>()
    }

    fn branch_statement(&mut self, id: ValueId) -> Statement {
        let mut uses = Vec::new();
        let tuple = |parts: &[TokenStream]| match parts {
            [single] => single.clone(),
            parts => quote!((#(#parts),*)),
        };
        let mut results: Vec<(usize, ValueId)> = self
            .graph
            .results(id)
            .iter()
            .filter_map(|&result| match self.graph.value(result).op {
                Op::Result(number) => Some((number, result)),
                _ => None,
            })
            .collect();
        results.sort_unstable();
        if results.is_empty() {
            let tokens = self.branch_expression(id, &|_| TokenStream::new(), &mut uses);
            return Statement { defines: Vec::new(), uses, tokens };
        }
        let tokens = self.branch_expression(id, &tuple, &mut uses);
        let mut defines = Vec::new();
        for &(_, result) in &results {
            let name = self.name(result);
            defines.push((result, name));
        }
        let annotation = self.branch_annotation(id, &results);
        for (result, name) in &defines {
            self.bound.insert(*result, name.clone());
        }
        let names: Vec<&Ident> = defines.iter().map(|(_, name)| name).collect();
        let pattern = match names.as_slice() {
            [name] => quote!(#name),
            names => quote!((#(#names),*)),
        };
        let tokens = quote!(let #pattern #annotation = #tokens;);
        Statement { defines, uses, tokens }
    }

    /// The type of a branch's results, if for one of them every arm yields bare literals.
    fn branch_annotation(&self, id: ValueId, results: &[(usize, ValueId)]) -> Option<TokenStream> {
        let branch = self.graph.branch(id)?;
        let is_untyped = results.iter().any(|&(number, _)| {
            branch.bodies().all(|region| match &self.graph.region(region).end {
                Terminator::Yield(values) => self.is_untyped(values[number]),
                Terminator::Panic(_) => true,
            })
        });
        if !is_untyped {
            return None;
        }
        let types: Vec<TokenStream> = results
            .iter()
            .map(|&(_, result)| self.type_tokens(self.graph.value(result).ty).unwrap_or_else(|| quote!(_)))
            .collect();
        Some(match types.as_slice() {
            [ty] => quote!(: #ty),
            types => quote!(: (#(#types),*)),
        })
    }

    /// A branch as an expression whose blocks end in what `arrange` makes of their yields.
    fn branch_expression(
        &mut self,
        id: ValueId,
        arrange: &Arrange<'_>,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let Some(branch) = self.graph.branch(id).cloned() else { return TokenStream::new() };
        let operand = self.graph.value(id).operands[0];
        match branch.test {
            Test::Bool => {
                let condition = self.expression(operand, Precedence::Lowest, uses);
                let then = self.arm(branch.arms[0].region, arrange, uses);
                let otherwise = branch.arms[1].region;
                let is_empty = self.graph.region(otherwise).end.operands().is_empty()
                    && self.graph.region(otherwise).values.is_empty();
                if is_empty {
                    return quote!(if #condition { #then });
                }
                let (statements, tail, outer) = self.block_parts(otherwise, arrange);
                uses.extend(outer);
                let is_chain = statements.is_empty()
                    && tail.clone().into_iter().next().is_some_and(|t| t.to_string() == "if");
                let statements = statements.iter().map(|statement| &statement.tokens);
                if is_chain {
                    quote!(if #condition { #then } else #tail)
                } else {
                    quote!(if #condition { #then } else { #(#statements)* #tail })
                }
            }
            Test::Pattern => {
                let scrutinee = self.expression(operand, Precedence::Lowest, uses);
                let mut arms = TokenStream::new();
                for arm in &branch.arms {
                    let pattern = &arm.pattern;
                    let guard = arm.guard.map(|guard| {
                        let (statements, tail, outer) = self.block_parts(guard, &|parts| parts[0].clone());
                        uses.extend(outer);
                        let statements: Vec<_> =
                            statements.iter().map(|statement| &statement.tokens).collect();
                        if statements.is_empty() {
                            quote!(if #tail)
                        } else {
                            quote!(if { #(#statements)* #tail })
                        }
                    });
                    let body = self.arm(arm.region, arrange, uses);
                    arms.extend(quote!(#pattern #guard => { #body }));
                }
                quote!(match #scrutinee { #arms })
            }
        }
    }

    fn arm(&mut self, region: RegionId, arrange: &Arrange<'_>, uses: &mut Vec<ValueId>) -> TokenStream {
        let (statements, tail, outer) = self.block_parts(region, arrange);
        uses.extend(outer);
        let statements = statements.iter().map(|statement| &statement.tokens);
        quote!(#(#statements)* #tail)
    }

    /// The sole result of a branch that reads as `a && b` or `a || b`.
    fn logic_result(&self, id: ValueId, branch: &Branch) -> Option<ValueId> {
        let [result] = self.graph.results(id) else { return None };
        self.logic_form(branch).map(|_| *result)
    }

    fn bind_logic(&mut self, id: ValueId, result: ValueId) -> Option<Statement> {
        let (_, inner) = self.graph.branch(id).and_then(|branch| self.logic_form(branch))?;
        for &value in &self.graph.region(inner).values.clone() {
            self.sizes.insert(value, self.size(value));
        }
        if self.uses[result.index()] < 2 && self.graph.value(result).note.name.is_none() {
            self.sizes.insert(result, 2 + self.size(id));
            return None;
        }
        let mut uses = Vec::new();
        let tokens = self.operation(result, Precedence::Lowest, &mut uses);
        Some(self.bind(result, &tokens, uses))
    }

    /// Whether a branch is a short-circuit operator: `true` for `&&`, and the region of the right side.
    pub(super) fn logic_form(&self, branch: &Branch) -> Option<(bool, RegionId)> {
        if !matches!(branch.test, Test::Bool) {
            return None;
        }
        let literal = |region: RegionId| match self.graph.region(region).end.operands() {
            [id] => match &self.graph.value(*id).op {
                Op::Opaque(opaque) => match opaque.key.as_deref() {
                    Some("true") => Some(true),
                    Some("false") => Some(false),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        let (on_true, on_false) = (branch.arms[0].region, branch.arms[1].region);
        let (is_and, inner) = match (literal(on_true), literal(on_false)) {
            (_, Some(false)) => (true, on_true),
            (Some(true), _) => (false, on_false),
            _ => return None,
        };
        let region = self.graph.region(inner);
        let ends_in_bool = matches!(region.end.operands(), [id] if self.graph.value(*id).ty != Ty::Other && !self.graph.value(*id).ty.is_real());
        let is_expression = region
            .values
            .iter()
            .all(|&id| !self.needs_let(id) && !matches!(self.graph.value(id).op, Op::Effect(_)));
        let nested = region
            .values
            .iter()
            .filter_map(|&id| self.graph.branch(id))
            .all(|branch| self.logic_form(branch).is_some());
        (ends_in_bool && is_expression && nested && matches!(region.end, Terminator::Yield(_)))
            .then_some((is_and, inner))
    }

    /// Whether nothing in the printed expression fixes its float type.
    pub(super) fn is_untyped(&self, id: ValueId) -> bool {
        let value = self.graph.value(id);
        if !value.ty.is_real() || self.bound.contains_key(&id) {
            return false;
        }
        match &value.op {
            Op::Constant(_) => !matches!(value.ty, Ty::Real(Scalar::Parameter(_))),
            Op::Primitive(_) => {
                value.operands.iter().all(|&id| self.is_untyped(id) || !self.graph.value(id).ty.is_real())
            }
            Op::Select => value.operands[1..].iter().all(|&id| self.is_untyped(id)),
            _ => false,
        }
    }

    pub(super) fn type_tokens(&self, ty: Ty) -> Option<TokenStream> {
        match ty {
            Ty::Real(Scalar::F64 | Scalar::Variable(_)) => Some(quote!(f64)),
            Ty::Real(Scalar::F32) => Some(quote!(f32)),
            Ty::Real(Scalar::Parameter(index)) => {
                let name = &self.context.reals[index];
                Some(quote!(#name))
            }
            Ty::Bool | Ty::Other | Ty::Unit => None,
        }
    }
}

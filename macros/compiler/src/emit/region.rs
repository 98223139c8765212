//! Regions as blocks of statements.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::blocks::{Statement, cut};
use super::repeat::Targets;
use super::{Emitter, is_transparent, root};
use crate::graph::{Op, Precedence, RegionId, Scalar, Set, Terminator, Test, Ty, ValueId};

/// Arranges what a region yields into the value of its block.
pub(super) type Arrange<'r> = dyn Fn(&[TokenStream]) -> TokenStream + 'r;

/// What becomes of what a region yields.
#[derive(Clone, Copy)]
pub(super) enum Ending<'r> {
    /// It is the value of the block.
    Value(&'r Arrange<'r>),
    /// It is assigned to the variables of a loop, whose iteration ends with the region.
    Assigned(&'r Targets<'r>),
}

impl Emitter<'_> {
    /// The contents of a block: statements and the value.
    pub(super) fn block(&mut self, region: RegionId, arrange: &Arrange<'_>) -> TokenStream {
        let (statements, tail, _) = self.block_parts(region, Ending::Value(arrange));
        let statements = statements.iter().map(|statement| &statement.tokens);
        quote!(#(#statements)* #tail)
    }

    /// Statements, value, and the bound values that are used and were bound outside.
    pub(super) fn block_parts(
        &mut self,
        region: RegionId,
        ending: Ending<'_>,
    ) -> (Vec<Statement>, TokenStream, Vec<ValueId>) {
        let end = self.graph.region(region).end.clone();
        let values = self.graph.region(region).values.clone();
        let tail_branch = self.tail_branch(region, &values, &end);
        let mut statements = Vec::new();
        for &id in &values {
            if tail_branch == Some(id) || matches!(end, Terminator::Panic(last) if last == id) {
                continue;
            }
            statements.extend(self.statement(id));
        }
        let mut uses = Vec::new();
        let before_tail = self.changes.len();
        let tail = match (&end, tail_branch) {
            (_, Some(branch)) => self.branch_expression(branch, ending, &mut uses),
            (Terminator::Yield(yields), None) => match ending {
                Ending::Assigned(targets) => self.assigned(targets, yields, &mut uses),
                Ending::Value(arrange) => {
                    let numbers: Vec<usize> =
                        (0..yields.len()).filter(|&number| !self.stays(region, number)).collect();
                    let yields: Vec<TokenStream> = numbers
                        .into_iter()
                        .map(|number| self.yielded(region, yields, number, &mut uses))
                        .collect();
                    arrange(&yields)
                }
            },
            (Terminator::Panic(id), None) => self.expression(*id, Precedence::Lowest, &mut uses),
        };
        let (statements, outer) = enclosed(statements, uses, &self.changes[before_tail..]);
        (statements, tail, outer)
    }

    /// What a region yields under a number.
    fn yielded(
        &mut self,
        region: RegionId,
        yields: &[ValueId],
        number: usize,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let id = yields[number];
        let is_result =
            self.graph.region(region).owner.is_some_and(|owner| self.graph.branch(owner).is_some());
        // What a reference leads to is returned by value.
        let is_parameter = matches!(self.graph.value(self.printed(id)).op, Op::Parameter(_));
        if self.graph.value(id).ty.is_array()
            && (is_result || (is_parameter && !self.plan.storage.is_lent(self.printed(id))))
        {
            return self.array_by_value(id, self.is_moved_out(id, region, yields), uses);
        }
        self.expression(id, Precedence::Lowest, uses)
    }

    /// Whether an array that the arm of a branch yields is where it was before, so that it is not handed out.
    fn stays(&self, region: RegionId, number: usize) -> bool {
        let Some(owner) = self.graph.region(region).owner else { return false };
        let branch = self.graph.branch(owner);
        branch.is_some_and(|branch| branch.bodies().any(|body| body == region))
            && self.plan.storage.stays(self.graph, owner, number)
    }

    /// The branch that ends a region and whose results are what the region yields: it needs no `let`.
    pub(super) fn tail_branch(
        &self,
        region: RegionId,
        values: &[ValueId],
        end: &Terminator,
    ) -> Option<ValueId> {
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
                    && self.plan.uses[id.index()] == 1
                    && self.plan.storage.stays(self.graph, last, position) == self.stays(region, position)
            });
        (is_tail && !self.plan.logic.contains_key(&last)).then_some(last)
    }

    /// The statement of one value, if it needs one.
    pub(super) fn statement(&mut self, id: ValueId) -> Option<Statement> {
        let before = self.changes.len();
        let mut statement = self.unmarked_statement(id)?;
        statement.changes = self.changes[before..].to_vec();
        Some(statement)
    }

    fn unmarked_statement(&mut self, id: ValueId) -> Option<Statement> {
        let value = self.graph.value(id);
        match &value.op {
            Op::Effect(_) => {
                let mut uses = Vec::new();
                let tokens = self.expression(id, Precedence::Lowest, &mut uses);
                Some(Statement::new(Vec::new(), uses, quote!(#tokens;)))
            }
            Op::Branch(_) if self.plan.logic.contains_key(&id) => {
                let result = *self.graph.results(id).first()?;
                self.plan.has_let(result).then(|| self.let_statement(result))
            }
            Op::Branch(_) => Some(self.branch_statement(id)),
            Op::Loop(_) => Some(self.loop_statement(id)),
            Op::Store(_) | Op::Accumulate(_) | Op::Join | Op::ZeroLike | Op::Cleared | Op::Filled(_) => {
                self.array_statement(id)
            }
            Op::Leave(_) => self.left(id),
            Op::Opaque(opaque) if opaque.key.is_none() && self.plan.uses[id.index()] == 0 => {
                let mut uses = Vec::new();
                let tokens = self.operation(id, Precedence::Lowest, &mut uses);
                Some(Statement::new(Vec::new(), uses, quote!(let _ = #tokens;)))
            }
            Op::Call(call) if !call.is_value() => self.call_statement(id),
            Op::Whole(_) if self.plan.has_let(id) => {
                Some(self.whole_statement(id).unwrap_or_else(|| self.let_statement(id)))
            }
            Op::Load(_) if value.ty.is_array() && self.plan.has_let(id) => Some(self.row_statement(id)),
            _ => self.plan.has_let(id).then(|| self.let_statement(id)),
        }
    }

    fn let_statement(&mut self, id: ValueId) -> Statement {
        let mut uses = Vec::new();
        let tokens = self.operation(id, Precedence::Lowest, &mut uses);
        self.bind(id, &tokens, uses)
    }

    /// `let name = tokens;`, with a type where the tokens alone do not tell it.
    pub(super) fn bind(&mut self, id: ValueId, tokens: &TokenStream, uses: Vec<ValueId>) -> Statement {
        let annotation = match &self.graph.value(id).op {
            Op::Opaque(opaque) => match (&opaque.annotation, self.plan.coerced.get(&id)) {
                (Some(ty), _) => Some(quote!(: #ty)),
                // What a call returns may be decided by what its value is used for.
                (None, Some(ty)) if opaque.key.is_none() => self.type_tokens(*ty).map(|ty| quote!(: #ty)),
                _ => None,
            },
            _ => None,
        };
        let annotation = annotation.or_else(|| {
            let ty = self.type_tokens(self.graph.value(id).ty)?;
            self.is_untyped(id).then(|| quote!(: #ty))
        });
        let name = self.name(id);
        self.bound.insert(id, name.clone());
        Statement::new(vec![(id, name.clone())], uses, quote!(let #name #annotation = #tokens;))
    }

    pub(super) fn name(&mut self, id: ValueId) -> Ident {
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
            .filter(|&(number, _)| !self.plan.storage.stays(self.graph, id, number))
            .collect();
        results.sort_unstable();
        if results.is_empty() {
            let tokens = self.branch_expression(id, Ending::Value(&|_| TokenStream::new()), &mut uses);
            return Statement::new(Vec::new(), uses, tokens);
        }
        let tokens = self.branch_expression(id, Ending::Value(&tuple), &mut uses);
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
        Statement::new(defines, uses, tokens)
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
    pub(super) fn branch_expression(
        &mut self,
        id: ValueId,
        ending: Ending<'_>,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let Some(branch) = self.graph.branch(id).cloned() else { return TokenStream::new() };
        let operand = self.graph.value(id).operands[0];
        match branch.test {
            Test::Bool => {
                let condition = self.expression(operand, Precedence::Lowest, uses);
                let then = self.arm(branch.arms[0].region, ending, uses);
                let otherwise = branch.arms[1].region;
                let region = self.graph.region(otherwise);
                let hands_out = (0..region.end.operands().len()).any(|number| !self.stays(otherwise, number));
                if !hands_out && region.values.is_empty() {
                    return quote!(if #condition { #then });
                }
                let (statements, tail, outer) = self.block_parts(otherwise, ending);
                uses.extend(outer);
                if statements.is_empty() && tail.is_empty() {
                    return quote!(if #condition { #then });
                }
                let is_chain = statements.is_empty()
                    && tail.clone().into_iter().next().is_some_and(|t| t.to_string() == "if")
                    && match ending {
                        Ending::Value(_) => true,
                        // What stands behind a `break` may follow.
                        Ending::Assigned(_) => syn::parse2::<syn::ExprIf>(tail.clone()).is_ok(),
                    };
                let statements = statements.iter().map(|statement| &statement.tokens);
                if then.is_empty() {
                    // What was used for the condition is the same.
                    let condition = self.negated(operand, &mut Vec::new());
                    return quote!(if #condition { #(#statements)* #tail });
                }
                let breaks = matches!(ending, Ending::Assigned(_)) && ends_in_break(&then);
                if breaks {
                    quote!(if #condition { #then } #(#statements)* #tail)
                } else if is_chain {
                    quote!(if #condition { #then } else #tail)
                } else {
                    quote!(if #condition { #then } else { #(#statements)* #tail })
                }
            }
            Test::Pattern => {
                // A part of a struct is looked at where it is, if nothing is taken out of it.
                let binds = branch.regions().any(|region| !self.graph.region(region).arguments.is_empty());
                let scrutinee = if self.graph.value(operand).ty == Ty::Whole && !binds {
                    self.place(operand, uses)
                } else {
                    self.expression(operand, Precedence::Lowest, uses)
                };
                let mut arms = TokenStream::new();
                for arm in &branch.arms {
                    let pattern = &arm.pattern;
                    let guard = arm.guard.map(|guard| {
                        let (statements, tail, outer) =
                            self.block_parts(guard, Ending::Value(&|parts| parts[0].clone()));
                        uses.extend(outer);
                        let statements: Vec<_> =
                            statements.iter().map(|statement| &statement.tokens).collect();
                        if statements.is_empty() {
                            quote!(if #tail)
                        } else {
                            quote!(if { #(#statements)* #tail })
                        }
                    });
                    let body = self.arm(arm.region, ending, uses);
                    arms.extend(quote!(#pattern #guard => { #body }));
                }
                quote!(match #scrutinee { #arms })
            }
        }
    }

    /// A pullback as a closure or block.
    pub(super) fn pullback(&mut self, region: RegionId, uses: &mut Vec<ValueId>) -> TokenStream {
        let Some(form) = &self.context.pullback else { return TokenStream::new() };
        let (statements, tail, outer) = self.block_parts(region, Ending::Value(form.arrange));
        uses.extend(outer);
        let head = form.input.as_ref().map(|input| quote!(move |#input|));
        let statements = statements.iter().map(|statement| &statement.tokens);
        let checks = &form.checks;
        quote!(#head { #checks #(#statements)* #tail })
    }

    fn arm(&mut self, region: RegionId, ending: Ending<'_>, uses: &mut Vec<ValueId>) -> TokenStream {
        let (statements, tail, outer) = self.block_parts(region, ending);
        uses.extend(outer);
        let statements = statements.iter().map(|statement| &statement.tokens);
        quote!(#(#statements)* #tail)
    }

    /// Whether nothing in the printed expression fixes its float type.
    pub(super) fn is_untyped(&self, id: ValueId) -> bool {
        let id = root(self.graph, id);
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
            Op::Result(number) => self.graph.branch(value.operands[0]).is_some_and(|branch| {
                branch.bodies().all(|region| match &self.graph.region(region).end {
                    Terminator::Yield(values) => self.is_untyped(values[*number]),
                    Terminator::Panic(_) => true,
                })
            }),
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
            Ty::Bool | Ty::Whole | Ty::Array(_) | Ty::List(_) | Ty::Other | Ty::Unit => None,
        }
    }
}

/// Statements in blocks that are not too long, and the bound values that they and what follows use from outside.
pub(super) fn enclosed(
    statements: Vec<Statement>,
    used_after: Vec<ValueId>,
    changed_after: &[ValueId],
) -> (Vec<Statement>, Vec<ValueId>) {
    let statements = cut(statements, &used_after, changed_after);
    let mut outer = used_after;
    outer.extend(statements.iter().flat_map(|statement| &statement.uses));
    let defined: Set<ValueId> =
        statements.iter().flat_map(|statement| statement.defines.iter().map(|(id, _)| *id)).collect();
    outer.retain(|id| !defined.contains(id));
    outer.sort_unstable();
    outer.dedup();
    (statements, outer)
}

/// Whether what stands behind this code is never reached.
fn ends_in_break(tokens: &TokenStream) -> bool {
    let tokens: Vec<String> = tokens.clone().into_iter().map(|token| token.to_string()).collect();
    matches!(tokens.as_slice(), [.., keyword, end] if keyword == "break" && end == ";")
}

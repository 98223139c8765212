//! Loops: a loop of the graph in, its variables and a `for`, `while` or `loop` out.
//!
//! What a loop carries is a variable: its first value stands before the loop, its next one is assigned at the end of
//! the body, and afterwards it is the result. The assignments of one iteration take place at once in the graph, so
//! that none of them may overwrite what a later one reads.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::blocks::Statement;
use super::plan::{boolean, is_overwritten};
use super::region::{Ending, enclosed};
use super::{Emitter, root};
use crate::graph::{Comparison, Domain, Loop, Op, Opaque, Piece, Precedence, RegionId, Terminator, ValueId};
use crate::rules::Primitive;

/// The variable of something that a loop carries.
struct Variable {
    name: TokenStream,
    /// What stands for it in one iteration; for an array, the home of that.
    carried: ValueId,
    number: usize,
}

/// What the arms of a branch assign, by the numbers of what they yield.
pub(super) struct Targets<'a> {
    repeat: &'a Loop,
    variables: Vec<(usize, &'a Variable)>,
    /// Whether the loop goes on.
    goes_on: Option<usize>,
}

/// What a variable is at the end of an iteration.
struct Assignment {
    name: TokenStream,
    carried: ValueId,
    uses: Vec<ValueId>,
    value: TokenStream,
    /// `+=` and its operand.
    step: Option<(TokenStream, TokenStream)>,
    /// A parameter that is written to takes the elements of what is assigned.
    is_lent: bool,
}

impl Emitter<'_> {
    pub(super) fn loop_statement(&mut self, id: ValueId) -> Statement {
        let Some(repeat) = self.graph.repeat(id).cloned() else {
            return Statement::new(Vec::new(), Vec::new(), TokenStream::new());
        };
        let mut uses = Vec::new();
        let bounds = self.bounds(id, repeat.domain, &mut uses);
        let mut defines = Vec::new();
        let (variables, declarations) = self.variables(id, &repeat, &mut defines, &mut uses);
        let item = match repeat.domain {
            Domain::Range { .. } => Some(self.item(&repeat)),
            Domain::Endless => None,
        };
        let mut inner = Vec::new();
        let condition = repeat.condition.map(|condition| {
            let (statements, _, outer) =
                self.block_parts(condition, Ending::Value(&|parts| parts[0].clone()));
            inner.extend(outer);
            (condition, statements)
        });
        let mut head = TokenStream::new();
        let mut keyword = quote!(loop);
        if let Some((condition, statements)) = condition {
            let end = self.graph.region(condition).end.operands().first().copied();
            let statements = statements.iter().map(|statement| &statement.tokens);
            match end {
                Some(end) if statements.len() == 0 && item.is_none() => {
                    let goes_on = self.expression(end, Precedence::Lowest, &mut inner);
                    keyword = quote!(while #goes_on);
                }
                Some(end) => {
                    let is_over = self.negated(end, &mut inner);
                    head = quote!(#(#statements)* if #is_over { break; });
                }
                None => {}
            }
        }
        let body = self.body_of_loop(&repeat, &variables, &mut inner);
        let is_argument =
            |id: &ValueId| repeat.regions().any(|region| self.graph.region(region).arguments.contains(id));
        if let Some(item) = &item {
            let items: Vec<ValueId> = repeat
                .regions()
                .filter_map(|region| self.graph.region(region).arguments.first().copied())
                .collect();
            let is_used = inner.iter().any(|used| items.contains(used));
            let item = if is_used { item.to_token_stream() } else { quote!(_) };
            keyword = quote!(for #item in #bounds);
        }
        uses.extend(inner.iter().copied().filter(|id| !is_argument(id)));
        uses.sort_unstable();
        uses.dedup();
        Statement::new(defines, uses, quote!(#declarations #keyword { #head #body }))
    }

    /// The range that a loop goes through.
    fn bounds(&mut self, id: ValueId, domain: Domain, uses: &mut Vec<ValueId>) -> TokenStream {
        let Domain::Range { is_closed, is_reversed } = domain else { return TokenStream::new() };
        let operands = self.graph.value(id).operands.clone();
        let start = self.expression(operands[0], Precedence::Or, uses);
        let end = self.expression(operands[1], Precedence::Or, uses);
        let range = if is_closed { quote!(#start..=#end) } else { quote!(#start..#end) };
        if is_reversed { quote!((#range).rev()) } else { range }
    }

    /// Names what a loop over a range is at.
    fn item(&mut self, repeat: &Loop) -> Ident {
        let arguments: Vec<ValueId> = repeat
            .regions()
            .filter_map(|region| self.graph.region(region).arguments.first().copied())
            .collect();
        let known = arguments.iter().rev().find_map(|&argument| {
            let note = &self.graph.value(argument).note;
            note.name.as_ref().or(note.hint.as_ref()).map(ToString::to_string)
        });
        let name = self.names.local(known.as_deref().unwrap_or("i"));
        for argument in arguments {
            self.bound.insert(argument, name.clone());
        }
        name
    }

    /// The variables of a loop, and the statements that declare those that are not declared before.
    fn variables(
        &mut self,
        id: ValueId,
        repeat: &Loop,
        defines: &mut Vec<(ValueId, Ident)>,
        uses: &mut Vec<ValueId>,
    ) -> (Vec<Variable>, TokenStream) {
        let mut variables = Vec::new();
        let mut declarations = TokenStream::new();
        let mut named = Vec::new();
        for number in 0..self.graph.carried_count(id) {
            let Some(carried) = self.graph.carried(id, number) else { continue };
            let position = repeat.domain.items() + number;
            let arguments: Vec<ValueId> = repeat
                .regions()
                .filter_map(|region| self.graph.region(region).arguments.get(position).copied())
                .collect();
            let Some(&argument) = arguments.last() else { continue };
            let results = self.results_with_number(id, number);
            let changes = carried.next.is_some_and(|next| root(self.graph, next) != argument);
            if self.graph.value(carried.initial).ty.is_array() {
                let home = self.printed(argument);
                let mut tokens = TokenStream::new();
                if home == argument {
                    let initial = self.array_by_value(carried.initial, false, uses);
                    let name = self.array_name(argument, carried.initial);
                    declarations.extend(quote!(let mut #name = #initial;));
                    tokens = name.to_token_stream();
                    defines.push((argument, name.clone()));
                    named.push((argument, name));
                }
                if changes {
                    variables.push(Variable { name: tokens, carried: home, number });
                }
                continue;
            }
            let mut readers = arguments.iter().chain(&results);
            if !readers.any(|reader| self.plan.uses[reader.index()] > 0) {
                continue;
            }
            let name = self.variable_name(argument, &results, carried.initial);
            let mutability = changes.then(|| quote!(mut));
            let annotation = self.annotation(id, number);
            declarations.extend(if is_overwritten(self.graph, id, number) {
                quote!(let #mutability #name #annotation;)
            } else {
                let initial = self.expression(carried.initial, Precedence::Lowest, uses);
                quote!(let #mutability #name #annotation = #initial;)
            });
            named.extend(arguments.iter().map(|&argument| (argument, name.clone())));
            for result in results {
                defines.push((result, name.clone()));
                named.push((result, name.clone()));
            }
            if changes {
                variables.push(Variable { name: name.to_token_stream(), carried: argument, number });
            }
        }
        // The first values are those around the loop.
        self.bound.extend(named);
        for variable in &mut variables {
            if variable.name.is_empty() {
                variable.name = self.place(variable.carried, &mut Vec::new());
            }
        }
        (variables, declarations)
    }

    fn results_with_number(&self, id: ValueId, number: usize) -> Vec<ValueId> {
        let has_number =
            |&result: &ValueId| matches!(self.graph.value(result).op, Op::Result(other) if other == number);
        self.graph.results(id).iter().copied().filter(has_number).collect()
    }

    /// A name for what a loop carries: that of what stands for it, of what comes out, or of what goes in.
    fn variable_name(&mut self, argument: ValueId, results: &[ValueId], initial: ValueId) -> Ident {
        let candidates = || std::iter::once(argument).chain(results.iter().copied()).chain([initial]);
        let note = |id: ValueId| &self.graph.value(id).note;
        let name = candidates()
            .find_map(|id| note(id).name.clone())
            .or_else(|| candidates().find_map(|id| note(id).hint.clone()));
        match name {
            Some(name) => self.names.local(&name),
            None => self.name(argument),
        }
    }

    /// The type of a variable, if its first value does not tell.
    fn annotation(&self, id: ValueId, number: usize) -> Option<TokenStream> {
        let carried = self.graph.carried(id, number)?;
        let value = self.graph.value(carried.initial);
        if is_overwritten(self.graph, id, number) {
            let ty = self.type_tokens(value.ty)?;
            return carried.next.is_some_and(|next| self.is_untyped(next)).then(|| quote!(: #ty));
        }
        if let Op::Opaque(opaque) = &value.op
            && let Some(ty) = opaque.annotation.as_ref().filter(|_| !self.plan.has_let(carried.initial))
        {
            return Some(quote!(: #ty));
        }
        let ty = self.type_tokens(value.ty)?;
        self.is_untyped(carried.initial).then(|| quote!(: #ty))
    }

    /// What stands between the braces.
    fn body_of_loop(
        &mut self,
        repeat: &Loop,
        variables: &[Variable],
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let region = self.graph.region(repeat.body);
        let (values, end) = (region.values.clone(), region.end.clone());
        let last = self.assigning_branch(repeat, variables, &values, &end);
        let mut statements = Vec::new();
        for &id in &values {
            let is_end = matches!(end, Terminator::Panic(last) if last == id);
            if !is_end && last.as_ref().is_none_or(|(branch, _)| *branch != id) {
                statements.extend(self.statement(id));
            }
        }
        let mut used = Vec::new();
        let before = self.changes.len();
        let tail = match &end {
            Terminator::Yield(yields) => self.end_of_iteration(repeat, variables, yields, last, &mut used),
            Terminator::Panic(id) => self.expression(*id, Precedence::Lowest, &mut used),
        };
        let (statements, outer) = enclosed(statements, used, &self.changes[before..]);
        uses.extend(outer);
        let statements = statements.iter().map(|statement| &statement.tokens);
        quote!(#(#statements)* #tail)
    }

    /// The branch at the end of a body whose results are all for the next iteration, with what they are assigned to.
    fn assigning_branch<'v>(
        &self,
        repeat: &'v Loop,
        variables: &'v [Variable],
        values: &[ValueId],
        end: &Terminator,
    ) -> Option<(ValueId, Targets<'v>)> {
        let Terminator::Yield(yields) = end else { return None };
        let branch = values.iter().copied().rfind(|&id| self.is_in_a_statement(id))?;
        self.graph.branch(branch)?;
        let mut targets = Targets { repeat, variables: Vec::new(), goes_on: None };
        for &result in self.graph.results(branch) {
            let Op::Result(number) = self.graph.value(result).op else { continue };
            if self.plan.storage.stays(self.graph, branch, number) {
                continue;
            }
            let position = yields.iter().position(|&next| root(self.graph, next) == result)?;
            if self.plan.uses[result.index()] != 1 || self.graph.value(result).ty.is_array() {
                return None;
            }
            match position.checked_sub(repeat.exits()) {
                None => targets.goes_on = Some(number),
                Some(position) => {
                    let variable = variables.iter().find(|variable| variable.number == position)?;
                    targets.variables.push((number, variable));
                }
            }
        }
        let others = variables.iter().filter(|variable| {
            let next = yields[repeat.exits() + variable.number];
            let is_target = targets.variables.iter().any(|(_, target)| target.number == variable.number);
            !is_target && self.printed(next) != variable.carried
        });
        let mut others = others.map(|variable| yields[repeat.exits() + variable.number]);
        // What is assigned behind the branch must neither be skipped by it nor see what it has assigned.
        let is_apart = match targets.goes_on {
            Some(_) => others.next().is_none(),
            None => others
                .all(|next| !targets.variables.iter().any(|(_, target)| self.mentions(next, target.carried))),
        };
        let is_empty = targets.variables.is_empty() && targets.goes_on.is_none();
        (is_apart && !is_empty).then_some((branch, targets))
    }

    /// Whether a value is written as a statement, rather than in one.
    fn is_in_a_statement(&self, id: ValueId) -> bool {
        let is_expression = match &self.graph.value(id).op {
            Op::Branch(_) => {
                self.plan.logic.contains_key(&id)
                    && self.graph.results(id).iter().all(|&result| !self.plan.has_let(result))
            }
            Op::Primitive(_)
            | Op::Compare(_)
            | Op::Not
            | Op::Select
            | Op::Cast
            | Op::Coerce
            | Op::Detach
            | Op::Linked
            | Op::Load(_) => !self.plan.has_let(id),
            Op::Opaque(opaque) => opaque.key.is_some() && !self.plan.has_let(id),
            _ => false,
        };
        !is_expression
    }

    /// Whether the expression for a value mentions a variable.
    fn mentions(&self, id: ValueId, variable: ValueId) -> bool {
        let id = self.printed(id);
        if id == variable {
            return true;
        }
        if self.plan.has_let(id) {
            return false;
        }
        let value = self.graph.value(id);
        if let Some(branch) = value.operands.first()
            && let Some((_, inner)) = self.plan.logic.get(branch)
        {
            let condition = self.graph.value(*branch).operands[0];
            let right = self.graph.region(*inner).end.operands();
            return self.mentions(condition, variable)
                || right.iter().any(|&right| self.mentions(right, variable));
        }
        value.operands.iter().any(|&operand| self.mentions(operand, variable))
    }

    /// The end of an iteration: assignments, and what leaves the loop.
    fn end_of_iteration(
        &mut self,
        repeat: &Loop,
        variables: &[Variable],
        yields: &[ValueId],
        branch: Option<(ValueId, Targets<'_>)>,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let (branch, targets) = branch.unzip();
        let targets = targets.as_ref();
        let is_target = |variable: &&Variable| {
            targets.is_some_and(|targets| {
                targets.variables.iter().any(|(_, target)| target.number == variable.number)
            })
        };
        let assigned = variables.iter().filter(|variable| !is_target(variable));
        let assigned: Vec<(&Variable, ValueId)> =
            assigned.map(|variable| (variable, yields[repeat.exits() + variable.number])).collect();
        let goes_on = yields
            .first()
            .copied()
            .filter(|_| repeat.can_break && targets.is_none_or(|targets| targets.goes_on.is_none()));
        let earlier: Vec<ValueId> = targets
            .iter()
            .flat_map(|targets| targets.variables.iter().map(|(_, variable)| variable.carried))
            .collect();
        let [before, after] = self.next_iteration(repeat, &assigned, goes_on, yields, &earlier, uses);
        let branch = match (branch, targets) {
            (Some(branch), Some(targets)) => self.branch_expression(branch, Ending::Assigned(targets), uses),
            _ => TokenStream::new(),
        };
        quote!(#before #branch #after)
    }

    /// The end of an iteration in an arm of its last branch.
    pub(super) fn assigned(
        &mut self,
        targets: &Targets<'_>,
        yields: &[ValueId],
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let assigned: Vec<(&Variable, ValueId)> =
            targets.variables.iter().map(|&(number, variable)| (variable, yields[number])).collect();
        let goes_on = targets.goes_on.map(|number| yields[number]);
        let [before, after] = self.next_iteration(targets.repeat, &assigned, goes_on, yields, &[], uses);
        quote!(#before #after)
    }

    /// Assignments and what leaves the loop after them, and what has to stand before. `earlier` are other variables
    /// that are assigned in between.
    fn next_iteration(
        &mut self,
        repeat: &Loop,
        variables: &[(&Variable, ValueId)],
        goes_on: Option<ValueId>,
        yields: &[ValueId],
        earlier: &[ValueId],
        uses: &mut Vec<ValueId>,
    ) -> [TokenStream; 2] {
        let mut assignments = Vec::new();
        for &(variable, next) in variables {
            if self.printed(next) != variable.carried {
                assignments.push(self.assignment(repeat, variable, next, yields));
            }
        }
        let is_assigned = |id: &ValueId| {
            earlier.contains(id) || assignments.iter().any(|assignment| assignment.carried == *id)
        };
        let mut before = TokenStream::new();
        let mut exit = TokenStream::new();
        match goes_on.map(|goes_on| (goes_on, boolean(self.graph, root(self.graph, goes_on)))) {
            Some((_, Some(true))) | None => {}
            Some((_, Some(false))) => exit = quote!(break;),
            Some((goes_on, None)) => {
                let mut used = Vec::new();
                let is_over = self.negated(goes_on, &mut used);
                let reads_old_values = used.iter().any(is_assigned);
                uses.extend(used);
                exit = quote!(if #is_over { break; });
                if reads_old_values {
                    let name = self.names.local("is_over");
                    before = quote!(let #name = #is_over;);
                    exit = quote!(if #name { break; });
                }
            }
        }
        for assignment in &assignments {
            uses.extend(&assignment.uses);
        }
        let assignments = self.in_order(assignments);
        [before, quote!(#assignments #exit)]
    }

    fn assignment(
        &mut self,
        repeat: &Loop,
        variable: &Variable,
        next: ValueId,
        yields: &[ValueId],
    ) -> Assignment {
        let (name, carried) = (variable.name.clone(), variable.carried);
        let mut uses = Vec::new();
        let (mut step, mut is_lent) = (None, false);
        let value = if self.graph.value(next).ty.is_array() {
            self.changes.push(carried);
            is_lent = self.plan.storage.is_lent(carried);
            let is_moved = self.is_moved_out(next, repeat.body, &yields[repeat.exits()..])
                || self.is_passed_on(repeat, next, yields);
            self.array_by_value(next, is_moved && !is_lent, &mut uses)
        } else {
            step = self.step(carried, next);
            self.expression(next, Precedence::Lowest, &mut uses)
        };
        Assignment { name, carried, uses, value, step, is_lent }
    }

    /// Whether an array is what the loop carries under another number, where it is replaced.
    fn is_passed_on(&self, repeat: &Loop, next: ValueId, yields: &[ValueId]) -> bool {
        let home = self.printed(next);
        let items = repeat.domain.items();
        let arguments = self.graph.region(repeat.body).arguments[items..].iter();
        let is_replaced = arguments.zip(&yields[repeat.exits()..]).any(|(&argument, &next)| {
            self.graph.value(argument).ty.is_array()
                && self.printed(argument) == home
                && self.printed(next) != home
        });
        is_replaced && self.is_yielded_once(home, &yields[repeat.exits()..])
    }

    /// `+=` and what is added, if that is what the next value is.
    fn step(&mut self, carried: ValueId, next: ValueId) -> Option<(TokenStream, TokenStream)> {
        let next = root(self.graph, next);
        let value = self.graph.value(next);
        if self.bound.contains_key(&next) {
            return None;
        }
        if let Op::Opaque(opaque) = &value.op {
            return self.counting_step(carried, &opaque.clone(), &value.operands.clone());
        }
        let Op::Primitive(primitive) = value.op else { return None };
        let symbol = match primitive {
            Primitive::add => quote!(+=),
            Primitive::sub => quote!(-=),
            Primitive::mul => quote!(*=),
            Primitive::div => quote!(/=),
            _ => return None,
        };
        let &[mut left, mut right] = value.operands.as_slice() else { return None };
        // The order of factors and of terms does not matter.
        if matches!(primitive, Primitive::mul | Primitive::add) && root(self.graph, right) == carried {
            (left, right) = (right, left);
        }
        // That is a negation.
        let is_negated = matches!(primitive, Primitive::mul) && self.is_minus_one(right);
        if root(self.graph, left) != carried || is_negated {
            return None;
        }
        let right = self.expression(right, Precedence::Lowest, &mut Vec::new());
        Some((symbol, right))
    }

    /// The same for what is not differentiated: `n + 1`.
    fn counting_step(
        &mut self,
        carried: ValueId,
        opaque: &Opaque,
        operands: &[ValueId],
    ) -> Option<(TokenStream, TokenStream)> {
        let [Piece::Hole(left, _), Piece::Tokens(symbol), rest @ ..] = opaque.pieces.as_slice() else {
            return None;
        };
        let (symbol, precedence) = match symbol.to_string().as_str() {
            "+" => (quote!(+=), Precedence::Sum),
            "-" => (quote!(-=), Precedence::Sum),
            "*" => (quote!(*=), Precedence::Product),
            "/" => (quote!(/=), Precedence::Product),
            "%" => (quote!(%=), Precedence::Product),
            "&" => (quote!(&=), Precedence::BitAnd),
            "|" => (quote!(|=), Precedence::BitOr),
            "^" => (quote!(^=), Precedence::BitXor),
            "<<" => (quote!(<<=), Precedence::Shift),
            ">>" => (quote!(>>=), Precedence::Shift),
            _ => return None,
        };
        if opaque.precedence != precedence || root(self.graph, operands[*left]) != carried {
            return None;
        }
        let right = match rest {
            [Piece::Hole(right, _)] => self.expression(operands[*right], Precedence::Lowest, &mut Vec::new()),
            [] => return None,
            rest => self.pieces(rest, operands, &mut Vec::new()),
        };
        Some((symbol, right))
    }

    /// Assignments that take place at once, one after the other as far as that is the same.
    fn in_order(&mut self, mut assignments: Vec<Assignment>) -> TokenStream {
        let mut tokens = TokenStream::new();
        while !assignments.is_empty() {
            let free = assignments.iter().position(|assignment| {
                let is_read = |other: &Assignment| other.uses.contains(&assignment.carried);
                !assignments.iter().any(|other| other.carried != assignment.carried && is_read(other))
            });
            let Some(free) = free else {
                tokens.extend(self.at_once(&assignments));
                break;
            };
            let Assignment { name, value, step, is_lent, .. } = assignments.remove(free);
            tokens.extend(match step {
                _ if is_lent => quote!(#name.copy_from_slice(&#value);),
                Some((symbol, right)) => quote!(#name #symbol #right;),
                None => quote!(#name = #value;),
            });
        }
        tokens
    }

    /// Assignments that all read what the others overwrite.
    fn at_once(&mut self, assignments: &[Assignment]) -> TokenStream {
        let (mut before, mut after) = (TokenStream::new(), TokenStream::new());
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for Assignment { name, value, is_lent, .. } in assignments {
            if *is_lent {
                let next = self.names.local("next");
                before.extend(quote!(let #next = #value;));
                after.extend(quote!(#name.copy_from_slice(&#next);));
            } else {
                names.push(name);
                values.push(value);
            }
        }
        let assigned = match (names.as_slice(), values.as_slice()) {
            ([], _) => TokenStream::new(),
            ([name], [value]) => quote!(#name = #value;),
            (names, values) => quote!((#(#names),*) = (#(#values),*);),
        };
        quote!(#before #assigned #after)
    }

    /// That a condition does not hold.
    pub(super) fn negated(&mut self, id: ValueId, uses: &mut Vec<ValueId>) -> TokenStream {
        let id = root(self.graph, id);
        let value = self.graph.value(id);
        let operands = value.operands.clone();
        if !self.bound.contains_key(&id) {
            match value.op {
                Op::Not => return self.expression(operands[0], Precedence::Lowest, uses),
                // These two are each other's opposite for every number.
                Op::Compare(comparison @ (Comparison::Equal | Comparison::NotEqual)) => {
                    let left = self.expression(operands[0], Precedence::BitOr, uses);
                    let right = self.expression(operands[1], Precedence::BitOr, uses);
                    let symbol = super::expression::comparison_symbol(comparison.opposite());
                    return quote!(#left #symbol #right);
                }
                _ => {}
            }
        }
        let condition = self.expression(id, Precedence::Unary, uses);
        quote!(!#condition)
    }

    /// Whether a value is an argument of the condition of a loop.
    pub(super) fn is_in_condition(&self, id: ValueId) -> bool {
        let region: RegionId = self.graph.value(id).region;
        let owner = self.graph.region(region).owner;
        owner
            .and_then(|owner| self.graph.repeat(owner))
            .is_some_and(|repeat| repeat.condition == Some(region))
    }
}

//! Expressions.

use quote::{ToTokens, quote};
use syn::{BinOp, Expr, ExprBinary, ExprField, ExprLit, ExprPath, Lit, Member, Type, UnOp};

use super::control::{ArmSource, Exit};
use super::opaque::Template;
use super::record::{element_key, field_key};
use super::sequence::unwrapped;
use super::{Lowerer, Val};
use crate::graph::{Comparison, Constant, Op, Precedence, Scalar, Test, Ty, ValueId};
use crate::rules::{Primitive, nearest};
use crate::signature::is_usize;

impl<'l> Lowerer<'l> {
    pub(super) fn expression(&mut self, expression: &Expr) -> Val {
        if self.exit.is_some() {
            return Val::Never;
        }
        let hands_on = matches!(
            expression,
            Expr::If(_)
                | Expr::Match(_)
                | Expr::Block(_)
                | Expr::Paren(_)
                | Expr::Group(_)
                | Expr::Call(_)
                | Expr::MethodCall(_)
        ) || matches!(expression, Expr::Array(_) | Expr::Tuple(_) | Expr::Reference(_));
        if hands_on || self.expected.is_none() {
            return self.any_expression(expression);
        }
        self.expecting(expression, None)
    }

    fn any_expression(&mut self, expression: &Expr) -> Val {
        match expression {
            Expr::Lit(literal) => self.literal_expression(literal),
            Expr::Path(path) => self.path(path),
            Expr::Paren(inner) => self.expression(&inner.expr),
            Expr::Group(inner) => self.expression(&inner.expr),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Unary(unary) => self.unary(&unary.op, &unary.expr),
            Expr::Block(block) => {
                if let Some(label) = &block.label {
                    self.errors.report(label, "labelled blocks are not supported; write `if` and `else`");
                    return Val::Poison;
                }
                self.block(&block.block)
            }
            Expr::If(branch) => self.if_expression(branch),
            Expr::Match(branch) => self.match_expression(branch),
            Expr::Tuple(tuple) if tuple.elems.is_empty() => Val::Unit,
            Expr::Tuple(tuple) => {
                let types = match self.expected.take() {
                    Some(Type::Tuple(types)) => types.elems.into_iter().collect(),
                    _ => Vec::new(),
                };
                let mut types = types.into_iter();
                Val::Tuple(tuple.elems.iter().map(|element| self.moved(element, types.next())).collect())
            }
            Expr::Array(array) => {
                let element_type = match self.expected.take() {
                    Some(Type::Array(array)) => Some(*array.elem),
                    _ => None,
                };
                let elements =
                    array.elems.iter().map(|element| self.expecting(element, element_type.clone()));
                let elements = elements.collect();
                Val::Array(self.alike(elements))
            }
            Expr::Field(field) => self.field(field),
            Expr::Index(index) => self.index(&index.expr, &index.index),
            Expr::Cast(cast) => self.cast(cast),
            Expr::MethodCall(call) => self.method_call(call),
            Expr::Call(call) => self.call(call),
            Expr::Macro(call) => self.macro_call(&call.mac),
            Expr::Return(returned) => {
                self.return_expression(returned.expr.as_deref(), &returned.return_token)
            }
            Expr::Assign(assign) => self.assign(&assign.left, None, &assign.right),
            Expr::Closure(closure) => self.closure(closure),
            Expr::ForLoop(each) => self.for_loop(each),
            Expr::While(each) => self.while_loop(each),
            Expr::Loop(each) => self.endless_loop(each),
            Expr::Break(jump) => self.break_expression(jump),
            Expr::Continue(jump) => self.continue_expression(jump),
            Expr::Range(range) => self.range(range),
            Expr::Repeat(repeat) => self.repeat(repeat),
            Expr::Struct(literal) => self.struct_literal(literal),
            Expr::Reference(reference) if reference.mutability.is_some() => {
                self.place(&reference.expr).map_or(Val::Poison, Val::Place)
            }
            Expr::Reference(reference) => match self.expression(&reference.expr) {
                Val::Node(id) if !self.ty(id).is_real() && !self.is_whole(id) => self.reference_to(id),
                value => value,
            },
            other => self.refuse(other),
        }
    }

    /// Everything that is outside the language, each with the way out.
    fn refuse(&self, expression: &Expr) -> Val {
        let (at, message): (&dyn ToTokens, &str) = match expression {
            Expr::Try(e) => {
                (&e.question_token, "`?` is not supported; `match` on the value and return a number")
            }
            Expr::Await(e) => (&e.await_token, "`await` is not supported; compute the value before the call"),
            Expr::Async(e) => (&e.async_token, "`async` blocks are not supported; write an ordinary block"),
            Expr::Unsafe(e) => (&e.unsafe_token, "`unsafe` blocks are not supported; write safe arithmetic"),
            Expr::Let(e) => {
                (&e.let_token, "`let` chained with `&&` is not supported; nest one `if let` in another")
            }
            Expr::Infer(e) => (&e.underscore_token, "`_` is no value; write the value"),
            Expr::Const(e) => {
                (&e.const_token, "`const` blocks are not supported; name the value with a `const` item")
            }
            other => (
                expression_ref(other),
                "this expression is not supported; write it with arithmetic, `if` and `match`",
            ),
        };
        self.errors.push(syn::Error::new_spanned(at.to_token_stream(), message));
        Val::Poison
    }

    fn literal_expression(&mut self, literal: &ExprLit) -> Val {
        match &literal.lit {
            Lit::Float(number) => Val::Node(self.float_literal(number.base10_digits(), number.suffix())),
            // `1_f64` has no point, but it is a float.
            Lit::Int(number) if matches!(number.suffix(), "f64" | "f32") => {
                Val::Node(self.float_literal(number.base10_digits(), number.suffix()))
            }
            Lit::Bool(value) => Val::Node(self.boolean(value.value)),
            other => self.leaf(other.to_token_stream(), Precedence::Postfix, Ty::Other),
        }
    }

    fn float_literal(&mut self, digits: &str, suffix: &str) -> ValueId {
        let ty = match suffix {
            "f64" => Ty::Real(Scalar::F64),
            "f32" => Ty::Real(Scalar::F32),
            _ => self.types.fresh(),
        };
        let id = self.literal(ty, digits);
        if !suffix.is_empty() {
            self.builder.note_type(id);
        }
        id
    }

    fn path(&mut self, path: &ExprPath) -> Val {
        if let Some(ident) = path.path.get_ident().filter(|_| path.qself.is_none()) {
            if let Some(variable) = self.scopes.find(ident) {
                return match &self.scopes.get(variable).value {
                    Val::Uninitialized => {
                        self.errors.report(
                            ident,
                            format_args!("`{ident}` has no value yet; assign it before it is used"),
                        );
                        Val::Poison
                    }
                    Val::Place(place) => {
                        let place = place.clone();
                        self.read(&place)
                    }
                    value => value.clone(),
                };
            }
            let name = ident.to_string();
            if let Some(&known) = self.integers.get(&name) {
                return self.integer(known);
            }
            let looks_local = name.chars().all(|c| !c.is_uppercase());
            let is_item =
                self.items.iter().any(|item| matches!(item, syn::Item::Const(item) if item.ident == name));
            if looks_local && !is_item {
                let hint = match nearest(&name, self.scopes.names()) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => "bind it with `let`, or name constants in capitals".to_owned(),
                };
                self.errors.report(ident, format_args!("there is no variable `{name}` here; {hint}"));
                return Val::Poison;
            }
        }
        let ty = self.path_type(path);
        let value = self.leaf(path.to_token_stream(), Precedence::Postfix, ty);
        if let (Some(ident), Val::Node(id)) = (path.path.get_ident(), &value)
            && let Some(ty) = self.constants.get(&ident.to_string())
        {
            self.list_types.insert(*id, ty.clone());
        }
        if let (Some(ident), Val::Node(id)) = (path.path.get_ident(), &value)
            && self.is_length(ident)
        {
            self.builder.note_usize(*id);
        }
        value
    }

    /// Whether a constant is declared as a `usize`, by the function's generics or in its body.
    fn is_length(&self, name: &syn::Ident) -> bool {
        self.signature.lengths.contains(name)
            || self.items.iter().any(|item| match item {
                syn::Item::Const(item) => item.ident == *name && is_usize(&item.ty),
                _ => false,
            })
    }

    /// The type of a constant, where its path tells.
    fn path_type(&self, path: &ExprPath) -> Ty {
        let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let Some((last, qualifiers)) = names.split_last() else { return Ty::Other };
        let is_integer = matches!(last.as_str(), "RADIX" | "MANTISSA_DIGITS" | "DIGITS")
            || last.ends_with("_EXP")
            || last.chars().any(char::is_lowercase);
        if is_integer {
            return Ty::Other;
        }
        for qualifier in qualifiers {
            match qualifier.as_str() {
                "f64" => return Ty::Real(Scalar::F64),
                "f32" => return Ty::Real(Scalar::F32),
                name => {
                    if let Some(position) = self.signature.reals.iter().position(|real| real == name) {
                        return Ty::Real(Scalar::Parameter(position));
                    }
                }
            }
        }
        Ty::Other
    }

    /// Binary operators. Long sums lean to the left, so that spine is walked without recursion.
    fn binary(&mut self, binary: &ExprBinary) -> Val {
        let mut spine = vec![binary];
        while let Expr::Binary(left) = &*spine[spine.len() - 1].left {
            spine.push(left);
        }
        let mut value: Option<Val> = None;
        for node in spine.into_iter().rev() {
            value = Some(self.binary_step(node, value));
        }
        value.unwrap_or(Val::Poison)
    }

    fn binary_step(&mut self, binary: &ExprBinary, left: Option<Val>) -> Val {
        match &binary.op {
            BinOp::And(_) | BinOp::Or(_) => self.logic(binary, left),
            BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_) => self.assign(&binary.left, Some(&binary.op), &binary.right),
            operator => {
                let left = left.unwrap_or_else(|| self.expression(&binary.left));
                let right = self.expression(&binary.right);
                match comparison(operator) {
                    Some(comparison) => self.compare(comparison, &left, &right, binary),
                    None => self.arithmetic(operator, &left, &right, &binary.left, &binary.right),
                }
            }
        }
    }

    fn compare(&mut self, comparison: Comparison, left: &Val, right: &Val, at: &ExprBinary) -> Val {
        if left.is_poisoned() || right.is_poisoned() {
            return Val::Poison;
        }
        let (Some(mut left), Some(mut right)) = (self.node(left), self.node(right)) else {
            self.errors.report(at, "this comparison needs two values; one side has none");
            return Val::Poison;
        };
        if self.ty(left).is_real() || self.ty(right).is_real() {
            left = self.real(left);
            right = self.real(right);
            self.same_type(&[left, right]);
        } else if let Some(known) = self.fold_comparison(comparison, left, right) {
            return known;
        }
        Val::Node(self.builder.compare(comparison, left, right))
    }

    /// `a && b` and `a || b`: the right side is only evaluated where it decides.
    fn logic(&mut self, binary: &ExprBinary, left: Option<Val>) -> Val {
        let is_and = matches!(binary.op, BinOp::And(_));
        let left = left.unwrap_or_else(|| self.expression(&binary.left));
        let Some(condition) = self.condition(&left, &binary.left) else { return Val::Poison };
        let right = &binary.right;
        if let Some(known) = self.known_condition(&left) {
            if known != is_and {
                return left;
            }
            let value = self.expression(right);
            return self.condition(&value, right).map_or(Val::Poison, Val::Node);
        }
        let evaluate = |lowerer: &mut Lowerer<'l>| {
            let value = lowerer.expression(right);
            lowerer.condition(&value, right).map_or(Val::Poison, Val::Node)
        };
        let decided = move |lowerer: &mut Lowerer<'l>| Val::Node(lowerer.boolean(!is_and));
        let (on_true, on_false): (ArmSource<'_, 'l>, ArmSource<'_, 'l>) = if is_and {
            (ArmSource::going_on(evaluate), ArmSource::going_on(decided))
        } else {
            (ArmSource::going_on(decided), ArmSource::going_on(evaluate))
        };
        self.branch(Test::Bool, condition, vec![on_true, on_false])
    }

    /// A value as a condition.
    pub(super) fn condition(&mut self, value: &Val, at: &Expr) -> Option<ValueId> {
        match value {
            Val::Node(id) if !self.ty(*id).is_real() => Some(*id),
            Val::Poison | Val::Never => None,
            _ => {
                self.errors.report(at, "a condition is needed here; write a comparison");
                None
            }
        }
    }

    fn unary(&mut self, operator: &UnOp, operand: &Expr) -> Val {
        // A sign belongs to its literal.
        if let (UnOp::Neg(_), Expr::Lit(ExprLit { lit: Lit::Int(number), .. })) = (operator, operand)
            && !matches!(number.suffix(), "f64" | "f32")
        {
            return self.leaf(quote!(-#number), Precedence::Unary, Ty::Other);
        }
        if let UnOp::Deref(_) = operator
            && let Some(place) = self.held_place(operand)
        {
            return self.read(&place);
        }
        let value = self.expression(operand);
        let Val::Node(id) = value else {
            return match (operator, value) {
                (UnOp::Deref(_), value) => value,
                (_, Val::Poison | Val::Never) => Val::Poison,
                _ => {
                    self.errors.report(operator, "this operator needs a number; take one element");
                    Val::Poison
                }
            };
        };
        match operator {
            UnOp::Neg(_) if self.ty(id).is_real() => match &self.builder.graph().value(id).op {
                Op::Constant(constant) if constant.value > 0.0 => {
                    let ty = self.ty(id);
                    match constant.text.clone() {
                        Some(text) => Val::Node(self.literal(ty, &format!("-{text}"))),
                        None => {
                            let negated = Constant::new(-constant.value);
                            let id = self.builder.constant(ty, negated);
                            self.set_varied(id, false);
                            Val::Node(id)
                        }
                    }
                }
                _ => Val::Node(self.apply(Primitive::neg, vec![id])),
            },
            UnOp::Neg(_) if self.is_whole(id) => {
                let id = self.real(id);
                Val::Node(self.apply(Primitive::neg, vec![id]))
            }
            UnOp::Neg(_) => self.fold_negation(id).unwrap_or_else(|| self.prefix(quote!(-), id, Ty::Other)),
            UnOp::Not(_) if self.ty(id) == Ty::Bool => match self.builder.known_boolean(id) {
                Some(known) => Val::Node(self.boolean(!known)),
                None => Val::Node(self.builder.not(id)),
            },
            UnOp::Not(_) if self.ty(id).is_real() => {
                self.errors.report(operator, "`!` does not apply to floats; write a comparison");
                Val::Poison
            }
            UnOp::Not(_) => self.prefix(quote!(!), id, Ty::Other),
            UnOp::Deref(_)
                if self.ty(id).is_real() || self.is_whole(id) || self.known(&Val::Node(id)).is_some() =>
            {
                Val::Node(id)
            }
            UnOp::Deref(_) => match self.referent(id) {
                Some(referent) => Val::Node(referent),
                None => self.prefix(quote!(*), id, Ty::Other),
            },
            _ => {
                self.errors
                    .report(operator, "this operator is not understood; write it with other operators");
                Val::Poison
            }
        }
    }

    fn prefix(&mut self, symbol: proc_macro2::TokenStream, id: ValueId, ty: Ty) -> Val {
        self.opaque(Template::new().tokens(symbol).hole(id, Precedence::Unary), Precedence::Unary, ty)
    }

    fn field(&mut self, field: &ExprField) -> Val {
        let base = self.expression(&field.base);
        self.field_of(base, &field.member)
    }

    /// A field of a struct, or a component of a tuple.
    pub(super) fn field_of(&mut self, base: Val, member: &Member) -> Val {
        match (member, base) {
            (Member::Unnamed(index), Val::Tuple(parts)) => match parts.get(index.index as usize) {
                Some(part) => part.clone(),
                None => {
                    let count = parts.len();
                    self.errors
                        .report(member, format_args!("this tuple has {count} components; count from 0"));
                    Val::Poison
                }
            },
            (member, value @ Val::Struct(_)) => self.part_of(&value, &field_key(member)),
            (member, Val::Node(id)) if self.is_whole(id) => self.part_of(&Val::Node(id), &field_key(member)),
            (Member::Unnamed(index), Val::Node(id)) if self.list_types.contains_key(&id) => {
                self.component(id, index.index as usize, false)
            }
            (member, Val::Node(id)) if !self.ty(id).is_real() => self.opaque(
                Template::new().hole(id, Precedence::Postfix).tokens(quote!(.#member)),
                Precedence::Postfix,
                Ty::Other,
            ),
            (_, Val::Poison | Val::Never) => Val::Poison,
            (member, _) => {
                self.errors.report(member, "this value has no fields; use a tuple or a local variable");
                Val::Poison
            }
        }
    }

    fn index(&mut self, base: &Expr, index: &Expr) -> Val {
        let array = self.expression(base);
        if let Expr::Range(range) = unwrapped(index) {
            let array = self.expanded(array);
            return match array {
                Val::Array(parts) => self.slice_of(&parts, range),
                Val::View(view) => self.window_of(&view, range),
                Val::Poison | Val::Never => Val::Poison,
                _ => {
                    self.errors.report(
                        base,
                        "only arrays of known length can be sliced; write its type with its length",
                    );
                    Val::Poison
                }
            };
        }
        let position = self.expression(index);
        match (array, &position) {
            (Val::Array(mut parts), Val::Node(id)) => {
                if self.known(&position).is_none() {
                    return self.picked(parts, *id);
                }
                match self.position(&position, parts.len(), index) {
                    Some(position) => parts.swap_remove(position),
                    None => Val::Poison,
                }
            }
            (Val::View(view), Val::Node(index)) => self.element_of(&view, *index),
            (value @ Val::Struct(_), Val::Node(_)) => match self.known(&position) {
                Some(known) => {
                    let index = usize::try_from(known.value).unwrap_or(usize::MAX);
                    self.part_of(&value, &element_key(index))
                }
                None => match self.node(&value) {
                    Some(id) => self.computed_element(id, &position),
                    None => Val::Poison,
                },
            },
            (Val::Node(array), Val::Node(_)) if self.is_whole(array) => match self.known(&position) {
                Some(known) => {
                    let index = usize::try_from(known.value).unwrap_or(usize::MAX);
                    self.part_of(&Val::Node(array), &element_key(index))
                }
                None => self.computed_element(array, &position),
            },
            (Val::Node(array), Val::Node(position)) if !self.ty(array).is_real() => {
                self.opaque_element(array, *position)
            }
            (Val::Poison | Val::Never, _) | (_, Val::Poison | Val::Never) => Val::Poison,
            _ => {
                self.errors.report(base, "this cannot be indexed; keep the numbers in local variables");
                Val::Poison
            }
        }
    }

    /// An expression of which a type is expected.
    pub(super) fn expecting(&mut self, expression: &Expr, expected: Option<Type>) -> Val {
        let outer = std::mem::replace(&mut self.expected, expected);
        let value = self.expression(expression);
        self.expected = outer;
        value
    }

    /// An expression that is the function's result.
    pub(super) fn result_expression(&mut self, expression: &Expr) -> Val {
        self.expecting(expression, self.signature.result_type.clone())
    }

    fn return_expression(&mut self, value: Option<&Expr>, token: &syn::Token![return]) -> Val {
        let Some(expression) = value else {
            self.errors.report(token, "`return` needs a value; write the number to return");
            return Val::Poison;
        };
        if self.in_closure {
            self.errors
                .report(token, "`return` in a closure is not supported; end the closure with the value");
            return Val::Poison;
        }
        let value = self.result_expression(expression);
        if self.exit.is_some() {
            return Val::Never;
        }
        match self.result_of(&value, expression) {
            Some(result) if !self.loops.is_empty() => self.return_from_loops(result),
            Some(result) => {
                self.exit = Some(Exit::Return(self.with_contents(result)));
                Val::Never
            }
            None => Val::Poison,
        }
    }
}

fn comparison(operator: &BinOp) -> Option<Comparison> {
    Some(match operator {
        BinOp::Eq(_) => Comparison::Equal,
        BinOp::Ne(_) => Comparison::NotEqual,
        BinOp::Lt(_) => Comparison::Less,
        BinOp::Le(_) => Comparison::LessEqual,
        BinOp::Gt(_) => Comparison::Greater,
        BinOp::Ge(_) => Comparison::GreaterEqual,
        _ => return None,
    })
}

fn expression_ref<T: ToTokens>(tokens: &T) -> &dyn ToTokens {
    tokens
}

//! Blocks and statements.

use quote::quote;
use syn::{BinOp, Block, Expr, Local, Macro, Stmt, Type};

use super::control::Goes;
use super::opaque::Template;
use super::pattern::tuple_type;
use super::scope::OUTERMOST;
use super::scope::VariableId;
use super::sequence::unwrapped;
use super::{Lowerer, Val};
use crate::graph::{Precedence, Ty};
use crate::rules::Primitive;

impl Lowerer<'_> {
    /// A block in a scope of its own.
    pub(super) fn block(&mut self, block: &Block) -> Val {
        self.scopes.enter();
        let value = self.statements(&block.stmts);
        self.scopes.leave();
        value
    }

    fn statements(&mut self, statements: &[Stmt]) -> Val {
        // Items are visible before they are written.
        for statement in statements {
            if let Stmt::Item(item) = statement {
                self.item(item);
            }
        }
        let mut value = Val::Unit;
        for statement in statements {
            if self.exit.is_some() {
                return Val::Never;
            }
            value = self.statement(statement);
        }
        if self.exit.is_some() { Val::Never } else { value }
    }

    fn statement(&mut self, statement: &Stmt) -> Val {
        match statement {
            Stmt::Local(local) => self.local(local),
            Stmt::Item(_) => {}
            Stmt::Expr(expression, None) if self.scopes.depth() == OUTERMOST && self.loops.is_empty() => {
                return self.result_expression(expression);
            }
            Stmt::Expr(expression, None) => return self.expression(expression),
            Stmt::Expr(expression, Some(_)) => {
                self.is_discarded = matches!(expression, Expr::MethodCall(_));
                self.expecting(expression, None);
            }
            Stmt::Macro(statement) => {
                let value = self.macro_call(&statement.mac);
                if statement.semi_token.is_none() {
                    return value;
                }
            }
        }
        Val::Unit
    }

    fn local(&mut self, local: &Local) {
        let Some(init) = &local.init else {
            self.bind(&local.pat, Val::Uninitialized);
            return;
        };
        if let Some((_, otherwise)) = &init.diverge {
            let value = self.expecting(&init.expr, None);
            self.bind_or_leave(&local.pat, &value, otherwise, &init.expr);
            return;
        }
        let expected = match &local.pat {
            syn::Pat::Type(typed) => Some(self.with_known_lengths(&typed.ty)),
            pattern => tuple_type(pattern),
        };
        let value = self.moved(&init.expr, expected);
        let value = match value {
            Val::Unit => {
                self.errors.report(&init.expr, "this has no value that could be bound; remove the `let`");
                Val::Poison
            }
            value => value,
        };
        self.bind(&local.pat, value);
        if self.is_reference(&init.expr) {
            self.note_references(&local.pat);
        }
    }

    /// `place = value` and `place += value`.
    pub(super) fn assign(&mut self, place: &Expr, operator: Option<&BinOp>, value: &Expr) -> Val {
        let expected = if operator.is_none() { self.type_of_variable(place) } else { None };
        let new = match operator {
            None => self.moved(value, expected),
            Some(_) => self.expecting(value, expected),
        };
        if self.exit.is_some() {
            return Val::Never;
        }
        if let (Expr::Tuple(places), None, Val::Tuple(parts)) = (place, operator, &new)
            && places.elems.len() == parts.len()
        {
            for (place, part) in places.elems.iter().zip(parts) {
                self.store(place, part.clone());
            }
            return Val::Unit;
        }
        if matches!(place, Expr::Infer(_)) && operator.is_none() {
            return Val::Unit;
        }
        let new = match operator {
            None => new,
            Some(operator) => {
                let old = self.expression(place);
                self.arithmetic(operator, &old, &new, place, value)
            }
        };
        self.store(place, new);
        Val::Unit
    }

    /// The type of the array or vector that a variable holds, as far as its lengths go.
    fn type_of_variable(&self, place: &Expr) -> Option<Type> {
        fn type_of(value: &Val) -> Type {
            match value {
                Val::Array(parts) => {
                    let element = parts.first().map_or_else(|| syn::parse_quote!(_), type_of);
                    let length = proc_macro2::Literal::usize_unsuffixed(parts.len());
                    syn::parse_quote!([#element; #length])
                }
                _ => syn::parse_quote!(_),
            }
        }
        let Expr::Path(path) = place else { return None };
        let variable = self.scopes.find(path.path.get_ident()?)?;
        match &self.scopes.get(variable).value {
            value @ Val::Array(_) => Some(type_of(value)),
            Val::View(view) if view.vector_length().is_some() => Some(syn::parse_quote!(Vec<_>)),
            _ => None,
        }
    }

    fn store(&mut self, place: &Expr, value: Val) {
        if matches!(place, Expr::Infer(_)) {
            return;
        }
        if let Some(variable) = self.reference_variable(place) {
            return self.refer_elsewhere(variable, value, place);
        }
        if let Some(target) = self.place(place) {
            self.write(&target, value, place);
        }
    }

    /// The variable that an expression names, if it is one that holds a reference to a place.
    pub(super) fn reference_variable(&self, expression: &Expr) -> Option<VariableId> {
        let Expr::Path(path) = unwrapped(expression) else { return None };
        let variable = self.scopes.find(path.path.get_ident()?)?;
        matches!(self.scopes.get(variable).value, Val::Place(_)).then_some(variable)
    }

    /// Has a reference lead to another place, and leaves both places as they are.
    fn refer_elsewhere(&mut self, variable: VariableId, value: Val, at: &Expr) {
        match value {
            Val::Place(_) | Val::Poison => self.scopes.assign(variable, value),
            _ => self.errors.report(
                at,
                "this reference cannot be seen to lead anywhere; assign `&mut` and the name of a variable to it",
            ),
        }
    }

    /// Arithmetic on values that may be real or opaque.
    pub(super) fn arithmetic(
        &mut self,
        operator: &BinOp,
        left: &Val,
        right: &Val,
        at_left: &Expr,
        at_right: &Expr,
    ) -> Val {
        if matches!(left, Val::Poison | Val::Never) || matches!(right, Val::Poison | Val::Never) {
            return if matches!(left, Val::Never) || matches!(right, Val::Never) {
                Val::Never
            } else {
                Val::Poison
            };
        }
        if let Some(known) = self.fold_arithmetic(operator, left, right) {
            return known;
        }
        let (symbol, primitive, precedence) = match operator {
            BinOp::Add(_) | BinOp::AddAssign(_) => (quote!(+), Some(Primitive::add), Precedence::Sum),
            BinOp::Sub(_) | BinOp::SubAssign(_) => (quote!(-), Some(Primitive::sub), Precedence::Sum),
            BinOp::Mul(_) | BinOp::MulAssign(_) => (quote!(*), Some(Primitive::mul), Precedence::Product),
            BinOp::Div(_) | BinOp::DivAssign(_) => (quote!(/), Some(Primitive::div), Precedence::Product),
            BinOp::Rem(_) | BinOp::RemAssign(_) => (quote!(%), Some(Primitive::rem), Precedence::Product),
            BinOp::BitAnd(_) | BinOp::BitAndAssign(_) => (quote!(&), None, Precedence::BitAnd),
            BinOp::BitOr(_) | BinOp::BitOrAssign(_) => (quote!(|), None, Precedence::BitOr),
            BinOp::BitXor(_) | BinOp::BitXorAssign(_) => (quote!(^), None, Precedence::BitXor),
            BinOp::Shl(_) | BinOp::ShlAssign(_) => (quote!(<<), None, Precedence::Shift),
            BinOp::Shr(_) | BinOp::ShrAssign(_) => (quote!(>>), None, Precedence::Shift),
            _ => {
                self.errors
                    .report(operator, "this operator is not understood; write it with other operators");
                return Val::Poison;
            }
        };
        if self.is_struct(left) || self.is_struct(right) {
            self.errors.report(
                operator,
                "operators on structs are not differentiated, because the macro does not see what they do; call an \
                 annotated function or method",
            );
            return Val::Poison;
        }
        self.settle_operands(primitive.is_some(), left, right);
        let is_real =
            |lowerer: &Self, value: &Val| matches!(value, Val::Node(id) if lowerer.ty(*id).is_real());
        if is_real(self, left) || is_real(self, right) {
            let Some(primitive) = primitive else {
                self.errors.report(operator, "this operator does not apply to floats; use integers");
                return Val::Poison;
            };
            let operands = (self.real_of(left, &at_left, None), self.real_of(right, &at_right, None));
            let (Some(left), Some(right)) = operands else { return Val::Poison };
            return Val::Node(self.apply(primitive, vec![left, right]));
        }
        let (Some(left), Some(right)) = (self.node(left), self.node(right)) else {
            self.errors.report(operator, "this operator needs two numbers; one side has no value");
            return Val::Poison;
        };
        let ty = if self.ty(left) == Ty::Bool && self.ty(right) == Ty::Bool { Ty::Bool } else { Ty::Other };
        // A left operand of the same precedence needs no parentheses, a right one does. A cast on the left of a
        // shift would be read as the start of generic arguments.
        let on_left = if precedence == Precedence::Shift { Precedence::Unary } else { precedence };
        let template = Template::new().hole(left, on_left).tokens(symbol).hole(right, precedence.tighter());
        self.opaque(template, precedence, ty)
    }
}

/// Where a block goes, by its syntax.
pub(super) fn goes_block(block: &Block) -> Goes {
    block.stmts.iter().map(goes_statement).find(|goes| *goes != Goes::On).unwrap_or(Goes::On)
}

fn goes_statement(statement: &Stmt) -> Goes {
    match statement {
        Stmt::Expr(expression, _) => goes(expression),
        Stmt::Local(local) => local.init.as_ref().map_or(Goes::On, |init| goes(&init.expr)),
        Stmt::Macro(statement) => goes_macro(&statement.mac),
        Stmt::Item(_) => Goes::On,
    }
}

fn goes_macro(call: &Macro) -> Goes {
    let name = call.path.segments.last().map(|segment| segment.ident.to_string());
    match name.as_deref() {
        Some("panic" | "unreachable" | "todo" | "unimplemented") => Goes::Panics,
        _ => Goes::On,
    }
}

/// Where an expression goes, by its syntax: whether it always returns, always panics, or may go on.
pub(super) fn goes(expression: &Expr) -> Goes {
    match expression {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => Goes::Returns,
        Expr::Macro(call) => goes_macro(&call.mac),
        Expr::Paren(inner) => goes(&inner.expr),
        Expr::Group(inner) => goes(&inner.expr),
        Expr::Block(block) => goes_block(&block.block),
        Expr::If(branch) => match &branch.else_branch {
            Some((_, otherwise)) => both(goes_block(&branch.then_branch), goes(otherwise)),
            None => Goes::On,
        },
        Expr::Match(branch) => branch.arms.iter().map(|arm| goes(&arm.body)).reduce(both).unwrap_or(Goes::On),
        _ => Goes::On,
    }
}

pub(super) fn both(a: Goes, b: Goes) -> Goes {
    match (a, b) {
        (Goes::On, _) | (_, Goes::On) => Goes::On,
        (Goes::Panics, Goes::Panics) => Goes::Panics,
        _ => Goes::Returns,
    }
}

//! Values as expressions.

use proc_macro2::{Group, Literal, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use super::plan::always_yielded;
use super::{Emitter, root};
use crate::graph::{
    Comparison, Constant, Op, Opaque, Piece, Precedence, Scalar, Spelling, Ty, ValueId, round_to,
};
use crate::names::identifier;
use crate::rules::{Kind, Primitive, Source};

impl Emitter<'_> {
    /// A value where an operator of the given precedence stands around it. Notes the bound values it uses.
    pub(super) fn expression(
        &mut self,
        id: ValueId,
        around: Precedence,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let id = self.printed(id);
        if self.graph.value(id).ty == Ty::Whole {
            return self.owned(id, uses);
        }
        if let Some(name) = self.bound.get(&id) {
            uses.push(id);
            return name.to_token_stream();
        }
        self.operation(id, around, uses)
    }

    /// The operation that makes a value, written out.
    pub(super) fn operation(
        &mut self,
        id: ValueId,
        around: Precedence,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let value = self.graph.value(id);
        let (operands, value_type) = (value.operands.clone(), value.ty);
        let (tokens, precedence) = match &value.op {
            Op::Parameter(number) => {
                let parameter = &self.context.parameters[*number];
                (parameter.tokens.clone(), parameter.precedence)
            }
            Op::Constant(constant) => self.constant(constant, value.ty),
            Op::Binding => {
                let name = value.note.name.as_deref().unwrap_or("bound");
                (identifier(name).to_token_stream(), Precedence::Postfix)
            }
            Op::Primitive(primitive) => self.primitive(id, *primitive, &operands, uses),
            Op::Compare(comparison) => {
                let left = self.left_of_comparison(operands[0], *comparison, uses);
                let right = self.expression(operands[1], Precedence::BitOr, uses);
                let symbol = comparison_symbol(*comparison);
                (quote!(#left #symbol #right), Precedence::Compare)
            }
            Op::Not => {
                let operand = self.expression(operands[0], Precedence::Unary, uses);
                (quote!(!#operand), Precedence::Unary)
            }
            Op::Select => {
                let condition = self.expression(operands[0], Precedence::Lowest, uses);
                let on_true = self.expression(operands[1], Precedence::Lowest, uses);
                let on_false = self.expression(operands[2], Precedence::Lowest, uses);
                let is_chain =
                    on_false.clone().into_iter().next().is_some_and(|first| first.to_string() == "if");
                let on_false = if is_chain { on_false } else { quote!({ #on_false }) };
                (quote!(if #condition { #on_true } else #on_false), Precedence::Lowest)
            }
            Op::Pick => (self.element(&operands, uses), Precedence::Postfix),
            Op::Cast => {
                let operand = match self.suffixed(operands[0]) {
                    Some(literal) => literal,
                    None => self.expression(operands[0], Precedence::Cast, uses),
                };
                let ty = self.type_tokens(value.ty);
                (quote!(#operand as #ty), Precedence::Cast)
            }
            Op::Opaque(opaque) | Op::Effect(opaque) => {
                let opaque = opaque.clone();
                (self.opaque(&opaque, &operands, uses), opaque.precedence)
            }
            Op::Pullback(region) => (self.pullback(*region, uses), Precedence::Lowest),
            Op::Result(_) => self.logic(operands[0], around, uses),
            Op::Call(call) => {
                let call = call.clone();
                (self.call(id, &call, uses), Precedence::Postfix)
            }
            Op::Whole(op) => {
                let op = op.clone();
                (self.whole(&op, &operands, uses), Precedence::Postfix)
            }
            Op::Load(path) => {
                let path = path.clone();
                let place = self.member(&path, &operands, uses);
                let is_whole = value_type == Ty::Whole;
                (
                    if is_whole { quote!(::core::clone::Clone::clone(&#place)) } else { place },
                    Precedence::Postfix,
                )
            }
            // These have names, or are what makes those that have.
            Op::Part(_)
            | Op::Absent
            | Op::Coerce
            | Op::Detach
            | Op::Linked
            | Op::Branch(_)
            | Op::Argument(_)
            | Op::Loop(_)
            | Op::Store(_)
            | Op::Accumulate(_)
            | Op::Join
            | Op::ZeroLike
            | Op::Cleared
            | Op::Lent
            | Op::Leave(_)
            | Op::Filled(_) => (TokenStream::new(), Precedence::Postfix),
        };
        if precedence < around { quote!((#tokens)) } else { tokens }
    }

    /// `a && b` or `a || b`, or `a` where `b` is what makes no difference.
    fn logic(
        &mut self,
        branch: ValueId,
        around: Precedence,
        uses: &mut Vec<ValueId>,
    ) -> (TokenStream, Precedence) {
        let Some(&(is_and, inner)) = self.plan.logic.get(&branch) else {
            return (TokenStream::new(), Precedence::Postfix);
        };
        let condition = self.graph.value(branch).operands[0];
        if always_yielded(self.graph, inner) == Some(is_and) {
            return (self.expression(condition, around, uses), Precedence::Postfix);
        }
        let right = self.graph.region(inner).end.operands()[0];
        let precedence = if is_and { Precedence::And } else { Precedence::Or };
        let left = self.expression(condition, precedence, uses);
        let right = self.expression(right, precedence.tighter(), uses);
        (if is_and { quote!(#left && #right) } else { quote!(#left || #right) }, precedence)
    }

    /// `array[index]`, where the array is a parameter or a list.
    fn element(&mut self, operands: &[ValueId], uses: &mut Vec<ValueId>) -> TokenStream {
        let index = self.expression(operands[0], Precedence::Lowest, uses);
        if let Some((array, _)) = self.parameter_array(&operands[1..]) {
            return quote!(#array[#index]);
        }
        let mut elements = self.arguments(&operands[1..], uses);
        // A method of the element has to know its type.
        if operands[1..].iter().all(|&id| self.is_untyped(id))
            && let Some(ty) = self.type_tokens(self.graph.value(operands[1]).ty)
            && matches!(elements[0].clone().into_iter().last(), Some(TokenTree::Literal(_)))
        {
            let first = elements[0].to_string().replace(' ', "");
            elements[0] = format!("{first}_{ty}").parse().unwrap_or_default();
        }
        quote!([#(#elements),*][#index])
    }

    /// The parameter whose elements, all of them and in order, these are, and whether it is a reference.
    pub(super) fn parameter_array(&self, elements: &[ValueId]) -> Option<(TokenStream, bool)> {
        let mut array: Option<(TokenStream, bool)> = None;
        for (position, &element) in elements.iter().enumerate() {
            let Op::Parameter(number) = self.graph.value(element).op else { return None };
            let element = self.context.parameters[number].element.as_ref()?;
            let is_same = match &array {
                Some((array, _)) => array.to_string() == element.array.to_string(),
                None => true,
            };
            if !is_same || element.position != position || element.length != elements.len() {
                return None;
            }
            array = Some((element.array.clone(), element.is_behind_reference));
        }
        array
    }

    fn primitive(
        &mut self,
        id: ValueId,
        primitive: Primitive,
        operands: &[ValueId],
        uses: &mut Vec<ValueId>,
    ) -> (TokenStream, Precedence) {
        let rule = primitive.rule();
        if let Source::operator(symbol) = rule.source {
            return match operands {
                &[operand] => self.negation(operand, uses),
                operands => self.operator(symbol, operands[0], operands[1], uses),
            };
        }
        let is_list = rule.parameters[0].kind == Kind::list;
        let spelling = self.graph.value(id).note.spelling.clone();
        let runtime = self.context.runtime.clone();
        let name = identifier(rule.name);
        let is_untyped = self.is_untyped(operands[0]);
        let method = match (&spelling, rule.source) {
            (Spelling::Method(name), _) => Some(name.clone()),
            (Spelling::Ours, Source::core) => Some(name.to_token_stream()),
            _ => None,
        };
        if let Some(method) = method.filter(|_| !is_untyped || self.suffixed(operands[0]).is_some()) {
            let receiver = match self.suffixed(operands[0]) {
                Some(literal) => literal,
                None => self.expression(operands[0], Precedence::Postfix, uses),
            };
            let arguments = self.arguments(&operands[1..], uses);
            return (quote!(#receiver.#method(#(#arguments),*)), Precedence::Postfix);
        }
        let arguments = self.arguments(operands, uses);
        let arguments = if is_list { quote!(&[#(#arguments),*]) } else { quote!(#(#arguments),*) };
        let tokens = match spelling {
            Spelling::Path(path) => quote!(#path(#arguments)),
            _ => quote!(#runtime::math::#name(#arguments)),
        };
        (tokens, Precedence::Postfix)
    }

    pub(super) fn arguments(&mut self, operands: &[ValueId], uses: &mut Vec<ValueId>) -> Vec<TokenStream> {
        operands.iter().map(|&id| self.expression(id, Precedence::Lowest, uses)).collect()
    }

    /// A bare positive literal with its type, as the receiver of a method.
    pub(super) fn suffixed(&self, id: ValueId) -> Option<TokenStream> {
        let value = self.graph.value(root(self.graph, id));
        let Op::Constant(constant) = &value.op else { return None };
        let suffix = match value.ty {
            Ty::Real(Scalar::F64) => "_f64",
            Ty::Real(Scalar::F32) => "_f32",
            _ => return None,
        };
        if constant.value.is_sign_negative() || !constant.value.is_finite() {
            return None;
        }
        literal(&format!("{}{suffix}", digits(constant, value.ty)))
    }

    /// Whether a value is a literal whose type the user wrote.
    fn is_typed(&self, id: ValueId) -> bool {
        let value = self.graph.value(root(self.graph, id));
        matches!(&value.op, Op::Constant(constant) if constant.is_typed)
    }

    fn operator(
        &mut self,
        symbol: &str,
        left: ValueId,
        right: ValueId,
        uses: &mut Vec<ValueId>,
    ) -> (TokenStream, Precedence) {
        // `-1.0 * x` is `-x`, which lints ask for.
        if symbol == "*" {
            for (factor, other) in [(left, right), (right, left)] {
                if self.is_minus_one(factor) {
                    return self.negation(other, uses);
                }
            }
        }
        let precedence = if matches!(symbol, "+" | "-") { Precedence::Sum } else { Precedence::Product };
        let left = self.expression(left, precedence, uses);
        let right = self.expression(right, precedence.tighter(), uses);
        let symbol: TokenStream =
            symbol.chars().map(|c| TokenTree::from(Punct::new(c, Spacing::Alone))).collect();
        (quote!(#left #symbol #right), precedence)
    }

    pub(super) fn is_minus_one(&self, id: ValueId) -> bool {
        let value = self.graph.value(root(self.graph, id));
        let is_printed = !matches!(value.ty, Ty::Real(Scalar::Parameter(_)));
        matches!(&value.op, Op::Constant(constant) if constant.value == -1.0) && is_printed
    }

    /// `-x`. A negated product is written `-a * b`, which is the same number.
    fn negation(&mut self, operand: ValueId, uses: &mut Vec<ValueId>) -> (TokenStream, Precedence) {
        let operand = root(self.graph, operand);
        let is_product =
            matches!(self.graph.value(operand).op, Op::Primitive(Primitive::mul | Primitive::div));
        if is_product && !self.bound.contains_key(&operand) {
            let product = self.expression(operand, Precedence::Product, uses);
            let starts_with_sign =
                product.clone().into_iter().next().is_some_and(|first| first.to_string() == "-");
            if !starts_with_sign && !self.starts_with_cast(operand) {
                return (quote!(-#product), Precedence::Product);
            }
        }
        let operand = self.expression(operand, Precedence::Unary, uses);
        (quote!(-#operand), Precedence::Unary)
    }

    /// Whether a product begins with a cast, to whose operand a sign before it would belong: `-n as f64`.
    fn starts_with_cast(&self, id: ValueId) -> bool {
        let id = root(self.graph, id);
        let value = self.graph.value(id);
        if self.bound.contains_key(&id) {
            return false;
        }
        match &value.op {
            Op::Cast => true,
            Op::Opaque(opaque) => opaque.precedence == Precedence::Cast,
            Op::Primitive(primitive) if matches!(primitive.rule().source, Source::operator(_)) => {
                self.starts_with_cast(value.operands[0])
            }
            _ => false,
        }
    }

    /// A cast on the left of `<` would be read as the start of generic arguments.
    fn left_of_comparison(
        &mut self,
        id: ValueId,
        comparison: Comparison,
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        let is_risky = comparison == Comparison::Less && self.ends_in_cast(id);
        self.expression(id, if is_risky { Precedence::Postfix } else { Precedence::BitOr }, uses)
    }

    fn ends_in_cast(&self, id: ValueId) -> bool {
        let id = root(self.graph, id);
        let value = self.graph.value(id);
        if self.bound.contains_key(&id) {
            return false;
        }
        match &value.op {
            Op::Cast => true,
            Op::Opaque(opaque) => match opaque.pieces.last() {
                Some(Piece::Hole(number, _)) => self.ends_in_cast(value.operands[*number]),
                _ => opaque.precedence == Precedence::Cast,
            },
            Op::Primitive(primitive) if matches!(primitive.rule().source, Source::operator(_)) => {
                value.operands.last().is_some_and(|&last| self.ends_in_cast(last))
            }
            _ => false,
        }
    }

    fn opaque(&mut self, opaque: &Opaque, operands: &[ValueId], uses: &mut Vec<ValueId>) -> TokenStream {
        self.pieces(&opaque.pieces, operands, uses)
    }

    pub(super) fn pieces(
        &mut self,
        pieces: &[Piece],
        operands: &[ValueId],
        uses: &mut Vec<ValueId>,
    ) -> TokenStream {
        self.pieces_around(pieces, &mut |emitter, number, around| {
            let id = operands[number];
            // What is called here may take its type from a literal alone.
            let is_typed = around == Precedence::Postfix || emitter.is_typed(id);
            match emitter.suffixed(id).filter(|_| is_typed) {
                Some(literal) => literal,
                None => emitter.expression(id, around, uses),
            }
        })
    }

    /// Pieces around what is written in their holes.
    pub(super) fn pieces_around(
        &mut self,
        pieces: &[Piece],
        hole: &mut dyn FnMut(&mut Self, usize, Precedence) -> TokenStream,
    ) -> TokenStream {
        let mut tokens = TokenStream::new();
        for piece in pieces {
            match piece {
                Piece::Tokens(piece) => tokens.extend(piece.clone()),
                Piece::Real(index) => {
                    let (name, runtime) = (&self.context.reals[*index], &self.context.runtime);
                    tokens.extend(quote!(<#name as #runtime::Real>));
                }
                Piece::Group(delimiter, inside) => {
                    let inside = self.pieces_around(inside, hole);
                    tokens.extend([TokenTree::from(Group::new(*delimiter, inside))]);
                }
                Piece::Hole(number, around) => tokens.extend(hole(self, *number, *around)),
            }
        }
        tokens
    }

    pub(super) fn constant(&self, constant: &Constant, ty: Ty) -> (TokenStream, Precedence) {
        let value = constant.value;
        if let Ty::Real(Scalar::Parameter(index)) = ty {
            let runtime = &self.context.runtime;
            let name = &self.context.reals[index];
            if value == 0.0 && value.is_sign_positive() {
                return (quote!(<#name as #runtime::Real>::ZERO), Precedence::Postfix);
            }
            let (number, _) = self.constant(constant, Ty::Real(Scalar::F64));
            return (quote!(<#name as #runtime::Real>::from_f64(#number)), Precedence::Postfix);
        }
        if !value.is_finite() {
            let ty = self.type_tokens(ty);
            let name = if value.is_nan() {
                quote!(NAN)
            } else if value > 0.0 {
                quote!(INFINITY)
            } else {
                quote!(NEG_INFINITY)
            };
            return (quote!(#ty::#name), Precedence::Postfix);
        }
        if constant.text.is_none()
            && let Some(name) = constant_name(value.abs(), ty)
        {
            let name = identifier(name);
            let path = match ty {
                Ty::Real(Scalar::F32) => quote!(::core::f32::consts::#name),
                _ => quote!(::core::f64::consts::#name),
            };
            return if value < 0.0 {
                (quote!(-#path), Precedence::Unary)
            } else {
                (path, Precedence::Postfix)
            };
        }
        let text = digits(constant, ty);
        match text.strip_prefix('-') {
            Some(positive) => {
                let number = literal(positive);
                (quote!(-#number), Precedence::Unary)
            }
            None => (literal(&text).unwrap_or_default(), Precedence::Postfix),
        }
    }
}

/// What the standard library calls a number, if it has a name for it.
fn constant_name(value: f64, ty: Ty) -> Option<&'static str> {
    use std::f64::consts;
    let names = [
        (consts::PI, "PI"),
        (consts::TAU, "TAU"),
        (consts::E, "E"),
        (consts::LN_2, "LN_2"),
        (consts::LN_10, "LN_10"),
        (consts::LOG2_E, "LOG2_E"),
        (consts::LOG10_E, "LOG10_E"),
        (consts::LOG2_10, "LOG2_10"),
        (consts::LOG10_2, "LOG10_2"),
        (consts::SQRT_2, "SQRT_2"),
        (consts::FRAC_1_SQRT_2, "FRAC_1_SQRT_2"),
        (consts::FRAC_1_PI, "FRAC_1_PI"),
        (consts::FRAC_2_PI, "FRAC_2_PI"),
        (consts::FRAC_2_SQRT_PI, "FRAC_2_SQRT_PI"),
        (consts::FRAC_PI_2, "FRAC_PI_2"),
        (consts::FRAC_PI_3, "FRAC_PI_3"),
        (consts::FRAC_PI_4, "FRAC_PI_4"),
        (consts::FRAC_PI_6, "FRAC_PI_6"),
        (consts::FRAC_PI_8, "FRAC_PI_8"),
    ];
    names.iter().find(|(constant, _)| round_to(ty, *constant) == value).map(|(_, name)| *name)
}

/// A finite constant in digits: the user's, or the shortest that mean the same number.
#[expect(clippy::cast_possible_truncation, reason = "the constant is a rounded f32 already")]
fn digits(constant: &Constant, ty: Ty) -> String {
    let text = match (&constant.text, ty) {
        (Some(text), _) => text.to_string(),
        (None, Ty::Real(Scalar::F32)) => format!("{:?}", constant.value as f32),
        (None, _) => format!("{:?}", constant.value),
    };
    if text.ends_with('.') {
        text + "0"
    } else if text.contains(['.', 'e', 'E']) {
        text
    } else {
        text + ".0"
    }
}

fn literal(text: &str) -> Option<TokenStream> {
    text.parse::<Literal>().ok().map(|literal| literal.to_token_stream())
}

pub(super) fn comparison_symbol(comparison: Comparison) -> TokenStream {
    match comparison {
        Comparison::Equal => quote!(==),
        Comparison::NotEqual => quote!(!=),
        Comparison::Less => quote!(<),
        Comparison::LessEqual => quote!(<=),
        Comparison::Greater => quote!(>),
        Comparison::GreaterEqual => quote!(>=),
    }
}

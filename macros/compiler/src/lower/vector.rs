//! Functions of `chainrule::math` that take arrays and slices. They are reproduced operation by operation, in the order
//! that their documentation states: over few values one by one, and otherwise in loops. The norm of few values has a
//! row of the table.

use proc_macro2::Delimiter;
use quote::quote;
use syn::ExprPath;

use super::control::ArmSource;
use super::filled::Extent;
use super::opaque::Template;
use super::place::Place;
use super::stream::Stream;
use super::{Lowerer, Val};
use crate::graph::{Comparison, Constant, Piece, Precedence, Scalar, Spelling, Test, Ty, ValueId};
use crate::rules::Primitive;
use crate::signature::Length;

/// What a function makes of each item, and of each pair of them in a sum.
type Term<'t, 'l> = dyn Fn(&mut Lowerer<'l>, Vec<ValueId>) -> ValueId + 't;

impl<'l> Lowerer<'l> {
    /// Functions of arrays. `None` for those that are not known here.
    pub(super) fn vector_call(&mut self, name: &str, arguments: &[Val], path: &ExprPath) -> Option<Val> {
        let expected = match name {
            "norm" | "log_sum_exp" | "softmax" => 1,
            "dot" => 2,
            _ => return None,
        };
        if arguments.len() != expected {
            let example = if expected == 2 { "math::dot(x, y)" } else { "math::norm(x)" };
            self.errors.report(
                path,
                format_args!("this call has a wrong number of arguments; write it like `{example}`"),
            );
            return Some(Val::Poison);
        }
        let arguments: Vec<Val> = arguments
            .iter()
            .map(|argument| {
                let listed = self.listed_items(argument.clone());
                self.expanded(listed)
            })
            .collect();
        let lists: Option<Vec<&Vec<Val>>> = arguments
            .iter()
            .map(|argument| match argument {
                Val::Array(parts) if !parts.is_empty() => Some(parts),
                _ => None,
            })
            .collect();
        let function = path.path.segments.last().map(|segment| &segment.ident);
        let ours = match name {
            "softmax" => quote!(math::#function::<f64, 1>),
            _ => quote!(math::#function::<f64>),
        };
        if let Some(lists) = lists {
            let mut nodes = Vec::new();
            for list in lists {
                let list: Option<Vec<ValueId>> =
                    list.iter().map(|part| self.real_of(part, path, None)).collect();
                let Some(list) = list else { return Some(Val::Poison) };
                nodes.push(list);
            }
            self.check(path, &ours);
            return Some(self.of_lists(name, &nodes, path));
        }
        let mut streams = Vec::new();
        for argument in &arguments {
            let stream = match argument {
                Val::Array(parts) => Some(Stream::List(parts.clone())),
                Val::View(_) | Val::Node(_) => self.stream_of(argument),
                _ => None,
            };
            let Some(stream) = stream else {
                self.errors.report(
                    path,
                    format_args!(
                        "`{name}` needs {} of floats here; write the arrays themselves, `&x`, or a part `&x[1..]`",
                        if expected == 2 { "two arrays or slices" } else { "an array or slice" }
                    ),
                );
                return Some(Val::Poison);
            };
            streams.push(stream);
        }
        Some(match (name, streams.as_slice(), arguments.as_slice()) {
            ("softmax", [stream], [Val::View(view)]) if view.array_length().is_some() => {
                let Some(length) = view.array_length() else { return Some(Val::Poison) };
                self.check(path, &ours);
                self.softmax_of(stream, length, path)
            }
            ("dot", [a, b], _) => {
                self.check(path, &ours);
                self.assert_equal_lengths(a, b);
                let pairs = Stream::Zip(a.clone().into(), b.clone().into());
                self.total(&pairs, "dot", path, &|lowerer, pair| lowerer.apply(Primitive::mul, pair))
            }
            ("norm", [stream], _) => {
                self.check(path, &ours);
                self.norm_of(stream, path)
            }
            ("log_sum_exp", [stream], _) => {
                self.check(path, &ours);
                let Some(shift) = self.shift_of(stream, path) else { return Some(Val::Poison) };
                let sum = self.total(stream, "sum", path, &|lowerer, item| {
                    let difference = lowerer.apply(Primitive::sub, vec![item[0], shift]);
                    lowerer.apply(Primitive::exp, vec![difference])
                });
                let Val::Node(sum) = sum else { return Some(Val::Poison) };
                let logarithm = self.apply(Primitive::ln, vec![sum]);
                Val::Node(self.apply(Primitive::add, vec![shift, logarithm]))
            }
            _ => {
                self.errors.report(path, "`softmax` needs an array; write its type with its length");
                Val::Poison
            }
        })
    }

    fn of_lists(&mut self, name: &str, lists: &[Vec<ValueId>], path: &ExprPath) -> Val {
        match (name, lists) {
            ("dot", [a, b]) if a.len() == b.len() => {
                let products =
                    a.iter().zip(b).map(|(&a, &b)| self.apply(Primitive::mul, vec![a, b])).collect();
                Val::Node(self.sum(products))
            }
            ("dot", _) => {
                self.errors
                    .report(path, "`dot` needs two arrays of the same length; add the missing elements");
                Val::Poison
            }
            ("norm", [list]) => {
                self.same_type(list);
                let spelling = Spelling::Path(quote!(#path));
                let id = self.builder.spelled(Primitive::norm, list.clone(), &spelling);
                self.set_varied(id, list.iter().any(|&id| self.is_varied(id)));
                Val::Node(id)
            }
            ("log_sum_exp", [list]) => {
                let (shift, _, sum) = self.shifted_exponentials(list);
                let logarithm = self.apply(Primitive::ln, vec![sum]);
                Val::Node(self.apply(Primitive::add, vec![shift, logarithm]))
            }
            (_, lists) => {
                let (_, exponentials, sum) = self.shifted_exponentials(&lists[0]);
                let shares =
                    exponentials.into_iter().map(|e| Val::Node(self.apply(Primitive::div, vec![e, sum])));
                Val::Array(shares.collect())
            }
        }
    }

    fn sum(&mut self, terms: Vec<ValueId>) -> ValueId {
        let mut terms = terms.into_iter();
        let first = terms.next();
        let Some(first) = first else { unreachable!("the lists are not empty") };
        terms.fold(first, |sum, term| self.apply(Primitive::add, vec![sum, term]))
    }

    /// The shift m, the exponentials e^(x - m), and their sum. The results do not depend on m, so m is constant.
    fn shifted_exponentials(&mut self, list: &[ValueId]) -> (ValueId, Vec<ValueId>, ValueId) {
        let mut largest = list[0];
        for &next in &list[1..] {
            largest = self.apply(Primitive::max, vec![largest, next]);
        }
        let held = self.builder.detach(largest);
        let shift = self.finite_or_zero(held);
        let exponentials: Vec<ValueId> = list
            .iter()
            .map(|&x| {
                let difference = self.apply(Primitive::sub, vec![x, shift]);
                self.apply(Primitive::exp, vec![difference])
            })
            .collect();
        let sum = self.sum(exponentials.clone());
        (shift, exponentials, sum)
    }

    /// A constant value, or 0 where it is not finite.
    fn finite_or_zero(&mut self, held: ValueId) -> ValueId {
        let zero = self.literal(self.ty(held), "0.0");
        let finite = Template::new().hole(held, Precedence::Postfix).tokens(quote!(.is_finite()));
        let shift = match self.opaque(finite, Precedence::Postfix, Ty::Bool) {
            Val::Node(condition) => self.builder.select(condition, held, zero),
            _ => held,
        };
        self.set_varied(shift, false);
        shift
    }

    fn assert_equal_lengths(&mut self, a: &Stream, b: &Stream) {
        let (a, b) = (self.length_of_stream(a), self.length_of_stream(b));
        if a == b {
            return;
        }
        let equal = Template::new().hole(a, Precedence::BitOr).tokens(quote!(==)).hole(b, Precedence::BitOr);
        self.assert_that(equal, "`dot` needs two slices of the same length");
    }

    /// The items as floats, a pair as two.
    fn floats(&mut self, item: Val, at: &ExprPath) -> Option<Vec<ValueId>> {
        let parts = match item {
            Val::Tuple(parts) => parts,
            item => vec![item],
        };
        let parts = parts.into_iter().map(|part| self.by_value(part)).collect::<Vec<_>>();
        parts.iter().map(|part| self.real_of(part, at, None)).collect()
    }

    /// The sum of what is made of each item: −0 and the first is the first, bit for bit, and of no items it is 0.
    fn total(&mut self, stream: &Stream, name: &str, at: &ExprPath, term: &Term<'_, 'l>) -> Val {
        let length = self.length_of_stream(stream);
        let zero = self.size_node(0);
        let is_empty = match self.known_size(&Val::Node(length)) {
            Some(length) => self.boolean(length == 0),
            None => self.builder.compare(Comparison::Equal, length, zero),
        };
        let ty = self.types.fresh();
        let (of_none, of_some) = (self.literal(ty, "0.0"), self.literal(ty, "-0.0"));
        let start = match self.builder.known_boolean(is_empty) {
            Some(true) => of_none,
            Some(false) => of_some,
            None => self.builder.select(is_empty, of_none, of_some),
        };
        self.folded(stream, name, Val::Node(start), &|lowerer, total, item| {
            let (Some(item), Val::Node(total)) = (lowerer.floats(item, at), total) else {
                return Val::Poison;
            };
            let term = term(lowerer, item);
            Val::Node(lowerer.apply(Primitive::add, vec![total, term]))
        })
    }

    /// The largest item, or 0 where it is not finite, held constant.
    fn shift_of(&mut self, stream: &Stream, at: &ExprPath) -> Option<ValueId> {
        let ty = self.types.fresh();
        let least = self.builder.constant(ty, Constant::new(f64::NEG_INFINITY));
        self.set_varied(least, false);
        let largest = self.folded(stream, "largest", Val::Node(least), &|lowerer, largest, item| {
            let (Some(item), Val::Node(largest)) = (lowerer.floats(item, at), largest) else {
                return Val::Poison;
            };
            let held = lowerer.builder.detach(item[0]);
            lowerer.set_varied(held, false);
            Val::Node(lowerer.apply(Primitive::max, vec![largest, held]))
        });
        match largest {
            Val::Node(largest) => Some(self.finite_or_zero(largest)),
            _ => None,
        }
    }

    /// The norm: the root of the sum of squares; where that over- or underflows, of scaled ones.
    fn norm_of(&mut self, stream: &Stream, at: &ExprPath) -> Val {
        let sum = self.total(stream, "squares", at, &|lowerer, item| {
            lowerer.apply(Primitive::mul, vec![item[0], item[0]])
        });
        let Val::Node(sum) = sum else { return Val::Poison };
        let Some([least_safe, small]) = self.limits_of_squares(sum) else { return Val::Poison };
        let template = Template::new()
            .hole(sum, Precedence::BitOr)
            .tokens(quote!(>=))
            .hole(least_safe, Precedence::BitOr)
            .tokens(quote!(&&))
            .hole(sum, Precedence::Postfix)
            .tokens(quote!(.is_finite() ||))
            .hole(sum, Precedence::Postfix)
            .tokens(quote!(.is_nan()));
        let Val::Node(is_safe) = self.opaque(template, Precedence::Or, Ty::Bool) else { return Val::Poison };
        let plain = ArmSource::going_on(move |lowerer: &mut Self| {
            Val::Node(lowerer.apply(Primitive::sqrt, vec![sum]))
        });
        let stream = stream.clone();
        let scaled = ArmSource::going_on(move |lowerer: &mut Self| {
            lowerer.scaled_norm(&stream, [sum, least_safe, small], at)
        });
        self.branch(Test::Bool, is_safe, vec![plain, scaled])
    }

    /// The norm with values that are scaled by a power of two first.
    fn scaled_norm(&mut self, stream: &Stream, limits: [ValueId; 3], at: &ExprPath) -> Val {
        let [sum, least_safe, small] = limits;
        let one = self.literal(self.ty(small), "1.0");
        let large = self.apply(Primitive::div, vec![one, small]);
        let is_small = self.builder.compare(Comparison::Less, sum, least_safe);
        let scale = self.builder.select(is_small, large, small);
        let sum = self.total(stream, "scaled_squares", at, &|lowerer, item| {
            let scaled = lowerer.apply(Primitive::mul, vec![item[0], scale]);
            lowerer.apply(Primitive::mul, vec![scaled, scaled])
        });
        let Val::Node(sum) = sum else { return Val::Poison };
        // At the origin all slopes are 0, which that of the root is not.
        let zero = self.literal(self.ty(small), "0.0");
        let is_zero = self.builder.compare(Comparison::Equal, sum, zero);
        let at_origin = ArmSource::going_on(move |_: &mut Self| Val::Node(zero));
        let elsewhere = ArmSource::going_on(move |lowerer: &mut Self| {
            let root = lowerer.apply(Primitive::sqrt, vec![sum]);
            Val::Node(lowerer.apply(Primitive::div, vec![root, scale]))
        });
        self.branch(Test::Bool, is_zero, vec![at_origin, elsewhere])
    }

    /// The least sum of squares that has lost nothing to underflow, and the scale for large values.
    fn limits_of_squares(&mut self, sum: ValueId) -> Option<[ValueId; 2]> {
        let ty = self.types.settle(self.ty(sum));
        let limits = match ty {
            Ty::Real(Scalar::F64) => [f64::MIN_POSITIVE / f64::EPSILON, 2.0_f64.powi(-563)],
            Ty::Real(Scalar::F32) => [f64::from(f32::MIN_POSITIVE / f32::EPSILON), 2.0_f64.powi(-86)],
            Ty::Real(Scalar::Parameter(number)) => {
                let real = |rest| [Piece::Real(number), Piece::Tokens(rest)];
                let least_safe = [real(quote!(::MIN_POSITIVE /)), real(quote!(::EPSILON))].concat();
                let root = Piece::Group(Delimiter::Parenthesis, real(quote!(::MIN_POSITIVE)).into());
                let root = [real(quote!(::sqrt)).into(), vec![root, Piece::Tokens(quote!(*))]].concat();
                let small = [root, real(quote!(::EPSILON)).into()].concat();
                let limits = [least_safe, small].map(|pieces| {
                    self.opaque(Template { pieces, operands: Vec::new() }, Precedence::Product, ty)
                });
                let [Val::Node(least_safe), Val::Node(small)] = limits else { return None };
                return Some([least_safe, small]);
            }
            _ => return None,
        };
        Some(limits.map(|limit| {
            let id = self.builder.constant(ty, Constant::new(limit));
            self.set_varied(id, false);
            id
        }))
    }

    /// The shares of exponentials in their sum, in an array.
    fn softmax_of(&mut self, stream: &Stream, length: Length, at: &ExprPath) -> Val {
        let Some(shift) = self.shift_of(stream, at) else { return Val::Poison };
        let weights = self.array_of(stream, length.clone(), "weights", at, &|lowerer, item| {
            let difference = lowerer.apply(Primitive::sub, vec![item[0], shift]);
            lowerer.apply(Primitive::exp, vec![difference])
        });
        let Some(Val::View(weights)) = weights else { return Val::Poison };
        let weights = Stream::Elements(weights);
        let sum = self.total(&weights, "sum", at, &|_, item| item[0]);
        let Val::Node(sum) = sum else { return Val::Poison };
        let shares = self.array_of(&weights, length, "shares", at, &|lowerer, item| {
            lowerer.apply(Primitive::div, vec![item[0], sum])
        });
        shares.unwrap_or(Val::Poison)
    }

    /// An array of what is made of each item.
    fn array_of(
        &mut self,
        stream: &Stream,
        length: Length,
        name: &str,
        at: &ExprPath,
        term: &Term<'_, 'l>,
    ) -> Option<Val> {
        let ty = self.types.fresh();
        let zero = Val::Node(self.literal(ty, "0.0"));
        let array = self.filled(&zero, Extent::Array(length))?;
        let variable = self.scopes.hidden(name, Val::View(array.clone()));
        let places = Stream::Places(array, Place::of(variable));
        let both = Stream::Zip(places.into(), stream.clone().into());
        self.for_each(&both, None, None, &|lowerer, pair| {
            let Val::Tuple(pair) = pair else { return };
            let [Val::Place(place), item] = &pair[..] else { return };
            let Some(item) = lowerer.floats(item.clone(), at) else { return };
            let value = term(lowerer, item);
            lowerer.write(place, Val::Node(value), at);
        });
        Some(self.scopes.get(variable).value.clone())
    }
}

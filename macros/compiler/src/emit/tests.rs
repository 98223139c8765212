//! Graphs built by hand, and what is printed for them.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::rc::Rc;

use expect_test::{Expect, expect};
use proc_macro2::{Delimiter, TokenStream};
use quote::quote;

use super::{Context, body};
use crate::graph::{
    Builder, Comparison, Constant, Domain, Filled, Loop, Member, Opaque, Piece, Precedence, Scalar,
    Terminator, Ty, ValueId,
};
use crate::lower::{ArrayTokens, ParameterTokens, Zero};
use crate::rules::Primitive;

const REAL: Ty = Ty::Real(Scalar::F64);
const ARRAY: Ty = Ty::Array(Scalar::F64);
const FORWARDS: Domain = Domain::Range { is_closed: false, is_reversed: false };
const BACKWARDS: Domain = Domain::Range { is_closed: false, is_reversed: true };

/// A function that is built.
struct Draft {
    builder: Builder,
    parameters: Vec<ParameterTokens>,
    inputs: Vec<TokenStream>,
}

impl Draft {
    fn new() -> Self {
        Self { builder: Builder::new(false), parameters: Vec::new(), inputs: Vec::new() }
    }

    fn parameter(&mut self, ty: Ty, name: &str, rust: &TokenStream, array: Option<ArrayTokens>) -> ValueId {
        let ident = crate::names::identifier(name);
        self.inputs.push(quote!(#ident: #rust));
        self.parameters.push(ParameterTokens {
            tokens: quote!(#ident),
            precedence: Precedence::Postfix,
            is_reference: rust.to_string().starts_with('&'),
            element: None,
            array,
        });
        self.builder.parameter(ty, name)
    }

    fn real(&mut self, name: &str) -> ValueId {
        self.parameter(REAL, name, &quote!(f64), None)
    }

    fn slice(&mut self, name: &str) -> ValueId {
        let array = ArrayTokens {
            zeros: None,
            zero: Zero::Element(quote!(0.0)),
            is_copy: false,
            is_accumulated: false,
        };
        self.parameter(ARRAY, name, &quote!(&[f64]), Some(array))
    }

    fn lent(&mut self, name: &str) -> ValueId {
        let array = ArrayTokens {
            zeros: None,
            zero: Zero::Element(quote!(0.0)),
            is_copy: false,
            is_accumulated: false,
        };
        self.parameter(ARRAY, name, &quote!(&mut [f64]), Some(array))
    }

    fn constant(&mut self, value: f64) -> ValueId {
        self.builder.constant(REAL, Constant::new(value))
    }

    fn opaque(&mut self, tokens: TokenStream) -> ValueId {
        let ty = Ty::Other;
        self.builder.opaque(Rc::new(Opaque::leaf(tokens, Precedence::Postfix)), Vec::new(), ty)
    }

    /// `left + 1`, of integers.
    fn sum(&mut self, left: ValueId, symbol: TokenStream, right: TokenStream) -> ValueId {
        let key = Rc::from(format!("# {symbol} {right}"));
        let pieces = vec![Piece::Hole(0, Precedence::Sum), Piece::Tokens(symbol), Piece::Tokens(right)];
        let opaque = Opaque { pieces, precedence: Precedence::Sum, annotation: None, key: Some(key) };
        self.builder.opaque(Rc::new(opaque), vec![left], Ty::Other)
    }

    fn length(&mut self, array: ValueId) -> ValueId {
        let pieces = vec![Piece::Hole(0, Precedence::Postfix), Piece::Tokens(quote!(.len()))];
        let key = Some(Rc::from("# . len ()"));
        let opaque = Opaque { pieces, precedence: Precedence::Postfix, annotation: None, key };
        self.builder.opaque(Rc::new(opaque), vec![array], Ty::Other)
    }

    /// `[element; 8]`.
    fn eight(&mut self, element: f64, name: &str) -> ValueId {
        let inside = vec![Piece::Hole(0, Precedence::Lowest), Piece::Tokens(quote!(; 8))];
        let pieces = vec![Piece::Group(Delimiter::Bracket, inside)];
        let element = self.constant(element);
        let id = self.builder.filled(Rc::new(Filled { pieces, is_vector: false, kept: None }), vec![element]);
        self.builder.name(id, name);
        id
    }

    /// `vec![element; length]`.
    fn vector(&mut self, element: f64, length: ValueId, name: &str) -> ValueId {
        let inside = vec![
            Piece::Hole(0, Precedence::Lowest),
            Piece::Tokens(quote!(;)),
            Piece::Hole(1, Precedence::Lowest),
        ];
        let pieces = vec![Piece::Tokens(quote!(vec!)), Piece::Group(Delimiter::Bracket, inside)];
        let element = self.constant(element);
        let id = self
            .builder
            .filled(Rc::new(Filled { pieces, is_vector: false, kept: None }), vec![element, length]);
        self.builder.name(id, name);
        id
    }

    /// A load as it is written, even of what was stored in the statement before.
    fn load(&mut self, array: ValueId, index: ValueId) -> ValueId {
        self.builder.load_apart(Rc::new(Member::computed_element()), vec![array, index])
    }

    fn store(&mut self, array: ValueId, index: ValueId, value: ValueId) -> ValueId {
        self.builder.store(Rc::new(Member::computed_element()), vec![array, index, value])
    }

    fn accumulate(&mut self, array: ValueId, index: ValueId, value: ValueId) -> ValueId {
        self.builder.accumulate(Rc::new(Member::computed_element()), vec![array, index, value])
    }

    fn primitive(&mut self, primitive: Primitive, operands: &[ValueId]) -> ValueId {
        self.builder.primitive(primitive, operands.to_vec())
    }

    fn item(&mut self) -> ValueId {
        self.builder.argument(Ty::Other, Some(Rc::from("i")))
    }

    fn argument(&mut self, ty: Ty, name: &str) -> ValueId {
        self.builder.argument(ty, (!name.is_empty()).then(|| Rc::from(name)))
    }

    /// A loop whose body is closed with these yields.
    fn repeat(&mut self, domain: Domain, operands: Vec<ValueId>, yields: Vec<ValueId>) -> ValueId {
        let body = self.builder.leave(Terminator::Yield(yields));
        self.builder.repeat(Loop { domain, condition: None, body, can_break: false }, operands)
    }

    fn result(&mut self, owner: ValueId, number: usize, ty: Ty) -> ValueId {
        self.builder.result(owner, number, ty)
    }

    /// Checks the printed function.
    fn check(self, yields: Vec<ValueId>, returned: &TokenStream, expected: &Expect) {
        expected.assert_eq(&self.print(yields, returned));
    }

    /// The function that yields these values and returns as many of them as its type has components.
    fn print(self, yields: Vec<ValueId>, returned: &TokenStream) -> String {
        let function = self.builder.finish(Terminator::Yield(yields));
        let context = Context {
            runtime: quote!(::chainrule),
            parameters: self.parameters.iter().collect(),
            reals: &[],
            pullback: None,
            reserved: Vec::new(),
        };
        let returns = !returned.is_empty();
        let count = returned.to_string().split(',').count();
        let block = body(&function, &context, &|parts| match &parts[..count.min(parts.len())] {
            _ if !returns => TokenStream::new(),
            [part] => part.clone(),
            parts => quote!((#(#parts),*)),
        })
        .tokens;
        let output = returns.then(|| quote!(-> #returned));
        let inputs = &self.inputs;
        let tokens = quote!(fn f(#(#inputs),*) #output { #block });
        let file = syn::parse2(tokens).expect("the function parses");
        prettyplease::unparse(&file)
    }
}

#[test]
fn sum_over_slice() {
    let mut draft = Draft::new();
    let x = draft.slice("x");
    let (start, end) = (draft.opaque(quote!(0)), draft.length(x));
    let zero = draft.constant(0.0);
    draft.builder.enter();
    let i = draft.item();
    let s = draft.argument(REAL, "s");
    let element = draft.load(x, i);
    let sine = draft.primitive(Primitive::sin, &[element]);
    let next = draft.primitive(Primitive::add, &[s, sine]);
    draft.builder.name(next, "s");
    let repeat = draft.repeat(FORWARDS, vec![start, end, zero], vec![next]);
    let total = draft.result(repeat, 0, REAL);
    draft.check(
        vec![total],
        &quote!(f64),
        &expect![[r#"
        fn f(x: &[f64]) -> f64 {
            let mut s: f64 = 0.0;
            for i in 0..x.len() {
                s += ::chainrule::math::sin(x[i]);
            }
            s
        }
    "#]],
    );
}

#[test]
fn carried_values_are_assigned_at_once() {
    let mut draft = Draft::new();
    let (x, n) = (draft.real("x"), draft.parameter(Ty::Other, "n", &quote!(usize), None));
    let start = draft.opaque(quote!(0));
    let one = draft.constant(1.0);
    draft.builder.enter();
    draft.item();
    let (a, b) = (draft.argument(REAL, "a"), draft.argument(REAL, "b"));
    let sum = draft.primitive(Primitive::add, &[a, b]);
    let repeat = draft.repeat(FORWARDS, vec![start, n, one, x], vec![b, sum]);
    let total = draft.result(repeat, 1, REAL);
    draft.check(
        vec![total],
        &quote!(f64),
        &expect![[r#"
        fn f(x: f64, n: usize) -> f64 {
            let mut a: f64 = 1.0;
            let mut b = x;
            for _ in 0..n {
                (a, b) = (b, a + b);
            }
            b
        }
    "#]],
    );
}

#[test]
fn assignments_are_put_in_order() {
    let mut draft = Draft::new();
    let (x, n) = (draft.real("x"), draft.parameter(Ty::Other, "n", &quote!(usize), None));
    let start = draft.opaque(quote!(0));
    let one = draft.constant(1.0);
    draft.builder.enter();
    draft.item();
    let (power, sum) = (draft.argument(REAL, "power"), draft.argument(REAL, "sum"));
    let next_power = draft.primitive(Primitive::mul, &[power, x]);
    let next_sum = draft.primitive(Primitive::add, &[sum, power]);
    let repeat = draft.repeat(FORWARDS, vec![start, n, one, one], vec![next_power, next_sum]);
    let total = draft.result(repeat, 1, REAL);
    draft.check(
        vec![total],
        &quote!(f64),
        &expect![[r#"
        fn f(x: f64, n: usize) -> f64 {
            let mut power: f64 = 1.0;
            let mut sum: f64 = 1.0;
            for _ in 0..n {
                sum += power;
                power *= x;
            }
            sum
        }
    "#]],
    );
}

#[test]
fn while_with_condition() {
    let mut draft = Draft::new();
    let x = draft.real("x");
    let start = draft.opaque(quote!(0));
    draft.builder.enter();
    let value = draft.argument(REAL, "value");
    draft.argument(Ty::Other, "count");
    let one = draft.constant(1.0);
    let goes_on = draft.builder.compare(Comparison::Greater, value, one);
    let condition = draft.builder.leave(Terminator::Yield(vec![goes_on]));
    draft.builder.enter();
    let value = draft.argument(REAL, "value");
    let count = draft.argument(Ty::Other, "count");
    let half = draft.constant(0.5);
    let next = draft.primitive(Primitive::mul, &[value, half]);
    let next_count = draft.sum(count, quote!(+), quote!(1));
    let body = draft.builder.leave(Terminator::Yield(vec![next, next_count]));
    let repeat = Loop { domain: Domain::Endless, condition: Some(condition), body, can_break: false };
    let repeat = draft.builder.repeat(repeat, vec![x, start]);
    let (value, count) = (draft.result(repeat, 0, REAL), draft.result(repeat, 1, Ty::Other));
    draft.check(
        vec![value, count],
        &quote!((f64, usize)),
        &expect![[r#"
        fn f(x: f64) -> (f64, usize) {
            let mut value = x;
            let mut count = 0;
            while value > 1.0 {
                value *= 0.5;
                count += 1;
            }
            (value, count)
        }
    "#]],
    );
}

#[test]
fn newton_breaks() {
    let mut draft = Draft::new();
    let x = draft.real("x");
    let zero = draft.constant(0.0);
    draft.builder.enter();
    let (root, _) = (draft.argument(REAL, "root"), draft.argument(REAL, "error"));
    let quotient = draft.primitive(Primitive::div, &[x, root]);
    let difference = draft.primitive(Primitive::sub, &[root, quotient]);
    let half = draft.constant(0.5);
    let step = draft.primitive(Primitive::mul, &[half, difference]);
    let next = draft.primitive(Primitive::sub, &[root, step]);
    let small = draft.constant(1e-9);
    let size = draft.primitive(Primitive::abs, &[step]);
    let goes_on = draft.builder.compare(Comparison::Greater, size, small);
    let body = draft.builder.leave(Terminator::Yield(vec![goes_on, next, step]));
    let repeat = Loop { domain: Domain::Endless, condition: None, body, can_break: true };
    let repeat = draft.builder.repeat(repeat, vec![x, zero]);
    let (root, error) = (draft.result(repeat, 0, REAL), draft.result(repeat, 1, REAL));
    draft.check(
        vec![root, error],
        &quote!((f64, f64)),
        &expect![[r#"
        fn f(x: f64) -> (f64, f64) {
            let mut root = x;
            let mut error;
            loop {
                let t1 = 0.5 * (root - x / root);
                root -= t1;
                error = t1;
                if !(t1.abs() > 1e-9) {
                    break;
                }
            }
            (root, error)
        }
    "#]],
    );
}

#[test]
fn break_that_looks_at_old_values() {
    let mut draft = Draft::new();
    let x = draft.real("x");
    draft.builder.enter();
    let a = draft.argument(REAL, "a");
    let half = draft.constant(0.5);
    let next = draft.primitive(Primitive::mul, &[a, half]);
    let is_over = draft.builder.compare(Comparison::Less, a, half);
    let goes_on = draft.builder.not(is_over);
    let body = draft.builder.leave(Terminator::Yield(vec![goes_on, next]));
    let repeat = Loop { domain: Domain::Endless, condition: None, body, can_break: true };
    let repeat = draft.builder.repeat(repeat, vec![x]);
    let total = draft.result(repeat, 0, REAL);
    draft.check(
        vec![total],
        &quote!(f64),
        &expect![[r#"
        fn f(x: f64) -> f64 {
            let mut a = x;
            loop {
                let is_over = a < 0.5;
                a *= 0.5;
                if is_over {
                    break;
                }
            }
            a
        }
    "#]],
    );
}

#[test]
fn nested_loops() {
    let mut draft = Draft::new();
    let (x, y) = (draft.slice("x"), draft.real("y"));
    let (start, end) = (draft.opaque(quote!(0)), draft.length(x));
    let zero = draft.constant(0.0);
    let factor = draft.primitive(Primitive::exp, &[y]);
    draft.builder.enter();
    let i = draft.item();
    let total = draft.argument(REAL, "total");
    let scaled = draft.load(x, i);
    draft.builder.enter();
    let j = draft.builder.argument(Ty::Other, Some(Rc::from("j")));
    let inner = draft.argument(REAL, "total");
    let element = draft.load(x, j);
    let product = draft.primitive(Primitive::mul, &[scaled, element]);
    let product = draft.primitive(Primitive::mul, &[product, factor]);
    let next = draft.primitive(Primitive::add, &[inner, product]);
    let body = draft.repeat(FORWARDS, vec![start, end, total], vec![next]);
    let next = draft.result(body, 0, REAL);
    let repeat = draft.repeat(FORWARDS, vec![start, end, zero], vec![next]);
    let total = draft.result(repeat, 0, REAL);
    draft.check(
        vec![total],
        &quote!(f64),
        &expect![[r#"
        fn f(x: &[f64], y: f64) -> f64 {
            let exp_y = ::chainrule::math::exp(y);
            let mut total: f64 = 0.0;
            for i in 0..x.len() {
                let t1 = x[i];
                let mut total_2 = total;
                for j in 0..x.len() {
                    total_2 += t1 * x[j] * exp_y;
                }
                total = total_2;
            }
            total
        }
    "#]],
    );
}

#[test]
fn lent_parameter_in_reversed_loop() {
    let mut draft = Draft::new();
    let (x, slope) = (draft.slice("x"), draft.lent("x_slope"));
    let (start, end) = (draft.opaque(quote!(0)), draft.length(x));
    let cleared = draft.builder.cleared(slope);
    draft.builder.enter();
    let i = draft.item();
    let slope = draft.argument(ARRAY, "");
    let element = draft.load(x, i);
    let cosine = draft.primitive(Primitive::cos, &[element]);
    let next = draft.accumulate(slope, i, cosine);
    let repeat = draft.repeat(BACKWARDS, vec![start, end, cleared], vec![next]);
    let slope = draft.result(repeat, 0, ARRAY);
    draft.check(
        vec![slope],
        &quote!(),
        &expect![[r#"
        fn f(x: &[f64], x_slope: &mut [f64]) {
            x_slope.fill(0.0);
            for i in (0..x.len()).rev() {
                x_slope[i] += ::chainrule::math::cos(x[i]);
            }
        }
    "#]],
    );
}

#[test]
fn stencil_in_place() {
    let mut draft = Draft::new();
    let x = draft.real("x");
    let grid = draft.eight(0.0, "grid");
    let first = draft.opaque(quote!(0));
    let grid = draft.store(grid, first, x);
    let (start, end) = (draft.opaque(quote!(1)), draft.opaque(quote!(8)));
    draft.builder.enter();
    let i = draft.item();
    let inner = draft.argument(ARRAY, "");
    let left = draft.sum(i, quote!(-), quote!(1));
    let neighbour = draft.load(inner, left);
    let sine = draft.primitive(Primitive::sin, &[neighbour]);
    let next = draft.store(inner, i, sine);
    let repeat = draft.repeat(FORWARDS, vec![start, end, grid], vec![next]);
    let grid = draft.result(repeat, 0, ARRAY);
    let last = draft.opaque(quote!(7));
    let last = draft.load(grid, last);
    draft.check(
        vec![last],
        &quote!(f64),
        &expect![[r#"
            fn f(x: f64) -> f64 {
                let mut grid = [0.0; 8];
                grid[0] = x;
                for i in 1..8 {
                    grid[i] = ::chainrule::math::sin(grid[i - 1]);
                }
                grid[7]
            }
        "#]],
    );
}

#[test]
fn old_version_is_used_later() {
    let mut draft = Draft::new();
    let x = draft.real("x");
    let old = draft.eight(1.0, "old");
    let first = draft.opaque(quote!(0));
    let new = draft.store(old, first, x);
    let second = draft.opaque(quote!(1));
    let newer = draft.store(new, second, x);
    let (before, after) = (draft.load(old, first), draft.load(newer, first));
    let sum = draft.primitive(Primitive::add, &[before, after]);
    draft.check(
        vec![sum],
        &quote!(f64),
        &expect![[r#"
            fn f(x: f64) -> f64 {
                let old = [1.0; 8];
                let mut old_2 = old;
                old_2[0] = x;
                old_2[1] = x;
                old[0] + old_2[0]
            }
        "#]],
    );
}

#[test]
fn branch_with_arrays_in_loop() {
    let mut draft = Draft::new();
    let (x, slope) = (draft.slice("x"), draft.lent("x_slope"));
    let (start, end) = (draft.opaque(quote!(0)), draft.length(x));
    let cleared = draft.builder.cleared(slope);
    let zero = draft.constant(0.0);
    draft.builder.enter();
    let i = draft.item();
    let (slope, total) = (draft.argument(ARRAY, ""), draft.argument(REAL, "total"));
    let element = draft.load(x, i);
    let condition = draft.builder.compare(Comparison::Greater, element, zero);
    draft.builder.enter();
    let sum = draft.primitive(Primitive::add, &[total, element]);
    let one = draft.constant(1.0);
    let changed = draft.accumulate(slope, i, one);
    let on_true = draft.builder.leave(Terminator::Yield(vec![changed, sum]));
    draft.builder.enter();
    let on_false = draft.builder.leave(Terminator::Yield(vec![slope, total]));
    let branch = draft.builder.if_else(condition, on_true, on_false);
    let (next, sum) = (draft.result(branch, 0, ARRAY), draft.result(branch, 1, REAL));
    let repeat = draft.repeat(FORWARDS, vec![start, end, cleared, zero], vec![next, sum]);
    let (slope, total) = (draft.result(repeat, 0, ARRAY), draft.result(repeat, 1, REAL));
    draft.check(
        vec![total, slope],
        &quote!(f64),
        &expect![[r#"
            fn f(x: &[f64], x_slope: &mut [f64]) -> f64 {
                x_slope.fill(0.0);
                let mut total: f64 = 0.0;
                for i in 0..x.len() {
                    let t1 = x[i];
                    if t1 > 0.0 {
                        x_slope[i] += 1.0;
                        total += t1;
                    }
                }
                total
            }
        "#]],
    );
}

#[test]
fn branch_that_only_changes_an_array() {
    let mut draft = Draft::new();
    let x = draft.real("x");
    let grid = draft.eight(0.0, "grid");
    let first = draft.opaque(quote!(0));
    let zero = draft.constant(0.0);
    let condition = draft.builder.compare(Comparison::Greater, x, zero);
    draft.builder.enter();
    let changed = draft.store(grid, first, x);
    let on_true = draft.builder.leave(Terminator::Yield(vec![changed]));
    draft.builder.enter();
    let on_false = draft.builder.leave(Terminator::Yield(vec![grid]));
    let branch = draft.builder.if_else(condition, on_true, on_false);
    let grid = draft.result(branch, 0, ARRAY);
    let element = draft.load(grid, first);
    draft.check(
        vec![element],
        &quote!(f64),
        &expect![[r#"
            fn f(x: f64) -> f64 {
                let mut grid = [0.0; 8];
                if x > 0.0 {
                    grid[0] = x;
                }
                grid[0]
            }
        "#]],
    );
}

#[test]
fn arms_with_different_arrays() {
    let mut draft = Draft::new();
    let x = draft.real("x");
    let grid = draft.eight(0.0, "grid");
    let first = draft.opaque(quote!(0));
    let zero = draft.constant(0.0);
    let condition = draft.builder.compare(Comparison::Greater, x, zero);
    draft.builder.enter();
    let other = draft.eight(1.0, "other");
    let changed = draft.store(other, first, x);
    let on_true = draft.builder.leave(Terminator::Yield(vec![changed]));
    draft.builder.enter();
    let on_false = draft.builder.leave(Terminator::Yield(vec![grid]));
    let branch = draft.builder.if_else(condition, on_true, on_false);
    let merged = draft.result(branch, 0, ARRAY);
    draft.builder.name(merged, "merged");
    let merged = draft.store(merged, first, zero);
    let (a, b) = (draft.load(merged, first), draft.load(grid, first));
    let sum = draft.primitive(Primitive::add, &[a, b]);
    draft.check(
        vec![sum],
        &quote!(f64),
        &expect![[r#"
            fn f(x: f64) -> f64 {
                let grid = [0.0_f64; 8];
                let mut merged = if x > 0.0 {
                    let mut other = [1.0; 8];
                    other[0] = x;
                    other
                } else {
                    grid
                };
                merged[0] = 0.0;
                merged[0] + grid[0]
            }
        "#]],
    );
}

#[test]
fn buffers_are_swapped() {
    let mut draft = Draft::new();
    let n = draft.parameter(Ty::Other, "n", &quote!(usize), None);
    let (front, back) = (draft.vector(1.0, n, "front"), draft.vector(0.0, n, "back"));
    let (start, first) = (draft.opaque(quote!(1)), draft.opaque(quote!(0)));
    draft.builder.enter();
    let i = draft.item();
    let (a, b) = (draft.argument(ARRAY, ""), draft.argument(ARRAY, ""));
    let left = draft.sum(i, quote!(-), quote!(1));
    let element = draft.load(a, left);
    let next = draft.accumulate(b, i, element);
    let repeat = draft.repeat(FORWARDS, vec![start, n, front, back], vec![next, a]);
    let front = draft.result(repeat, 0, ARRAY);
    let element = draft.load(front, first);
    draft.check(
        vec![element],
        &quote!(f64),
        &expect![[r#"
            fn f(n: usize) -> f64 {
                let mut front = vec![1.0_f64; n];
                let mut back = vec![0.0; n];
                for i in 1..n {
                    back[i] += front[i - 1];
                    (front, back) = (back, front);
                }
                front[0]
            }
        "#]],
    );
}

#[test]
fn new_array_in_each_iteration() {
    let mut draft = Draft::new();
    let n = draft.parameter(Ty::Other, "n", &quote!(usize), None);
    let state = draft.vector(1.0, n, "state");
    let (start, first) = (draft.opaque(quote!(0)), draft.opaque(quote!(0)));
    draft.builder.enter();
    let i = draft.item();
    let state_before = draft.argument(ARRAY, "");
    let fresh = draft.builder.zero_array(state_before);
    draft.builder.name(fresh, "fresh");
    let element = draft.load(state_before, i);
    let next = draft.accumulate(fresh, i, element);
    let repeat = draft.repeat(FORWARDS, vec![start, n, state], vec![next]);
    let result = draft.result(repeat, 0, ARRAY);
    let element = draft.load(result, first);
    draft.check(
        vec![element],
        &quote!(f64),
        &expect![[r#"
            fn f(n: usize) -> f64 {
                let mut state = vec![1.0_f64; n];
                for i in 0..n {
                    let mut fresh = vec![0.0; n];
                    fresh[i] += state[i];
                    state = fresh;
                }
                state[0]
            }
        "#]],
    );
}

#[test]
fn array_of_before_the_loop_is_used_in_it() {
    let mut draft = Draft::new();
    let n = draft.parameter(Ty::Other, "n", &quote!(usize), None);
    let state = draft.vector(1.0, n, "state");
    let start = draft.opaque(quote!(0));
    draft.builder.enter();
    let i = draft.item();
    let inner = draft.argument(ARRAY, "");
    let element = draft.load(state, i);
    let next = draft.accumulate(inner, i, element);
    let repeat = draft.repeat(FORWARDS, vec![start, n, state], vec![next]);
    let result = draft.result(repeat, 0, ARRAY);
    let element = draft.load(result, start);
    draft.check(
        vec![element],
        &quote!(f64),
        &expect![[r#"
            fn f(n: usize) -> f64 {
                let state = vec![1.0_f64; n];
                let mut state_2 = ::core::clone::Clone::clone(&state);
                for i in 0..n {
                    state_2[i] += state[i];
                }
                state_2[0]
            }
        "#]],
    );
}

#[test]
fn sums_of_arrays() {
    let mut draft = Draft::new();
    let (x, slope) = (draft.slice("x"), draft.lent("x_slope"));
    let first = draft.opaque(quote!(0));
    let cleared = draft.builder.cleared(slope);
    let zeros = draft.builder.zero_array(x);
    draft.builder.name(zeros, "part");
    let one = draft.constant(1.0);
    let part = draft.accumulate(zeros, first, one);
    let total = draft.builder.join_arrays(cleared, part);
    let copy = draft.accumulate(x, first, one);
    let total = draft.builder.join_arrays(total, copy);
    draft.check(
        vec![total],
        &quote!(),
        &expect![[r#"
        fn f(x: &[f64], x_slope: &mut [f64]) {
            x_slope.fill(0.0);
            let mut part = x.to_vec();
            part.fill(0.0);
            part[0] += 1.0;
            ::chainrule::__private::join(x_slope, &part);
            let mut x_2 = x.to_vec();
            x_2[0] += 1.0;
            ::chainrule::__private::join(x_slope, &x_2);
        }
    "#]],
    );
}

#[test]
fn first_values_that_the_body_overwrites() {
    let mut draft = Draft::new();
    let x = draft.real("x");
    let zero = draft.constant(0.0);
    draft.builder.enter();
    let (a, _) = (draft.argument(REAL, "a"), draft.argument(REAL, "last"));
    let half = draft.constant(0.5);
    let next = draft.primitive(Primitive::mul, &[a, half]);
    let last = draft.primitive(Primitive::sin, &[a]);
    let goes_on = draft.builder.compare(Comparison::NotEqual, next, zero);
    let body = draft.builder.leave(Terminator::Yield(vec![goes_on, next, last]));
    let repeat = Loop { domain: Domain::Endless, condition: None, body, can_break: true };
    let repeat = draft.builder.repeat(repeat, vec![x, zero]);
    let last = draft.result(repeat, 1, REAL);
    draft.check(
        vec![last],
        &quote!(f64),
        &expect![[r#"
        fn f(x: f64) -> f64 {
            let mut a = x;
            let mut last;
            loop {
                let t1 = a * 0.5;
                last = ::chainrule::math::sin(a);
                a = t1;
                if t1 == 0.0 {
                    break;
                }
            }
            last
        }
    "#]],
    );
}

#[test]
fn long_loops_are_cut() {
    let mut draft = Draft::new();
    let x = draft.real("x");
    let first = draft.opaque(quote!(0));
    let mut grid = draft.eight(0.0, "grid");
    let mut value = x;
    for number in 0..150 {
        let factor = draft.constant(f64::from(number) + 1.5);
        value = draft.primitive(Primitive::mul, &[value, factor]);
        value = draft.primitive(Primitive::sin, &[value]);
        grid = draft.store(grid, first, value);
    }
    let element = draft.load(grid, first);
    let function = draft.print(vec![element], &quote!(f64));
    let lines: Vec<&str> =
        function.lines().map(str::trim).filter(|line| line.contains("grid") && line.contains('=')).collect();
    expect![[r#"
        let (mut grid, t128) = {
        let mut grid = [0.0; 8];
        grid[0] = ::chainrule::math::sin(t149 * 150.5);"#]]
    .assert_eq(&[lines[0], lines[1], lines[lines.len() - 1]].join("\n"));
}

#[test]
fn branch_that_breaks() {
    let mut draft = Draft::new();
    let x = draft.slice("x");
    let (start, end) = (draft.opaque(quote!(0)), draft.length(x));
    let zero = draft.constant(0.0);
    draft.builder.enter();
    let i = draft.item();
    let (total, count) = (draft.argument(REAL, "total"), draft.argument(Ty::Other, "count"));
    let element = draft.load(x, i);
    let condition = draft.builder.compare(Comparison::Less, element, zero);
    draft.builder.enter();
    let goes_on = draft.opaque(quote!(false));
    let on_true = draft.builder.leave(Terminator::Yield(vec![goes_on, total, count]));
    draft.builder.enter();
    let goes_on = draft.opaque(quote!(true));
    let sum = draft.primitive(Primitive::add, &[total, element]);
    draft.builder.name(sum, "total");
    let next_count = draft.sum(count, quote!(+), quote!(1));
    let on_false = draft.builder.leave(Terminator::Yield(vec![goes_on, sum, next_count]));
    let branch = draft.builder.if_else(condition, on_true, on_false);
    let goes_on = draft.result(branch, 0, Ty::Bool);
    let (sum, next_count) = (draft.result(branch, 1, REAL), draft.result(branch, 2, Ty::Other));
    let body = draft.builder.leave(Terminator::Yield(vec![goes_on, sum, next_count]));
    let repeat = Loop { domain: FORWARDS, condition: None, body, can_break: true };
    let repeat = draft.builder.repeat(repeat, vec![start, end, zero, start]);
    let (total, count) = (draft.result(repeat, 0, REAL), draft.result(repeat, 1, Ty::Other));
    draft.check(
        vec![total, count],
        &quote!((f64, usize)),
        &expect![[r#"
            fn f(x: &[f64]) -> (f64, usize) {
                let mut total: f64 = 0.0;
                let mut count = 0;
                for i in 0..x.len() {
                    let t1 = x[i];
                    if t1 < 0.0 {
                        break;
                    }
                    total += t1;
                    count += 1;
                }
                (total, count)
            }
        "#]],
    );
}

#[test]
fn branch_before_other_assignments() {
    let mut draft = Draft::new();
    let x = draft.slice("x");
    let (start, end) = (draft.opaque(quote!(0)), draft.length(x));
    let zero = draft.constant(0.0);
    draft.builder.enter();
    let i = draft.item();
    let (total, last) = (draft.argument(REAL, "total"), draft.argument(REAL, "last"));
    let element = draft.load(x, i);
    let condition = draft.builder.compare(Comparison::Less, element, last);
    draft.builder.enter();
    let on_true = draft.builder.leave(Terminator::Yield(vec![total]));
    draft.builder.enter();
    let sum = draft.primitive(Primitive::add, &[total, last]);
    let on_false = draft.builder.leave(Terminator::Yield(vec![sum]));
    let branch = draft.builder.if_else(condition, on_true, on_false);
    let sum = draft.result(branch, 0, REAL);
    let repeat = draft.repeat(FORWARDS, vec![start, end, zero, zero], vec![sum, element]);
    let total = draft.result(repeat, 0, REAL);
    draft.check(
        vec![total],
        &quote!(f64),
        &expect![[r#"
        fn f(x: &[f64]) -> f64 {
            let mut total: f64 = 0.0;
            let mut last: f64 = 0.0;
            for i in 0..x.len() {
                let t1 = x[i];
                if !(t1 < last) {
                    total += last;
                }
                last = t1;
            }
            total
        }
    "#]],
    );
}

#[test]
fn old_total_is_used_behind_the_branch() {
    let mut draft = Draft::new();
    let x = draft.slice("x");
    let (start, end) = (draft.opaque(quote!(0)), draft.length(x));
    let zero = draft.constant(0.0);
    draft.builder.enter();
    let i = draft.item();
    let (total, last) = (draft.argument(REAL, "total"), draft.argument(REAL, "last"));
    let element = draft.load(x, i);
    let condition = draft.builder.compare(Comparison::Less, element, last);
    draft.builder.enter();
    let on_true = draft.builder.leave(Terminator::Yield(vec![total]));
    draft.builder.enter();
    let sum = draft.primitive(Primitive::add, &[total, last]);
    let on_false = draft.builder.leave(Terminator::Yield(vec![sum]));
    let branch = draft.builder.if_else(condition, on_true, on_false);
    let sum = draft.result(branch, 0, REAL);
    let repeat = draft.repeat(FORWARDS, vec![start, end, zero, zero], vec![sum, total]);
    let total = draft.result(repeat, 0, REAL);
    draft.check(
        vec![total],
        &quote!(f64),
        &expect![[r#"
        fn f(x: &[f64]) -> f64 {
            let mut total: f64 = 0.0;
            let mut last: f64 = 0.0;
            for i in 0..x.len() {
                let t1 = if x[i] < last { total } else { total + last };
                last = total;
                total = t1;
            }
            total
        }
    "#]],
    );
}

#[test]
fn arrays_are_handed_out_of_blocks_to_be_changed() {
    let mut draft = Draft::new();
    let x = draft.real("x");
    let first = draft.opaque(quote!(0));
    let (read, mut written) = (draft.eight(0.5, "read"), draft.eight(0.0, "written"));
    let mut value = x;
    for number in 0..600 {
        value = draft.primitive(Primitive::sin, &[value]);
        draft.builder.name(value, "value");
        if number % 300 == 299 {
            written = draft.accumulate(written, first, value);
        }
    }
    let (read, written) = (draft.load(read, first), draft.load(written, first));
    let sum = draft.primitive(Primitive::add, &[read, written]);
    let function = draft.print(vec![sum], &quote!(f64));
    let lines: Vec<&str> = function
        .lines()
        .map(str::trim)
        .filter(|line| line.contains("read") || line.contains("written"))
        .collect();
    expect![[r#"
        let (read, mut written, value_254) = {
        let read = [0.5_f64; 8];
        let written = [0.0; 8];
        (read, written, value_254)
        written[0] += value_300;
        written[0] += value_600;
        read[0] + written[0]"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn wholes_and_arrays_of_unknown_make_are_carried() {
    let mut draft = Draft::new();
    let n = draft.parameter(Ty::Other, "n", &quote!(usize), None);
    let state = draft.parameter(Ty::Whole, "state", &quote!(State), None);
    let start = draft.opaque(quote!(0));
    draft.builder.enter();
    draft.item();
    let inner = draft.argument(Ty::Whole, "state");
    let call = Opaque {
        pieces: vec![
            Piece::Tokens(quote!(step)),
            Piece::Group(Delimiter::Parenthesis, vec![Piece::Hole(0, Precedence::Lowest)]),
        ],
        precedence: Precedence::Postfix,
        annotation: None,
        key: Some(Rc::from("step(#)")),
    };
    let next = draft.builder.opaque(Rc::new(call), vec![inner], Ty::Whole);
    let repeat = draft.repeat(FORWARDS, vec![start, n, state], vec![next]);
    let state = draft.result(repeat, 0, Ty::Whole);
    draft.check(
        vec![state],
        &quote!(State),
        &expect![[r#"
        fn f(n: usize, state: State) -> State {
            let mut state_2 = ::core::clone::Clone::clone(&state);
            for _ in 0..n {
                state_2 = step(state_2);
            }
            state_2
        }
    "#]],
    );
}

#[test]
fn condition_with_statements() {
    let mut draft = Draft::new();
    let x = draft.slice("x");
    let start = draft.opaque(quote!(0));
    draft.builder.enter();
    let count = draft.argument(Ty::Other, "count");
    let element = draft.load(x, count);
    let square = draft.primitive(Primitive::mul, &[element, element]);
    let one = draft.constant(1.0);
    let goes_on = draft.builder.compare(Comparison::Equal, square, one);
    let condition = draft.builder.leave(Terminator::Yield(vec![goes_on]));
    draft.builder.enter();
    let count = draft.argument(Ty::Other, "count");
    let next = draft.sum(count, quote!(+), quote!(1));
    let body = draft.builder.leave(Terminator::Yield(vec![next]));
    let repeat = Loop { domain: Domain::Endless, condition: Some(condition), body, can_break: false };
    let repeat = draft.builder.repeat(repeat, vec![start]);
    let count = draft.result(repeat, 0, Ty::Other);
    draft.check(
        vec![count],
        &quote!(usize),
        &expect![[r#"
        fn f(x: &[f64]) -> usize {
            let mut count = 0;
            loop {
                let t1 = x[count];
                if t1 * t1 != 1.0 {
                    break;
                }
                count += 1;
            }
            count
        }
    "#]],
    );
}

#[test]
fn old_version_is_read_in_a_condition() {
    let mut draft = Draft::new();
    let x = draft.real("x");
    let first = draft.opaque(quote!(0));
    let grid = draft.eight(0.0, "grid");
    let grid = draft.store(grid, first, x);
    let element = draft.load(grid, first);
    let sine = draft.primitive(Primitive::sin, &[element]);
    let zero = draft.constant(0.0);
    let changed = draft.store(grid, first, zero);
    let new = draft.load(changed, first);
    let sum = draft.primitive(Primitive::add, &[sine, new]);
    draft.check(
        vec![sum],
        &quote!(f64),
        &expect![[r#"
        fn f(x: f64) -> f64 {
            let mut grid = [0.0; 8];
            grid[0] = x;
            let t1 = grid[0];
            grid[0] = 0.0;
            ::chainrule::math::sin(t1) + grid[0]
        }
    "#]],
    );
}

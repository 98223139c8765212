//! Loops and arrays in every pass: functions built by hand, their values before and after, and their tangents against
//! differences.

use std::rc::Rc;

use proc_macro2::TokenStream;
use quote::quote;

use super::super::forward::{Calls, forward};
use super::super::prune::prune;
use super::super::{copy, fuse, joined, reciprocal, seeded, shared};
use super::interpreter::{Datum, check, run};
use super::{Request, request};
use crate::graph::{
    Builder, Call, Callee, Comparison, Constant, Domain, Filled, Form, Function, Loop, Member, Op, Opaque,
    Precedence, Scalar, Sibling, Terminator, Ty, ValueId,
};
use crate::rules::Primitive;

const REAL: Ty = Ty::Real(Scalar::F64);
const ARRAY: Ty = Ty::Array(Scalar::F64);
const UP: Domain = Domain::Range { is_closed: false, is_reversed: false };
const DOWN: Domain = Domain::Range { is_closed: false, is_reversed: true };

/// A builder with short names for what these tests build.
struct Body(Builder);

impl Body {
    fn number(&mut self, value: f64) -> ValueId {
        self.0.constant(REAL, Constant::new(value))
    }

    fn apply(&mut self, primitive: Primitive, operands: &[ValueId]) -> ValueId {
        self.0.primitive(primitive, operands.to_vec())
    }

    fn add(&mut self, left: ValueId, right: ValueId) -> ValueId {
        self.apply(Primitive::add, &[left, right])
    }

    fn mul(&mut self, left: ValueId, right: ValueId) -> ValueId {
        self.apply(Primitive::mul, &[left, right])
    }

    fn integer(&mut self, value: i32) -> ValueId {
        self.0.integer(value)
    }

    fn opaque(&mut self, key: &str, operand: ValueId, ty: Ty) -> ValueId {
        let opaque = Opaque::leaf(TokenStream::new(), Precedence::Postfix);
        let opaque = Opaque { key: Some(Rc::from(key)), ..opaque };
        self.0.opaque(Rc::new(opaque), vec![operand], ty)
    }

    fn length(&mut self, array: ValueId) -> ValueId {
        self.opaque("length", array, Ty::Other)
    }

    fn next(&mut self, integer: ValueId) -> ValueId {
        self.opaque("next", integer, Ty::Other)
    }

    fn load(&mut self, array: ValueId, index: ValueId) -> ValueId {
        self.0.load(Rc::new(Member::computed_element()), vec![array, index])
    }

    fn store(&mut self, array: ValueId, index: ValueId, value: ValueId) -> ValueId {
        self.0.store(Rc::new(Member::computed_element()), vec![array, index, value])
    }

    fn accumulate(&mut self, array: ValueId, index: ValueId, value: ValueId) -> ValueId {
        self.0.accumulate(Rc::new(Member::computed_element()), vec![array, index, value])
    }

    fn filled(&mut self, element: ValueId, length: ValueId) -> ValueId {
        let filled = Filled { pieces: Vec::new(), is_vector: false, kept: None };
        self.0.filled(Rc::new(filled), vec![element, length])
    }

    /// A loop; the results.
    fn repeat(
        &mut self,
        shape: Shape<'_>,
        initial: &[ValueId],
        body: impl FnOnce(&mut Self, &[ValueId]) -> Vec<ValueId>,
    ) -> Vec<ValueId> {
        let types: Vec<Ty> = initial.iter().map(|&id| self.0.graph().value(id).ty).collect();
        let arguments = |body: &mut Self| -> Vec<ValueId> {
            body.0.enter();
            let items = (0..shape.domain.items()).map(|_| (Ty::Other, "i".to_owned()));
            let carried = types.iter().enumerate().map(|(number, &ty)| (ty, format!("c{number}")));
            let arguments: Vec<(Ty, String)> = items.chain(carried).collect();
            arguments.into_iter().map(|(ty, name)| body.0.argument(ty, Some(Rc::from(name)))).collect()
        };
        let condition = shape.condition.map(|condition| {
            let arguments = arguments(self);
            let goes_on = condition(self, &arguments);
            self.0.leave(Terminator::Yield(vec![goes_on]))
        });
        let arguments = arguments(self);
        let yields = body(self, &arguments);
        let body = self.0.leave(Terminator::Yield(yields));
        let repeat = Loop { domain: shape.domain, condition, body, can_break: shape.can_break };
        let made = self.0.repeat(repeat, shape.bounds.iter().chain(initial).copied().collect());
        types.iter().enumerate().map(|(number, &ty)| self.0.result(made, number, ty)).collect()
    }

    /// The results of a branch.
    fn either(
        &mut self,
        condition: ValueId,
        on_true: impl FnOnce(&mut Self) -> Vec<ValueId>,
        on_false: impl FnOnce(&mut Self) -> Vec<ValueId>,
    ) -> Vec<ValueId> {
        self.0.enter();
        let yields = on_true(self);
        let types: Vec<Ty> = yields.iter().map(|&id| self.0.graph().value(id).ty).collect();
        let on_true = self.0.leave(Terminator::Yield(yields));
        self.0.enter();
        let yields = on_false(self);
        let on_false = self.0.leave(Terminator::Yield(yields));
        let branch = self.0.if_else(condition, on_true, on_false);
        types.iter().enumerate().map(|(number, &ty)| self.0.result(branch, number, ty)).collect()
    }

    /// The sum of the elements of an array.
    fn sum(&mut self, array: ValueId) -> ValueId {
        let (first, length) = (self.integer(0), self.length(array));
        let zero = self.number(0.0);
        self.repeat(Shape::over(UP, [first, length]), &[zero], |body, arguments| {
            let [item, sum] = arguments[..] else { panic!("two arguments") };
            let element = body.load(array, item);
            vec![body.add(sum, element)]
        })[0]
    }
}

type Condition<'a> = &'a dyn Fn(&mut Body, &[ValueId]) -> ValueId;

#[derive(Clone)]
struct Shape<'a> {
    domain: Domain,
    bounds: Vec<ValueId>,
    condition: Option<Condition<'a>>,
    can_break: bool,
}

impl<'a> Shape<'a> {
    fn over(domain: Domain, bounds: [ValueId; 2]) -> Self {
        Self { domain, bounds: bounds.to_vec(), condition: None, can_break: false }
    }

    fn while_true(condition: Option<Condition<'a>>) -> Self {
        Self { domain: Domain::Endless, bounds: Vec::new(), condition, can_break: condition.is_none() }
    }
}

/// A function of these parameters.
fn function(types: &[Ty], body: impl FnOnce(&mut Body, &[ValueId]) -> Vec<ValueId>) -> Function {
    let mut builder = Builder::new(false);
    let names = ["x", "y", "z"];
    let parameters: Vec<ValueId> =
        types.iter().zip(names).map(|(&ty, name)| builder.parameter(ty, name)).collect();
    let mut open = Body(builder);
    let yields = body(&mut open, &parameters);
    open.0.finish(Terminator::Yield(yields))
}

/// `x.iter().map(|x| x * x).sum()`, with things that nobody needs in it.
fn sum_of_squares() -> Function {
    function(&[ARRAY], |body, parameters| {
        let x = parameters[0];
        let (first, length) = (body.integer(0), body.length(x));
        let (zero, one) = (body.number(0.0), body.number(1.0));
        let results =
            body.repeat(Shape::over(UP, [first, length]), &[zero, one, x, one], |body, arguments| {
                let [item, sum, unused, array, unchanged] = arguments[..] else { panic!("five arguments") };
                let element = body.load(array, item);
                let square = body.mul(element, element);
                let scaled = body.mul(square, unchanged);
                vec![body.add(sum, scaled), body.mul(unused, element), array, unchanged]
            });
        vec![results[0]]
    })
}

/// `for _ in 0..5 { (c, d) = (sin(c) * x, c + d * y) }`.
fn recurrence() -> Function {
    function(&[REAL, REAL], |body, parameters| {
        let (x, y) = (parameters[0], parameters[1]);
        let (first, last) = (body.integer(0), body.integer(5));
        let (start, other) = (body.number(0.5), body.number(0.0));
        body.repeat(Shape::over(UP, [first, last]), &[start, other], |body, arguments| {
            let (c, d) = (arguments[1], arguments[2]);
            let sine = body.apply(Primitive::sin, &[c]);
            let product = body.mul(d, y);
            vec![body.mul(sine, x), body.add(c, product)]
        })
    })
}

/// `while s < 10.0 { s = s * x + y; n += 1 }`, and `n` as a real.
fn while_small() -> Function {
    function(&[REAL, REAL], |body, parameters| {
        let (x, y) = (parameters[0], parameters[1]);
        let zero = body.integer(0);
        let condition: Condition<'_> = &|body, arguments| {
            let limit = body.number(10.0);
            body.0.compare(Comparison::Less, arguments[0], limit)
        };
        let shape = Shape::while_true(Some(condition));
        let results = body.repeat(shape, &[x, zero], |body, arguments| {
            let factor = body.number(1.5);
            let scaled = body.mul(arguments[0], x);
            let moved = body.add(scaled, y);
            let count = body.next(arguments[1]);
            vec![body.add(moved, factor), count]
        });
        let count = body.opaque("as real", results[1], REAL);
        vec![body.mul(results[0], count)]
    })
}

/// Three loops that change an array in place.
fn stencil() -> Function {
    function(&[ARRAY, REAL], |body, parameters| {
        let (x, y) = (parameters[0], parameters[1]);
        let (one, zero, length) = (body.integer(1), body.integer(0), body.length(x));
        let (nothing, start) = (body.number(0.0), body.mul(y, y));
        let blank = body.filled(nothing, length);
        let full = body.filled(start, length);
        // blank[i] = x[0] * x[i]
        let products = body.repeat(Shape::over(UP, [one, length]), &[blank], |body, arguments| {
            let (left, right) = (body.load(x, zero), body.load(x, arguments[0]));
            let product = body.mul(left, right);
            vec![body.store(arguments[1], arguments[0], product)]
        })[0];
        // products[i] = products[i] * y + products[0]; products[0] += x[i]
        let swept = body.repeat(Shape::over(DOWN, [one, length]), &[products], |body, arguments| {
            let (here, first) = (body.load(arguments[1], arguments[0]), body.load(arguments[1], zero));
            let scaled = body.mul(here, y);
            let value = body.add(scaled, first);
            let stored = body.store(arguments[1], arguments[0], value);
            let element = body.load(x, arguments[0]);
            vec![body.accumulate(stored, zero, element)]
        })[0];
        let joined = body.0.join_arrays(swept, full);
        let nothing = body.0.zero_array(joined);
        let joined = body.0.join_arrays(nothing, joined);
        let total = body.sum(joined);
        vec![total, swept]
    })
}

/// `loop { s += x * n; n += 1; t *= s; if s > 5.0 { break } }`.
fn with_break() -> Function {
    function(&[REAL, REAL], |body, parameters| {
        let (x, y) = (parameters[0], parameters[1]);
        let (zero, one) = (body.number(0.0), body.number(1.0));
        body.repeat(Shape::while_true(None), &[zero, one, y], |body, arguments| {
            let (one, limit) = (body.number(1.0), body.number(5.0));
            let step = body.mul(x, arguments[1]);
            let sum = body.add(arguments[0], step);
            let count = body.add(arguments[1], one);
            let product = body.mul(arguments[2], sum);
            let goes_on = body.0.compare(Comparison::LessEqual, sum, limit);
            vec![goes_on, sum, count, product]
        })
    })
}

/// `for i { for j { s += x[i] * x[j] * y / z; t = t * y } }`, with an inner loop that leaves something unchanged.
fn nested() -> Function {
    function(&[ARRAY, REAL, REAL], |body, parameters| {
        let [x, y, z] = parameters[..] else { panic!("three parameters") };
        let (first, length) = (body.integer(0), body.length(x));
        let (zero, one) = (body.number(0.0), body.number(1.0));
        let shape = Shape::over(UP, [first, length]);
        body.repeat(shape.clone(), &[zero, one, y], |body, outer| {
            let left = body.load(x, outer[0]);
            let results = body.repeat(shape, &outer[1..], |body, inner| {
                let right = body.load(x, inner[0]);
                let product = body.mul(left, right);
                let product = body.mul(product, inner[3]);
                let product = body.apply(Primitive::div, &[product, z]);
                vec![body.add(inner[1], product), inner[2], inner[3]]
            });
            let grown = body.mul(results[1], y);
            let grown = body.apply(Primitive::sqrt, &[grown]);
            vec![results[0], grown, results[2]]
        })
    })
}

/// `for x in x { s = if x > 1.0 { s + ln(x) } else { s * x }; t += if x > 1.0 { s * x } else { y }.max(1.0) }`.
fn with_branches() -> Function {
    function(&[ARRAY, REAL], |body, parameters| {
        let (x, y) = (parameters[0], parameters[1]);
        let (first, length) = (body.integer(0), body.length(x));
        let (zero, one) = (body.number(0.0), body.number(1.0));
        body.repeat(Shape::over(UP, [first, length]), &[one, zero], |body, arguments| {
            let [item, s, t] = arguments[..] else { panic!("three arguments") };
            let element = body.load(x, item);
            let one = body.number(1.0);
            let condition = body.0.compare(Comparison::Greater, element, one);
            let s = body.either(
                condition,
                |body| {
                    let logarithm = body.apply(Primitive::ln, &[element]);
                    vec![body.add(s, logarithm)]
                },
                |body| vec![body.mul(s, element)],
            )[0];
            let more = body.either(condition, |body| vec![body.mul(s, element)], |_| vec![y])[0];
            let more = body.apply(Primitive::max, &[more, one]);
            vec![s, body.add(t, more)]
        })
    })
}

/// All of them, with arguments.
fn examples() -> Vec<(Function, Vec<Datum>)> {
    let array = || Datum::Array(vec![0.7, 1.3, -0.4, 1.9]);
    let number = Datum::Number;
    vec![
        (sum_of_squares(), vec![array()]),
        (recurrence(), vec![number(1.3), number(0.6)]),
        (while_small(), vec![number(1.2), number(0.3)]),
        (stencil(), vec![array(), number(0.8)]),
        (with_break(), vec![number(0.7), number(1.1)]),
        (nested(), vec![array(), number(0.8), number(1.7)]),
        (with_branches(), vec![array(), number(0.3)]),
    ]
}

fn count(function: &Function, is_wanted: impl Fn(&Op) -> bool) -> usize {
    let graph = &function.graph;
    graph.ids().filter(|&id| is_wanted(&graph.value(id).op)).count()
}

fn loops(function: &Function) -> Vec<ValueId> {
    function.graph.ids().filter(|&id| function.graph.repeat(id).is_some()).collect()
}

/// Data along which there is something to see in every float.
fn direction(like: &[Datum]) -> Vec<Datum> {
    let wave = |number: usize| (f64::from(u32::try_from(number).expect("few floats")) * 1.3 + 0.4).cos();
    let along = |place: usize, datum: &Datum| match datum {
        Datum::Number(_) => Datum::Number(wave(place)),
        Datum::Array(elements) => {
            Datum::Array((0..elements.len()).map(|index| wave(place + index)).collect())
        }
    };
    like.iter().enumerate().map(|(place, datum)| along(place * 3, datum)).collect()
}

fn moved(data: &[Datum], along: &[Datum], step: f64) -> Vec<Datum> {
    let sum = |datum: &Datum, along: &Datum| match (datum, along) {
        (Datum::Number(number), Datum::Number(along)) => Datum::Number(number + step * along),
        (Datum::Array(elements), Datum::Array(along)) => {
            Datum::Array(elements.iter().zip(along).map(|(element, along)| element + step * along).collect())
        }
        _ => panic!("data of one form"),
    };
    data.iter().zip(along).map(|(datum, along)| sum(datum, along)).collect()
}

fn floats(data: &[Datum]) -> Vec<f64> {
    data.iter().flat_map(|datum| datum.floats().iter().copied()).collect()
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let is_close = (found - expected).abs() <= tolerance * expected.abs().max(1.0);
        assert!(is_close, "{index}: {found}, not {expected}");
    }
}

/// The derivative of what a function yields, by differences.
fn differences(function: &Function, arguments: &[Datum], along: &[Datum]) -> Vec<f64> {
    let step = 1e-6;
    let [after, before] = [step, -step].map(|step| floats(&run(function, &moved(arguments, along, step))));
    after.iter().zip(before).map(|(after, before)| (after - before) / (2.0 * step)).collect()
}

fn with_tangents(function: &Function) -> Function {
    forward(function, &function.parameters, Calls::ByGradients, false)
}

/// Checks the tangents that come, in the yields, after the values.
fn assert_tangents(function: &Function, derived: &Function, arguments: &[Datum]) {
    let along = direction(arguments);
    let values = floats(&run(function, arguments));
    let found = floats(&run(derived, &[arguments, &along].concat()));
    assert_close(&found[..values.len()], &values, 0.0);
    assert_close(&found[values.len()..], &differences(function, arguments, &along), 1e-7);
}

#[test]
fn passes_keep_values() {
    for (function, arguments) in examples() {
        let expected = run(&function, &arguments);
        assert!(floats(&expected).iter().all(|number| number.is_finite()));
        let copied = copy::rewritten(&function, false, &mut |_, _| None);
        assert_eq!(run(&copied, &arguments), expected);
        assert_eq!(run(&prune(function.clone(), false), &arguments), expected);
        assert_eq!(run(&fuse::fuse(&function, false), &arguments), expected);
        assert_eq!(run(&joined(function, false), &arguments), expected);
    }
}

#[test]
fn tangents_go_through_loops() {
    for (function, arguments) in examples() {
        let derived = with_tangents(&function);
        assert_tangents(&function, &derived, &arguments);
        let derived = shared(joined(derived, false), 0, false);
        assert_tangents(&function, &derived, &arguments);
        assert_tangents(
            &derived,
            &with_tangents(&derived),
            &[&arguments[..], &direction(&arguments)].concat(),
        );
    }
}

#[test]
fn what_does_not_depend_on_seeds_is_done_once() {
    for (function, arguments) in examples() {
        let along = direction(&arguments);
        let request = Request { with_value: true, ..request(&function.parameters) };
        let separated = seeded::columns(&function, &request).expect("no effects");
        let values = floats(&run(&function, &arguments));
        let found = floats(&run(&separated, &[&arguments[..], &along].concat()));
        assert_close(&found[..values.len()], &values, 1e-12);
        assert_close(&found[values.len()..], &differences(&function, &arguments, &along), 1e-7);
    }
}

#[test]
fn only_what_is_used_is_carried() {
    let pruned = prune(sum_of_squares(), false);
    let found = loops(&pruned);
    assert_eq!(found.iter().map(|&id| pruned.graph.carried_count(id)).collect::<Vec<_>>(), [1]);
    let pruned = prune(nested(), false);
    let mut counts: Vec<usize> = loops(&pruned).iter().map(|&id| pruned.graph.carried_count(id)).collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 2]);
}

#[test]
fn a_loop_that_nobody_needs_goes() {
    let is_loop = |op: &Op| matches!(op, Op::Loop(_));
    let build = |has_effect: bool| {
        function(&[REAL], |body, parameters| {
            let x = parameters[0];
            let (first, last) = (body.integer(0), body.integer(3));
            body.repeat(Shape::over(UP, [first, last]), &[x, x], |body, arguments| {
                if has_effect {
                    let opaque = Opaque::leaf(quote!(check), Precedence::Postfix);
                    body.0.effect(Rc::new(opaque), vec![arguments[1]]);
                }
                vec![body.mul(arguments[1], x), body.mul(arguments[2], x)]
            });
            vec![x]
        })
    };
    let pruned = prune(build(false), false);
    assert_eq!(count(&pruned, is_loop), 0);
    let pruned = prune(build(true), false);
    check(&pruned);
    assert_eq!(loops(&pruned).iter().map(|&id| pruned.graph.carried_count(id)).collect::<Vec<_>>(), [1]);
}

#[test]
fn branches_in_a_loop_are_joined() {
    let function = with_branches();
    let is_branch = |op: &Op| matches!(op, Op::Branch(_));
    assert_eq!(count(&function, is_branch), 2);
    assert_eq!(count(&joined(function, false), is_branch), 1);
}

/// The items of the loop that carries a tangent are named for what is carried.
#[test]
fn tangents_are_named() {
    let derived = joined(with_tangents(&recurrence()), false);
    let [id] = loops(&derived)[..] else { panic!("one loop") };
    let repeat = derived.graph.repeat(id).expect("a loop");
    let name = |&id: &ValueId| derived.graph.value(id).note.name.as_ref().map(ToString::to_string);
    let names: Vec<String> = derived.graph.region(repeat.body).arguments.iter().filter_map(name).collect();
    assert_eq!(names, ["i", "c0", "c1", "c0_dot", "c1_dot"]);
}

/// A quotient that the number of iterations depends on is none to be rewritten.
#[test]
fn what_ends_a_loop_is_exact() {
    let function = function(&[REAL, REAL], |body, parameters| {
        let (x, y) = (parameters[0], parameters[1]);
        let condition: Condition<'_> = &|body, arguments| {
            let limit = body.number(10.0);
            body.0.compare(Comparison::Less, arguments[0], limit)
        };
        let shape = Shape::while_true(Some(condition));
        let one = body.number(1.0);
        body.repeat(shape, &[one, x], |body, arguments| {
            let exact = body.apply(Primitive::div, &[arguments[0], y]);
            let other = body.apply(Primitive::div, &[arguments[1], y]);
            vec![body.add(exact, x), other]
        })
    });
    let exact = reciprocal::exact_values(&function, 0);
    let quotients = function
        .graph
        .ids()
        .filter(|&id| matches!(function.graph.value(id).op, Op::Primitive(Primitive::div)));
    assert_eq!(quotients.map(|id| exact.contains(&id)).collect::<Vec<_>>(), [true, false]);
}

/// What stays finite needs no guard, and what may not has one.
#[test]
fn guards_are_where_something_may_be_infinite() {
    let is_select = |op: &Op| matches!(op, Op::Select);
    for function in [sum_of_squares(), recurrence(), while_small(), stencil(), with_break()] {
        assert_eq!(count(&with_tangents(&function), is_select), 0);
    }
    let roots = function(&[REAL, REAL], |body, parameters| {
        let (x, y) = (parameters[0], parameters[1]);
        let (first, last) = (body.integer(0), body.integer(2));
        let root = body.repeat(Shape::over(UP, [first, last]), &[x], |body, arguments| {
            vec![body.apply(Primitive::sqrt, &[arguments[1]])]
        })[0];
        vec![body.mul(root, y)]
    });
    let derived = joined(with_tangents(&roots), false);
    let found = run(&derived, &[0.0, 0.0, 1.0, 1.0].map(Datum::Number));
    assert_eq!(floats(&found), [0.0, 0.0]);
}

/// In a loop, a call of a function and one of its sibling become one.
#[test]
fn calls_in_a_loop_are_joined() {
    let function = function(&[REAL], |body, parameters| {
        let (first, last) = (body.integer(0), body.integer(3));
        body.repeat(Shape::over(UP, [first, last]), &[parameters[0]], |body, arguments| {
            let name = proc_macro2::Ident::new("g", proc_macro2::Span::call_site());
            let call = Call {
                callee: Callee::Path { before: TokenStream::new(), name, after: TokenStream::new() },
                sibling: Sibling::Primal,
                arguments: vec![Form::FLOAT],
                result: Form::FLOAT,
                added: Vec::new(),
                key: Rc::from("g"),
            };
            vec![body.0.call(Rc::new(call), vec![arguments[1]], REAL)]
        })
    });
    let calls = |function: &Function, wanted: Sibling| {
        count(function, |op| matches!(op, Op::Call(call) if call.sibling == wanted))
    };
    for (by, sibling) in [(Calls::ByGradients, Sibling::ValueAndGrad), (Calls::ByTangents, Sibling::Jvp)] {
        let derived = joined(forward(&function, &function.parameters, by, false), false);
        check(&derived);
        assert_eq!((calls(&derived, Sibling::Primal), calls(&derived, sibling)), (0, 1));
    }
}

/// Branches on one test, with a change to an array between them that the first one looks at.
#[test]
fn changes_to_arrays_keep_their_order() {
    let function = function(&[ARRAY, REAL], |body, parameters| {
        let (x, y) = (parameters[0], parameters[1]);
        let (zero, one) = (body.integer(0), body.number(1.0));
        let condition = body.0.compare(Comparison::Greater, y, one);
        let first = body.either(condition, |body| vec![body.load(x, zero)], |_| vec![y])[0];
        let stored = body.store(x, zero, y);
        let second = body.either(condition, |body| vec![body.mul(first, y)], |_| vec![y])[0];
        vec![first, second, body.sum(stored)]
    });
    let arguments = [Datum::Array(vec![0.5, 0.25]), Datum::Number(3.0)];
    let joined = joined(function.clone(), false);
    assert_eq!(run(&joined, &arguments), run(&function, &arguments));
    let place = |is_wanted: fn(&Op) -> bool| {
        let values = &joined.graph.region(joined.body).values;
        values.iter().position(|&id| is_wanted(&joined.graph.value(id).op)).expect("one of them")
    };
    assert_eq!(count(&joined, |op| matches!(op, Op::Branch(_))), 1);
    assert!(place(|op| matches!(op, Op::Branch(_))) < place(|op| matches!(op, Op::Store(_))));
}

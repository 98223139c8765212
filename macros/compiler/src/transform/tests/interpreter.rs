//! Evaluates graphs of `f64`, and checks that they are well-formed.

use crate::graph::{
    Comparison, Function, Graph, Loop, Map, Op, RegionId, Set, Terminator, Test, Ty, ValueId,
};
use crate::rules::Primitive;

/// What a value is at run time.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Datum {
    /// A real, an integer, or a condition, which is 1 or 0.
    Number(f64),
    Array(Vec<f64>),
}

impl Datum {
    fn number(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Array(_) => panic!("an array is no number"),
        }
    }

    fn array(&self) -> &[f64] {
        match self {
            Self::Number(_) => panic!("a number is no array"),
            Self::Array(elements) => elements,
        }
    }

    /// The floats in it.
    pub(super) fn floats(&self) -> &[f64] {
        match self {
            Self::Number(number) => std::slice::from_ref(number),
            Self::Array(elements) => elements,
        }
    }
}

/// The yields of a function of real numbers.
pub(super) fn evaluate(function: &Function, arguments: &[f64]) -> Vec<f64> {
    let arguments: Vec<Datum> = arguments.iter().copied().map(Datum::Number).collect();
    run(function, &arguments).iter().map(Datum::number).collect()
}

/// The yields of a function, with those of a pullback in its place.
pub(super) fn run(function: &Function, arguments: &[Datum]) -> Vec<Datum> {
    assert_eq!(function.parameters.len(), arguments.len());
    check(function);
    let known = function.parameters.iter().copied().zip(arguments.iter().cloned()).collect();
    let mut interpreter = Interpreter { function, known };
    interpreter.region(function.body).expect("no panic")
}

/// The most iterations of a loop.
const MOST_ITERATIONS: usize = 1000;

struct Interpreter<'a> {
    function: &'a Function,
    known: Map<ValueId, Datum>,
}

impl Interpreter<'_> {
    fn region(&mut self, region: RegionId) -> Option<Vec<Datum>> {
        let region = self.function.graph.region(region);
        for &id in &region.values {
            self.value(id)?;
        }
        match &region.end {
            Terminator::Yield(values) => {
                let mut yields = Vec::new();
                for &id in values {
                    match self.function.graph.value(id).op {
                        Op::Pullback(region) => yields.extend(self.region(region)?),
                        _ => yields.push(self.get(id)),
                    }
                }
                Some(yields)
            }
            Terminator::Panic(_) => None,
        }
    }

    fn get(&self, id: ValueId) -> Datum {
        match &self.function.graph.value(id).op {
            Op::Constant(constant) => Datum::Number(constant.value),
            other => self.known.get(&id).unwrap_or_else(|| panic!("{other:?} is not known")).clone(),
        }
    }

    fn value(&mut self, id: ValueId) -> Option<()> {
        let graph = &self.function.graph;
        let value = graph.value(id);
        let last = value.operands.len().saturating_sub(1);
        let datum = |number: usize| self.get(value.operands[number]);
        let operand = |number: usize| datum(number).number();
        let found = match &value.op {
            Op::Primitive(primitive) => Datum::Number(primitive_of(*primitive, &operand, || {
                graph.known_integer(value.operands[1]).expect("a literal exponent")
            })),
            Op::Compare(comparison) => Datum::Number(f64::from(compare(*comparison, operand(0), operand(1)))),
            Op::Not => Datum::Number(1.0 - operand(0)),
            Op::Select => datum(if operand(0) == 1.0 { 1 } else { 2 }),
            Op::Detach | Op::Coerce => datum(0),
            Op::Opaque(opaque) => Datum::Number(match opaque.key.as_deref() {
                Some("length") => f64::from(u32::try_from(datum(0).array().len()).expect("a short array")),
                Some("next") => operand(0) + 1.0,
                Some("as real") => operand(0),
                _ => graph.known_integer(id).map_or(f64::NAN, f64::from),
            }),
            Op::Load(_) => Datum::Number(datum(0).array()[index(operand(1))]),
            Op::Store(_) | Op::Accumulate(_) => {
                let mut array = datum(0).array().to_vec();
                if matches!(&value.op, Op::Store(path) if path.is_behind_last()) {
                    array.push(0.0);
                }
                let place = if last == 1 { array.len() - 1 } else { index(operand(1)) };
                let element = &mut array[place];
                let kept = if matches!(value.op, Op::Store(_)) { 0.0 } else { *element };
                *element = kept + operand(last);
                Datum::Array(array)
            }
            Op::Join => {
                let (left, right) = (datum(0), datum(1));
                let sums = left.array().iter().zip(right.array()).map(|(left, right)| left + right);
                Datum::Array(sums.collect())
            }
            Op::ZeroLike | Op::Cleared => Datum::Array(vec![0.0; datum(0).array().len()]),
            // A vector that grows has no length.
            Op::Filled(_) if last == 0 => Datum::Array(Vec::new()),
            Op::Filled(_) => Datum::Array(vec![operand(0); index(operand(1))]),
            Op::Branch(branch) => {
                assert!(matches!(branch.test, Test::Bool), "only conditions are interpreted");
                let arm = &branch.arms[usize::from(operand(0) != 1.0)];
                let yields = self.region(arm.region)?;
                self.set_results(id, &yields);
                return Some(());
            }
            Op::Loop(repeat) => {
                let carried = self.repeat(id, repeat)?;
                self.set_results(id, &carried);
                return Some(());
            }
            Op::Pullback(_) => return Some(()),
            other => panic!("{other:?} is not interpreted"),
        };
        self.known.insert(id, found);
        Some(())
    }

    fn set_results(&mut self, id: ValueId, yields: &[Datum]) {
        let graph = &self.function.graph;
        for &result in graph.results(id) {
            if let Op::Result(number) = graph.value(result).op {
                self.known.insert(result, yields[number].clone());
            }
        }
    }

    /// What a loop carries out of its last iteration.
    fn repeat(&mut self, id: ValueId, repeat: &Loop) -> Option<Vec<Datum>> {
        let operands: Vec<Datum> =
            self.function.graph.value(id).operands.iter().map(|&id| self.get(id)).collect();
        let (bounds, initial) = operands.split_at(repeat.domain.bounds());
        let mut items = match (repeat.domain, bounds) {
            (crate::graph::Domain::Range { is_closed, is_reversed }, [low, high]) => {
                let (low, high) = (index(low.number()), index(high.number()));
                let mut items: Vec<usize> = (low..high + usize::from(is_closed)).collect();
                if !is_reversed {
                    items.reverse();
                }
                Some(items)
            }
            _ => None,
        };
        let mut carried = initial.to_vec();
        for _ in 0..MOST_ITERATIONS {
            let mut arguments = Vec::new();
            if let Some(items) = &mut items {
                let Some(item) = items.pop() else { return Some(carried) };
                arguments.push(Datum::Number(f64::from(u32::try_from(item).expect("a small item"))));
            }
            arguments.extend(carried);
            if let Some(condition) = repeat.condition {
                let goes_on = self.with_arguments(condition, &arguments)?;
                if goes_on[0].number() == 0.0 {
                    return Some(arguments.split_off(repeat.domain.items()));
                }
            }
            let mut yields = self.with_arguments(repeat.body, &arguments)?;
            carried = yields.split_off(repeat.exits());
            if yields.first().is_some_and(|goes_on| goes_on.number() == 0.0) {
                return Some(carried);
            }
        }
        panic!("a loop does not end");
    }

    fn with_arguments(&mut self, region: RegionId, arguments: &[Datum]) -> Option<Vec<Datum>> {
        let bound = self.function.graph.region(region).arguments.iter().copied();
        self.known.extend(bound.zip(arguments.iter().cloned()));
        self.region(region)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "indices are small integers")]
fn index(number: f64) -> usize {
    number as usize
}

fn compare(comparison: Comparison, left: f64, right: f64) -> bool {
    match comparison {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterEqual => left >= right,
    }
}

fn primitive_of(primitive: Primitive, operand: &dyn Fn(usize) -> f64, exponent: impl Fn() -> i32) -> f64 {
    let x = operand(0);
    match primitive {
        Primitive::add => x + operand(1),
        Primitive::sub => x - operand(1),
        Primitive::mul => x * operand(1),
        Primitive::div => x / operand(1),
        Primitive::neg => -x,
        Primitive::sin => x.sin(),
        Primitive::cos => x.cos(),
        Primitive::exp => x.exp(),
        Primitive::ln => x.ln(),
        Primitive::sqrt => x.sqrt(),
        Primitive::powi => x.powi(exponent()),
        Primitive::min => x.min(operand(1)),
        Primitive::max => x.max(operand(1)),
        Primitive::abs => x.abs(),
        other => panic!("{other:?} is not interpreted"),
    }
}

/// Whether every value is computed before it is used and where it can be used, and whether what goes into a loop and
/// through it and out of it is of the same number and types.
pub(super) fn check(function: &Function) {
    let mut scope: Set<ValueId> = function.parameters.iter().copied().collect();
    check_region(&function.graph, function.body, &mut scope);
}

fn check_region(graph: &Graph, region: RegionId, scope: &mut Set<ValueId>) {
    let outside = scope.clone();
    let source = graph.region(region);
    scope.extend(&source.arguments);
    let check_uses = |ids: &[ValueId], scope: &Set<ValueId>| {
        for &id in ids {
            let op = &graph.value(id).op;
            assert!(matches!(op, Op::Constant(_)) || scope.contains(&id), "{op:?} is out of scope");
        }
    };
    for &id in &source.values {
        assert_eq!(graph.value(id).region, region);
        check_uses(&graph.value(id).operands, scope);
        if let Some(repeat) = graph.repeat(id) {
            check_loop(graph, id, repeat);
        }
        for inner in graph.regions(id) {
            assert_eq!((graph.region(inner).owner, graph.region(inner).parent), (Some(id), Some(region)));
            check_region(graph, inner, scope);
        }
        scope.insert(id);
        scope.extend(graph.results(id));
    }
    check_uses(source.end.operands(), scope);
    *scope = outside;
}

fn check_loop(graph: &Graph, id: ValueId, repeat: &Loop) {
    let types = |ids: &[ValueId]| ids.iter().map(|&id| graph.value(id).ty).collect::<Vec<Ty>>();
    let carried = types(&graph.value(id).operands[repeat.domain.bounds()..]);
    for region in repeat.regions() {
        let arguments = &graph.region(region).arguments;
        assert_eq!(types(&arguments[repeat.domain.items()..]), carried, "arguments");
    }
    if let Terminator::Yield(yields) = &graph.region(repeat.body).end {
        assert_eq!(types(&yields[repeat.exits()..]), carried, "yields");
    }
    for &result in graph.results(id) {
        let Op::Result(number) = graph.value(result).op else { panic!("a loop has no parts") };
        assert_eq!(graph.value(result).ty, carried[number], "results");
    }
}

//! Orders of elimination against each other: their values, by interpreting the graphs, and their operations.

mod interpreter;
mod repetition;

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::{
    Lending, Order, Purpose, Request, Task, accumulated, cost, hessian, hessian_times_vector, jacobian,
    seeded,
};
use crate::error::Errors;
use crate::graph::{Function, Op, Terminator, ValueId};
use crate::lower::lower;
use crate::mode::Mode;
use crate::options::Options;
use crate::rules::Primitive;
use crate::signature::Signature;
use interpreter::evaluate;

fn lowered(source: &str) -> Function {
    let item: syn::ItemFn = syn::parse_str(source).expect("a function");
    let errors = Errors::default();
    let options = Options::parse(TokenStream::new(), &errors);
    let signature = Signature::read(&item, Mode::Jacobian, &options, &errors);
    let lowered = lower(&item, &signature, Mode::Grad, &options, &errors);
    assert!(errors.is_empty(), "{}", errors.to_compile_errors().to_token_stream());
    lowered.expect("no errors").function
}

/// What nothing stands in the way of.
fn made<T>(derived: super::Derived<T>) -> T {
    derived.unwrap_or_else(|unstored| panic!("not stored: {unstored:?}"))
}

fn request(active: &[ValueId]) -> Request<'_> {
    Request {
        active,
        lent: &[],
        lending: Lending::Overwritten,
        with_value: false,
        strict: false,
        stack: 4096,
        vector: None,
        purpose: Purpose::Result,
    }
}

/// Arguments that look random, between 0.2 and 1.8.
fn point(count: usize, seed: u32) -> Vec<f64> {
    let wave = |index: u32| (f64::from(seed * 31 + index * 7 + 1) * 1.618).sin();
    (0..).take(count).map(|index| 1.0 + 0.8 * wave(index)).collect()
}

const ARM: &str = "fn f(joints: [f64; 6]) -> [f64; 3] {
    let [a, b, c, d, e, f] = joints;
    let lower = b + c;
    let (tx, ty, tz) = (0.1 * f.cos(), 0.1 * f.sin(), 0.15);
    let (ux, uz) = (e.cos() * tx + e.sin() * tz, e.cos() * tz - e.sin() * tx);
    let (vx, vy) = (d.cos() * ux - d.sin() * ty, d.sin() * ux + d.cos() * ty);
    let reach = 0.4 * b.cos() + lower.cos() * (0.35 + uz) - lower.sin() * vx;
    let height = 0.3 + 0.4 * b.sin() + lower.sin() * (0.35 + uz) + lower.cos() * vx;
    [a.cos() * reach - a.sin() * vy, a.sin() * reach + a.cos() * vy, height]
}";

/// The residual of bundle adjustment.
const CAMERA: &str = "fn f(x: [f64; 15]) -> [f64; 2] {
    let [rx, ry, rz, cx, cy, cz, focal, ux, uy, k1, k2, px, py, pz, weight] = x;
    let (dx, dy, dz) = (px - cx, py - cy, pz - cz);
    let squared_angle = rx * rx + ry * ry + rz * rz;
    let (qx, qy, qz) = if squared_angle > 0.0 {
        let angle = squared_angle.sqrt();
        let (sine, cosine) = angle.sin_cos();
        let (ax, ay, az) = (rx / angle, ry / angle, rz / angle);
        let along = (ax * dx + ay * dy + az * dz) * (1.0 - cosine);
        (
            dx * cosine + (ay * dz - az * dy) * sine + ax * along,
            dy * cosine + (az * dx - ax * dz) * sine + ay * along,
            dz * cosine + (ax * dy - ay * dx) * sine + az * along,
        )
    } else {
        (dx + (ry * dz - rz * dy), dy + (rz * dx - rx * dz), dz + (rx * dy - ry * dx))
    };
    let (u, v) = (qx / qz, qy / qz);
    let squared_radius = u * u + v * v;
    let distortion = 1.0 + squared_radius * (k1 + k2 * squared_radius);
    let scale = focal * distortion;
    [weight * (scale * u + ux - 0.25), weight * (scale * v + uy + 0.125)]
}";

const BRANCHES: &str = "fn f(x: f64, y: f64, z: f64) -> [f64; 2] {
    let a = if x > y { let s = (x * y).sqrt(); if s > z { s * z } else { s.sin() + x } } else { y.exp() * z };
    let b = a.min(z) * x.max(0.5);
    if b < 1.0 { return [a * b, (b - y).abs()]; }
    let c = if z > 1.0 { b.ln() } else { b * a };
    [c * a, c + x * z]
}";

const CHAIN: &str = "fn f(x: [f64; 4]) -> [f64; 3] {
    let a = (x[0] * x[1]).exp();
    let b = (a + x[2]).ln() * (a + x[2]).sqrt();
    [a * b / x[3], (a * b).powi(3), x[3] - b]
}";

const PAIR: &str = "fn f(x: [f64; 6]) -> f64 {
    let (dx, dy, dz) = (x[0] - x[3], x[1] - x[4], x[2] - x[5]);
    let r2 = dx * dx + dy * dy + dz * dz;
    let inverse = 1.0 / r2;
    let sixth = inverse * inverse * inverse;
    4.0 * (sixth * sixth - sixth)
}";

/// The entries by each order, in the order of [`Order::ALL`].
fn by_each_order(primal: &Function, arguments: &[f64]) -> Vec<Vec<f64>> {
    let outputs = primal.graph.region(primal.body).end.operands().len();
    let accumulate = |order: Order| {
        let task = Task {
            active: &primal.parameters,
            outputs: 0..outputs,
            kept: 0..0,
            primal_yields: 0,
            is_triangle: false,
            strict: false,
        };
        evaluate(&accumulated(primal, &task, order), arguments)
    };
    Order::ALL.map(accumulate).to_vec()
}

#[test]
fn orders_agree() {
    for source in [ARM, CAMERA, BRANCHES, CHAIN] {
        let primal = lowered(source);
        for seed in 0..20 {
            let arguments = point(primal.parameters.len(), seed);
            let value = evaluate(&primal, &arguments);
            let found = by_each_order(&primal, &arguments);
            for (order, entries) in Order::ALL.iter().zip(&found) {
                for (index, (&entry, &expected)) in entries.iter().zip(&found[0]).enumerate() {
                    let is_close = (entry - expected).abs() <= 1e-11 * expected.abs().max(1.0);
                    assert!(is_close, "{order:?}: entry {index} is {entry}, not {expected}\n{source}");
                }
                compare_with_differences(&primal, &arguments, &value, entries);
            }
        }
    }
}

/// The entries by loops over columns and over rows.
fn by_seeds(primal: &Function, arguments: &[f64]) -> [Vec<f64>; 2] {
    let (inputs, outputs) = (arguments.len(), primal.graph.region(primal.body).end.operands().len());
    let request = request(&primal.parameters);
    let run = |function: Option<Function>, count: usize| -> Vec<Vec<f64>> {
        let function = function.expect("no effects");
        let with_seed = |number: usize| {
            let seed = (0..count).map(|other| f64::from(u8::from(number == other)));
            arguments.iter().copied().chain(seed).collect::<Vec<f64>>()
        };
        (0..count).map(|number| evaluate(&function, &with_seed(number))).collect()
    };
    let columns = run(seeded::columns(primal, &request), inputs);
    let by_columns = (0..outputs).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    [by_columns, run(seeded::rows(primal, &request), outputs).concat()]
}

#[test]
fn loops_agree_with_elimination() {
    for source in [ARM, CAMERA, BRANCHES, CHAIN] {
        let primal = lowered(source);
        for seed in 0..20 {
            let arguments = point(primal.parameters.len(), seed);
            let expected = &by_each_order(&primal, &arguments)[0];
            for found in by_seeds(&primal, &arguments) {
                assert_eq!(found.len(), expected.len());
                for (index, (&entry, &expected)) in found.iter().zip(expected).enumerate() {
                    let is_close = (entry - expected).abs() <= 1e-11 * expected.abs().max(1.0);
                    assert!(is_close, "entry {index} is {entry}, not {expected}\n{source}");
                }
            }
        }
    }
}

/// Nothing that could be computed before the loop is computed in it.
#[test]
fn seeds_alone_are_in_the_loop() {
    let primal = lowered(ARM);
    let function = seeded::columns(&primal, &request(&primal.parameters)).expect("no effects");
    let Terminator::Yield(yields) = &function.graph.region(function.body).end else { panic!("yields") };
    let Op::Pullback(region) = function.graph.value(yields[0]).op else { panic!("a pullback") };
    for &id in &function.graph.region(region).values {
        let value = function.graph.value(id);
        assert!(!matches!(value.op, Op::Primitive(Primitive::sin | Primitive::cos)), "{value:?}");
    }
}

/// Entries against differences of the function, except where a kink is near.
fn compare_with_differences(primal: &Function, arguments: &[f64], value: &[f64], entries: &[f64]) {
    let step = 1e-6;
    for column in 0..arguments.len() {
        let moved = |step: f64| {
            let mut arguments = arguments.to_vec();
            arguments[column] += step;
            evaluate(primal, &arguments)
        };
        let (after, before) = (moved(step), moved(-step));
        for row in 0..value.len() {
            let (right, left) = ((after[row] - value[row]) / step, (value[row] - before[row]) / step);
            let slope = f64::midpoint(right, left);
            if (right - left).abs() > 1e-3 * slope.abs().max(1.0) {
                continue;
            }
            let entry = entries[row * arguments.len() + column];
            let is_close = (entry - slope).abs() <= 1e-3 * slope.abs().max(value[row].abs()).max(1.0);
            assert!(is_close, "row {row}, column {column}: {entry}, but the difference is {slope}");
        }
    }
}

#[test]
fn elimination_takes_less_than_sweeps() {
    let primal = lowered(PAIR);
    let found = made(hessian(&primal, &request(&primal.parameters)));
    let operations = cost::operations(&found.function);
    let sweep = made(hessian_times_vector(&primal, &request(&primal.parameters)));
    let sweeps = primal.parameters.len() * cost::operations(&sweep);
    assert!(2 * operations <= sweeps, "{operations} operations, {sweeps} by sweeps");
}

#[test]
fn the_order_matters() {
    let count = |source: &str| {
        let primal = lowered(source);
        let found = made(jacobian(&primal, &request(&primal.parameters)));
        (found.order, found.operations)
    };
    let (order, operations) = count(CAMERA);
    assert_eq!(order, Order::Reverse);
    assert_eq!(operations, [(Order::Reverse, 369), (Order::Markowitz, 388), (Order::Forward, 423)]);
    let (order, _) = count(ARM);
    assert_eq!(order, Order::Markowitz);
}

#[test]
fn structural_zeros_cost_nothing() {
    let primal = lowered("fn f(x: [f64; 3]) -> [f64; 3] { [2.0 * x[0], -x[1], 3.0 * x[2] + 1.0] }");
    let found = made(jacobian(&primal, &request(&primal.parameters)));
    assert_eq!(cost::operations(&found.function), 0);
}

#[test]
fn hessians_are_symmetric() {
    for source in [PAIR, "fn f(x: f64, y: f64) -> f64 { (x * y).exp() * (x + y).sin() / (x * x + y).sqrt() }"]
    {
        let primal = lowered(source);
        let count = primal.parameters.len();
        let found = made(hessian(&primal, &request(&primal.parameters)));
        let entries = evaluate(&found.function, &point(count, 3));
        for row in 0..count {
            for column in 0..row {
                let (below, above) = (entries[row * count + column], entries[column * count + row]);
                assert_eq!(below.to_bits(), above.to_bits());
            }
        }
    }
}

#[test]
fn long_functions_stay_linear() {
    let body: String = (0..3000).map(|_| "let y = (y * x[1]).sin() + x[0];").collect();
    let primal = lowered(&format!("fn f(x: [f64; 2]) -> [f64; 2] {{ let y = x[0]; {body} [y, y * y] }}"));
    let found = made(jacobian(&primal, &request(&primal.parameters)));
    assert!(found.function.graph.len() < 50_000, "{} values", found.function.graph.len());
}

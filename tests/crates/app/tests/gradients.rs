//! Derivatives through the borders of crates, against numerical ones.

use app::*;
use chainrule::{Differentiable, check};
use mechanics::motion::{State, step, step_jvp, step_vjp};
use mechanics::spring::Spring;
use rules::Atmosphere;

const POINT: (f64, f64) = (0.75, 1.5);
const START: State = State { place: [0.9, -0.4], velocity: [0.3, 0.8] };

fn spring() -> Spring {
    Spring { stiffness: 2.0, length: 0.5, hardening: 0.75, power: 4 }
}

fn air() -> Atmosphere {
    Atmosphere { ground: 1.25, scale: 8.0, planet: "the earth" }
}

/// A direction whose components have nothing in common.
fn direction<P: Differentiable<Scalar = f64>>(point: &P) -> P {
    let mut direction = point.zero();
    for (component, k) in direction.floats_mut().zip(1..) {
        *component = f64::from(k).cos();
    }
    direction
}

#[test]
fn hand_written_derivatives_are_right() {
    let point = (2.0, 0.6);
    check::value_and_gradient(
        |&(m, e)| rules::kepler(m, e),
        |&(m, e)| rules::kepler_value_and_grad(m, e),
        &point,
    )
    .unwrap();
    check::jvp(
        |&(m, e)| rules::kepler(m, e),
        |&(m, e), &(m_dot, e_dot)| rules::kepler_jvp(m, e, m_dot, e_dot),
        &point,
        &direction(&point),
    )
    .unwrap();
    check::jvp(
        |&(m, e)| rules::kepler_value_and_grad(m, e).1,
        |&(m, e), &(m_dot, e_dot)| rules::kepler_hvp(m, e, m_dot, e_dot),
        &point,
        &direction(&point),
    )
    .unwrap();
    check::value_and_gradient(|&h| rules::density(h), |&h| rules::density_value_and_grad(h), &7.0).unwrap();
    check::jvp(|&h| rules::density(h), |&h, &h_dot| rules::density_jvp(h, h_dot), &12.0, &-0.5).unwrap();
    check::vjp(|&p| rules::polar(p), |&p| rules::polar_vjp(p), &[0.6, -1.2], &(0.5, -2.0)).unwrap();
    check::jvp(|&p| rules::polar(p), |&p, &p_dot| rules::polar_jvp(p, p_dot), &[0.6, -1.2], &[0.5, 2.0])
        .unwrap();
}

#[test]
fn scalar_functions_in_every_mode() {
    let (x, y) = POINT;
    let (x_dot, y_dot) = direction(&POINT);
    check::value_and_gradient(|&(x, y)| by_path(x, y), |&(x, y)| by_path_value_and_grad(x, y), &POINT)
        .unwrap();
    check::vjp(|&(x, y)| by_path(x, y), |&(x, y)| by_path_vjp(x, y), &POINT, &-1.5).unwrap();
    check::jvp(
        |&(x, y)| by_path(x, y),
        |&(x, y), &(x_dot, y_dot)| by_path_jvp(x, y, x_dot, y_dot),
        &POINT,
        &(x_dot, y_dot),
    )
    .unwrap();
    check::jvp(
        |&(x, y)| by_path_grad(x, y),
        |&(x, y), &(x_dot, y_dot)| by_path_hvp(x, y, x_dot, y_dot),
        &POINT,
        &(x_dot, y_dot),
    )
    .unwrap();
    check::gradient(|&(x, y)| by_path(x, y), |&(x, y)| by_path_jacobian(x, y), &POINT).unwrap();
    let (by_x, by_y) = by_path_hessian(x, y);
    check::gradient(|&(x, y)| by_path_grad(x, y).0, |_| by_x, &POINT).unwrap();
    check::gradient(|&(x, y)| by_path_grad(x, y).1, |_| by_y, &POINT).unwrap();
}

/// How a function is found makes no difference.
#[test]
fn import_is_as_path() {
    let (x, y) = POINT;
    assert_eq!(by_import_value_and_grad(x, y), by_path_value_and_grad(x, y));
    assert_eq!(by_import_grad(x, y), by_path_grad(x, y));
    assert_eq!(by_import_jvp(x, y, 1.0, 2.0), by_path_jvp(x, y, 1.0, 2.0));
    assert_eq!(by_import_vjp(x, y).1(2.0), by_path_vjp(x, y).1(2.0));
    assert_eq!(by_import_jacobian(x, y), by_path_jacobian(x, y));
    assert_eq!(by_import_hessian(x, y), by_path_hessian(x, y));
    assert_eq!(by_import_hvp(x, y, 1.0, 2.0), by_path_hvp(x, y, 1.0, 2.0));
}

#[test]
fn methods_of_structs() {
    let point = (spring(), air(), 0.9);
    let f = |(s, a, l): &(Spring, Atmosphere, f64)| methods(s, a, *l);
    check::value_and_gradient(f, |(s, a, l)| methods_value_and_grad(s, a, *l), &point).unwrap();
    check::vjp(f, |(s, a, l)| methods_vjp(s, a, *l), &point, &0.5).unwrap();
    check::jvp(
        f,
        |(s, a, l), (ds, da, dl)| methods_jvp(s, a, *l, ds.clone(), da.clone(), *dl),
        &point,
        &direction(&point),
    )
    .unwrap();
    let (spring, air, _) = methods_grad(&point.0, &point.1, point.2);
    assert_eq!((spring.power, air.planet), (4, "the earth"));
}

#[test]
fn structs_as_results() {
    let point = (START, spring(), 0.125);
    check::vjp(|(s, p, t)| step(*s, p, *t), |(s, p, t)| step_vjp(*s, p, *t), &point, &direction(&START))
        .unwrap();
    check::jvp(
        |(s, p, t)| step(*s, p, *t),
        |(s, p, t), (ds, dp, dt)| step_jvp(*s, p, *t, *ds, dp.clone(), *dt),
        &point,
        &direction(&point),
    )
    .unwrap();
    let f = |(s, p, t): &(State, Spring, f64)| orbiting(*s, p, *t);
    check::value_and_gradient(f, |(s, p, t)| orbiting_value_and_grad(*s, p, *t), &point).unwrap();
    check::vjp(f, |(s, p, t)| orbiting_vjp(*s, p, *t), &point, &-2.0).unwrap();
    check::jvp(
        f,
        |(s, p, t), (ds, dp, dt)| orbiting_jvp(*s, p, *t, *ds, dp.clone(), *dt),
        &point,
        &direction(&point),
    )
    .unwrap();
}

#[test]
fn arrays_as_results() {
    let point = (spring(), [0.9, 0.4], 0.25);
    let f = |(s, p, a): &(Spring, [f64; 2], f64)| pulled(s, *p, *a);
    for seed in [[1.0, 0.0], [0.0, 1.0]] {
        check::vjp(f, |(s, p, a)| pulled_vjp(s, *p, *a), &point, &seed).unwrap();
    }
    check::jvp(
        f,
        |(s, p, a), (ds, dp, da)| pulled_jvp(s, *p, *a, ds.clone(), *dp, *da),
        &point,
        &direction(&point),
    )
    .unwrap();
    let (by_spring, by_place, by_angle) = pulled_jacobian(&point.0, point.1, point.2);
    for i in 0..2 {
        let row = (by_spring[i].clone(), by_place[i], by_angle[i]);
        check::gradient(|point| f(point)[i], |_| row, &point).unwrap();
    }
}

#[test]
fn nested_gradients() {
    let point = (spring(), 0.8);
    let f = |(s, l): &(Spring, f64)| balance(s, *l);
    check::value_and_gradient(f, |(s, l)| balance_value_and_grad(s, *l), &point).unwrap();
    check::vjp(f, |(s, l)| balance_vjp(s, *l), &point, &1.5).unwrap();
    check::jvp(f, |(s, l), (ds, dl)| balance_jvp(s, *l, ds.clone(), *dl), &point, &direction(&point))
        .unwrap();
}

#[test]
fn single_precision() {
    let point = (0.5_f32, 1.25);
    check::value_and_gradient(|&(x, y)| single(x, y), |&(x, y)| single_value_and_grad(x, y), &point).unwrap();
    check::jvp(
        |&(x, y)| single_grad(x, y),
        |&(x, y), &(dx, dy)| single_hvp(x, y, dx, dy),
        &point,
        &(0.5, 2.0),
    )
    .unwrap();
}

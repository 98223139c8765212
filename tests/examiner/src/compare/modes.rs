//! The judgement of tangents, pullbacks and second derivatives.

use super::{Complaint, Wrong, complain, tolerance};
use crate::batch::{DIRECTION, Numbers, WEIGHTS};
use crate::oracle::Verdict;

/// Tangents and pullbacks are products with the Jacobian, and adjoint to one another.
pub(super) fn products(verdict: &Verdict, numbers: &Numbers) -> Result<(), Complaint> {
    let Numbers { tangent, pulled, .. } = numbers;
    let rows = &verdict.values;
    let finite = rows.iter().all(|row| row.gradient.iter().chain(&row.spread).all(|x| x.is_finite()));
    if tangent.is_empty() || !finite || verdict.flags.convention || verdict.flags.extreme {
        return Ok(());
    }
    let mut size = 0.0;
    let mut noise = 0.0;
    for (row, component) in rows.iter().enumerate() {
        let terms = component.gradient.iter().zip(DIRECTION).map(|(x, d)| x * d);
        let (expected, scale) = (terms.clone().sum::<f64>(), terms.map(f64::abs).sum::<f64>());
        let spread: f64 = component.spread.iter().zip(DIRECTION).map(|(x, d)| x * d.abs()).sum();
        check(Wrong::Tangent, "f_jvp", (tangent[row], expected), tolerance(verdict, spread, scale))?;
        size += scale * WEIGHTS[row].abs();
        noise += spread * WEIGHTS[row].abs();
    }
    for (lane, &pulled) in pulled.iter().enumerate() {
        let terms = rows.iter().zip(WEIGHTS).map(|(row, w)| row.gradient[lane] * w);
        let (expected, scale) = (terms.clone().sum::<f64>(), terms.map(f64::abs).sum::<f64>());
        let spread: f64 = rows.iter().zip(WEIGHTS).map(|(row, w)| row.spread[lane] * w.abs()).sum();
        check(Wrong::Pullback, "f_vjp", (pulled, expected), tolerance(verdict, spread, scale))?;
    }
    if pulled.is_empty() {
        return Ok(());
    }
    let forwards: f64 = tangent.iter().zip(WEIGHTS).map(|(x, w)| x * w).sum();
    let backwards: f64 = pulled.iter().zip(DIRECTION).map(|(x, d)| x * d).sum();
    let allowed = 1e-13 * verdict.epsilon / f64::EPSILON * size + 64.0 * noise;
    check(Wrong::Adjoint, "f_jvp and f_vjp", (forwards, backwards), allowed)
}

fn check(wrong: Wrong, name: &str, (got, expected): (f64, f64), allowed: f64) -> Result<(), Complaint> {
    if (got - expected).abs() <= allowed {
        return Ok(());
    }
    complain(wrong, format!("{name} gives {got:e}, expected {expected:e} ± {allowed:e}"))
}

/// Whether second derivatives could be compared.
pub(super) fn second_order(verdict: &Verdict, numbers: &Numbers) -> Result<bool, Complaint> {
    for (name, hessian) in &numbers.hessians {
        for (i, row) in hessian.iter().enumerate() {
            for (j, &entry) in row[..i].iter().enumerate() {
                if !super::same_bits(entry, hessian[j][i]) {
                    let text = format!("{name}: ({i}, {j}) is {entry:e}, ({j}, {i}) is {:e}", hessian[j][i]);
                    return complain(Wrong::Symmetry, text);
                }
            }
        }
    }
    let Verdict { hessian, hessian_spread, flags, .. } = verdict;
    if flags.kink || flags.convention || flags.extreme || flags.fragile || hessian.is_empty() {
        return Ok(false);
    }
    let entries = || hessian.iter().flatten();
    let size = entries().fold(0.0_f64, |size, x| size.max(x.abs()));
    let noisy = |spread: f64| spread.is_nan() || spread > verdict.epsilon.sqrt() * size.max(1e-3);
    if !entries().all(|x| x.is_finite()) || hessian_spread.iter().flatten().any(|&spread| noisy(spread)) {
        return Ok(false);
    }
    let allowed = |spread: f64| 128.0 * spread + 16.0 * verdict.epsilon * size;
    for (name, found) in &numbers.hessians {
        for (i, row) in found.iter().enumerate() {
            for (j, &got) in row.iter().enumerate() {
                let name = format!("{name} at ({i}, {j})");
                check(Wrong::Curvature, &name, (got, hessian[i][j]), allowed(hessian_spread[i][j]))?;
            }
        }
    }
    for (i, &got) in numbers.curved.iter().enumerate() {
        let expected: f64 = hessian[i].iter().zip(DIRECTION).map(|(x, d)| x * d).sum();
        let spread: f64 = hessian_spread[i].iter().zip(DIRECTION).map(|(x, d)| x * d.abs()).sum();
        check(Wrong::Curvature, &format!("f_hvp at {i}"), (got, expected), 4.0 * allowed(spread))?;
    }
    Ok(true)
}

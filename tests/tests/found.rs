//! Programs that the examiner found, each shrunk to what was wrong with it.

#![allow(
    unused,
    clippy::all,
    clippy::pedantic,
    reason = "the programs stand as they were found, good style or not"
)]

use approx::assert_relative_eq;
use chainrule::{Real, grad, hessian, hvp};

/// The gradient took the other arm: the guard was evaluated again without its own branches.
#[grad]
fn guard_of_logic(option: Option<i32>, x: f64, y: f64) -> f64 {
    match option {
        None if true || false => y,
        _ => x,
    }
}

#[test]
fn guards_are_evaluated_as_written() {
    assert_eq!(guard_of_logic_value_and_grad(None, 1.0, 2.0), (2.0, (0.0, 1.0)));
    assert_eq!(guard_of_logic_value_and_grad(Some(1), 1.0, 2.0), (1.0, (1.0, 0.0)));
}

/// The macro panicked: a variable of an inner block was taken to live on after it.
#[grad]
fn local_of_a_branch(flag: bool, x: f64, y: f64) -> f64 {
    if flag {
    } else {
        let mut a = y - x;
        a /= 0.25;
    }
    x
}

#[test]
fn variables_of_a_branch_end_with_it() {
    assert_eq!(local_of_a_branch_value_and_grad(false, 3.0, 2.0), (3.0, (1.0, 0.0)));
}

/// The expansion lacked a condition: the second return hung on a value that the first made conditional.
#[grad]
fn return_in_an_operand(x: f64, n: i32) -> f64 {
    let on = if n > 1 {
        x
    } else {
        {
            return x;
        }
    };
    if on > 2.0 {
        return on * 2.0;
    }
    on * on
}

#[test]
fn operands_may_return() {
    assert_eq!(return_in_an_operand_value_and_grad(3.0, 0), (3.0, 1.0));
    assert_eq!(return_in_an_operand_value_and_grad(3.0, 2), (6.0, 2.0));
    assert_eq!(return_in_an_operand_value_and_grad(1.5, 2), (2.25, 3.0));
}

/// The macro recursed without end: constants of a type parameter cannot be multiplied while it runs.
#[grad]
fn constants_of_a_parameter<T: Real>(x: T, y: T) -> T {
    T::to_radians(x * y) * T::from_f64(2.75)
}

#[test]
fn generic_constants_stay_apart() {
    let (dx, dy) = constants_of_a_parameter_grad(2.0_f64, 3.0);
    assert!((dx - 3.0_f64.to_radians() * 2.75).abs() < 1e-15);
    assert!((dy - 2.0_f64.to_radians() * 2.75).abs() < 1e-15);
}

/// The derivative was rounded to `f32`, first always, then for constant cotangents.
#[grad]
fn through_single(x: f64, y: f64) -> f64 {
    x as f32 as f64 / 1.5 + x as f32 as f64 * y
}

#[test]
fn casts_pass_derivatives_exactly() {
    assert_eq!(through_single_grad(0.5, 0.1), (1.0 / 1.5 + 0.1, 0.5));
}

/// The expansion did not compile: a method on literals whose type nothing else told.
#[grad]
fn method_of_literals(x: f64, flag: bool) -> f64 {
    (if flag {
        0.5_f64
    } else if x > 1.0 {
        2.0_f64
    } else {
        4.0_f64
    })
    .powi(2)
        * x
}

#[test]
fn literals_of_branches_have_a_type() {
    assert_eq!(method_of_literals_value_and_grad(3.0, true), (0.75, 0.25));
    assert_eq!(method_of_literals_value_and_grad(3.0, false), (12.0, 4.0));
    assert_eq!(method_of_literals_value_and_grad(0.5, false), (8.0, 16.0));
}

/// Refused: `1_f64` was taken for an integer, and its method for a call with effects.
#[grad]
fn float_without_point(x: f64, n: i32) -> f64 {
    match n {
        -2..=0 if 1_f64.sin_cos().1 < 2.75_f64 => x,
        _ => x * x,
    }
}

#[test]
fn literals_with_a_suffix_are_floats() {
    assert_eq!(float_without_point_grad(3.0, -1), 1.0);
    assert_eq!(float_without_point_grad(3.0, 1), 6.0);
}

/// Two constants of one name collided in the expansion.
#[grad]
fn constants_of_blocks(x: f64, flag: bool) -> f64 {
    const RATE: f64 = 2.0;
    let a = if flag {
        const RATE: f64 = 3.0;
        x * RATE
    } else {
        const RATE: f64 = 5.0;
        const DOUBLE: f64 = 2.0 * RATE;
        x * DOUBLE
    };
    a * RATE
}

#[test]
fn constants_belong_to_their_block() {
    assert_eq!(constants_of_blocks_value_and_grad(1.0, true), (6.0, 6.0));
    assert_eq!(constants_of_blocks_value_and_grad(1.0, false), (20.0, 20.0));
}

/// The expansion lacked an expression: a condition had grown too long between two looks at it.
#[grad]
fn long_condition(x: f64, y: f64, n: i32) -> f64 {
    let flag = x;
    match None::<i32> {
        Some(_) if chainrule::constant(y) == 0.7_f64 => return x,
        _ => {}
    }
    if n > 0 && f64::from(chainrule::math::softplus(f64::from(2 * n)) as i32) != 0.25 {
        flag * y
    } else {
        1.0
    }
}

#[test]
fn long_conditions_are_written_once() {
    assert_eq!(long_condition_value_and_grad(2.0, 3.0, 1), (6.0, (3.0, 2.0)));
    assert_eq!(long_condition_value_and_grad(2.0, 3.0, 0), (1.0, (0.0, 0.0)));
}

/// The derivative took a number that had not been rounded where the program had rounded it.
#[grad]
fn rounded_twice(x: f64) -> f64 {
    let x: f64 = x as f32 as f64;
    x as f32 as f64 * x
}

#[test]
fn casts_of_the_primal_are_its_own() {
    let x = -0.169_870_207_551_866_77;
    assert_eq!(rounded_twice_grad(x), 2.0 * f64::from(x as f32));
}

/// The expansion did not compile: a held literal has no more type than a bare one.
#[grad]
fn method_of_a_held_literal(x: f64) -> f64 {
    let mode = chainrule::constant(0.25_f64);
    chainrule::math::ceil(mode).exp2() * x
}

#[test]
fn held_literals_have_a_type() {
    assert_eq!(method_of_a_held_literal_value_and_grad(3.0), (6.0, 2.0));
}

/// The gradient was NaN: the reciprocal of so small a number overflows.
#[grad]
fn tiny_denominator(y: f64) -> f64 {
    (0.0 / y).cos()
}

#[test]
fn reciprocals_do_not_overflow() {
    assert_eq!(tiny_denominator_grad(2.0e-314), 0.0);
}

/// The derivative took a number that had not been rounded where the program had rounded it, in a branch.
#[grad]
fn rounded_in_a_branch(x: f64, y: f64, flag: bool) -> f64 {
    if flag { x as f32 as f64 * y as f32 as f64 } else { x }
}

#[test]
fn casts_of_a_branch_are_its_own() {
    let y = 1.477_879_457_641_393;
    assert_eq!(rounded_in_a_branch_grad(0.0, y, true), (f64::from(y as f32), 0.0));
}

/// The value was 0.0: the sign was printed before the cast and negated the integer.
#[grad]
fn negated_quotient_of_an_integer(x: f64, n: i32) -> f64 {
    -(n as f64 / 1.5) + 0.0 * x
}

#[test]
fn signs_do_not_move_into_casts() {
    let value = negated_quotient_of_an_integer(-1.0, 0);
    assert!(value.is_sign_negative());
    assert_eq!(negated_quotient_of_an_integer_value_and_grad(-1.0, 0).0.to_bits(), value.to_bits());
}

/// The expansion did not compile: the literal was taken for an `f64`.
#[grad]
fn literal_of_a_path(x: f32) -> f32 {
    let alpha = f32::abs(1.25).round_ties_even();
    x * alpha as i32 as f32
}

#[test]
fn paths_give_literals_their_type() {
    assert_eq!(literal_of_a_path_value_and_grad(3.0), (3.0, 1.0));
}

/// The value was −0: a number that was folded from an integer lost its digits when it was negated.
#[grad]
fn negated_cast(x: f64) -> f64 {
    x + -(5 as f64)
}

#[test]
fn folded_integers_keep_their_digits() {
    assert_eq!(negated_cast_value_and_grad(1.0), (-4.0, 1.0));
}

/// The gradient panicked: what follows a return was still looked at.
#[grad]
fn returns_within_an_operand(x: f64, y: f64) -> f64 {
    let (_, _, b) = (x, if true { return y } else { x }, if x < y { 1e-1 } else { x });
    b
}

#[test]
fn nothing_follows_a_return() {
    assert_eq!(returns_within_an_operand_value_and_grad(0.5, 0.0), (0.0, (0.0, 1.0)));
}

/// The value was wrong: a return in a condition was forgotten.
#[grad]
#[allow(clippy::all, reason = "found so")]
fn returns_within_a_condition(x: [f64; 2], y: f64) -> f64 {
    for c in x {
        if (if true { return y } else { y }) != 1e-1_f64 {}
        return c;
    }
    y
}

#[test]
fn returns_in_conditions_are_returns() {
    assert_eq!(returns_within_a_condition_value_and_grad([0.0, 0.0], 1.0), (1.0, ([0.0, 0.0], 1.0)));
}

/// The expansion did not compile: the place was looked at after its new value had returned.
#[grad]
#[allow(clippy::all, unused, reason = "found so")]
fn returns_within_an_assignment(mut y: [f64; 1], z: f64) -> f64 {
    y[0] = if true { return z } else { z };
    z
}

#[test]
fn returns_in_assignments_are_returns() {
    assert_eq!(returns_within_an_assignment_value_and_grad([0.0], 1.0), (1.0, ([0.0], 1.0)));
}

const FACTOR: f64 = 0.7;

/// The expansion did not compile: elements were dereferenced that are no references.
#[grad]
fn references_to_constants(x: f64, n: i32) -> f64 {
    let mut list = [x, 10.0, FACTOR];
    for (i, v) in list.iter_mut().enumerate() {
        *v -= 1.0;
        *v += i as f64;
    }
    let factors = [FACTOR, 2.0 * FACTOR];
    let mut sum = 0.0;
    for f in factors.iter() {
        sum += *f * x + f * list[2];
    }
    for f in &factors {
        sum -= *f;
    }
    let counts = [n, n + 1];
    for k in counts.iter() {
        sum += x.powi(*k) * f64::from(*k);
    }
    for &k in &counts {
        sum += f64::from(k);
    }
    sum + list[0] * counts.iter().copied().map(f64::from).sum::<f64>()
}

#[test]
fn elements_by_reference() {
    let (x, h) = (1.3, 1e-5);
    let (value, slope) = references_to_constants_value_and_grad(x, 2);
    assert_eq!(value, references_to_constants(x, 2));
    let difference = (references_to_constants(x + h, 2) - references_to_constants(x - h, 2)) / (2.0 * h);
    assert!((slope - difference).abs() < 1e-8, "{slope} {difference}");
}

/// The expansion did not compile: nothing fixed the type of the literals.
#[grad]
fn picked_literal(x: f64, k: usize) -> f64 {
    let table = [0.25, -0.5, 4.0];
    let signed = [-0.25, 0.5];
    x * table[k].abs() + signed[k % 2].abs()
}

#[test]
fn picked_literals_have_a_type() {
    assert_eq!(picked_literal_value_and_grad(2.0, 1), (1.5, 0.5));
}

/// The compiler panicked: a variable was handed on beyond its block by an arm that leaves the loop's body.
#[grad]
#[allow(clippy::all, unused, reason = "found so")]
fn variable_of_an_open_arm(n: i32, x: f64, y: [f64; 1]) -> f64 {
    let g = x;
    for _ in 0..y.len() {
        let mut inner = ({
            if n > 2 * n {
                break;
            }
            g
        }) + 2.0_f64;
        if 1 > n {
            inner = x;
            continue;
        }
    }
    x
}

#[test]
fn variables_end_with_their_block() {
    for n in -1..3 {
        assert_eq!(variable_of_an_open_arm_value_and_grad(n, 3.0, [0.0]), (3.0, (1.0, [0.0])));
    }
}

/// Half of the digits of the second derivative were lost in a difference.
#[chainrule::hessian]
#[chainrule::hvp]
fn nearly_straight(x: f64, y: f64) -> f64 {
    x.hypot(y)
}

#[test]
fn curvature_of_hypot_does_not_cancel() {
    let (x, y) = (3.0_f64, 1e-7_f64);
    let r = x.hypot(y);
    let expected = (y * y / r.powi(3), -x * y / r.powi(3), x * x / r.powi(3));
    let ((xx, xy), (yx, yy)) = nearly_straight_hessian(x, y);
    assert_eq!(xy, yx);
    for (found, expected) in [(xx, expected.0), (xy, expected.1), (yy, expected.2)] {
        assert!((found - expected).abs() <= 1e-15 * expected.abs(), "{found} {expected}");
    }
    let (_, (along, _)) = nearly_straight_hvp(x, y, 1.0, 0.0);
    assert!((along - expected.0).abs() <= 1e-15 * expected.0);
    assert_eq!(nearly_straight_hessian(0.0, 0.0), ((0.0, 0.0), (0.0, 0.0)));
}

/// The expansion did not compile: the type of an inner block's constant was not known.
#[grad]
fn constants_of_an_inner_block(x: f64) -> f64 {
    const N: u32 = 2;
    let mut sum = f64::from(N.leading_zeros()) * x;
    {
        const N: usize = 3;
        const M: usize = N + 1;
        const WEIGHTS: [f64; M] = [2.75, 0.5, 1.5, 1.0];
        for w in &WEIGHTS[1..N] {
            sum += w * x * M as f64;
        }
    }
    sum
}

#[test]
fn constants_have_a_type() {
    assert_eq!(constants_of_an_inner_block_value_and_grad(2.0), (76.0, 38.0));
}

/// The second derivative was a rounding error instead of zero.
#[chainrule::hessian]
#[chainrule::hvp]
fn remainders(x: f64, y: f64) -> f64 {
    x % (y * y) + x.rem_euclid(y * 3.0)
}

#[test]
fn remainders_are_straight_between_jumps() {
    let (x, y) = (7.3, -1.4);
    let ((xx, xy), (yx, yy)) = remainders_hessian(x, y);
    assert_eq!((xx, xy, yx), (0.0, 0.0, 0.0));
    assert_eq!(yy, -2.0 * (x / (y * y)).trunc());
    assert_eq!(remainders_hvp(x, y, 1.0, 0.0).1, (0.0, 0.0));
}

/// The expansion did not compile: the elements of a constant array were not seen.
#[chainrule::jacobian]
fn constant_result(y: f64) -> ([f64; 3], f64) {
    const WEIGHTS: [f64; 3] = [0.5, 0.1, 3.0];
    (WEIGHTS, y)
}

#[test]
fn constant_arrays_are_results() {
    assert_eq!(constant_result_value_and_jacobian(2.0), (([0.5, 0.1, 3.0], 2.0), ([0.0; 3], 1.0)));
}

/// The expansion was refused: a method of orderings was taken for that of arrays.
#[grad]
fn reversed_ordering(x: f64, n: i32, m: i32) -> f64 {
    if n.cmp(&m).reverse().is_lt() { x * x } else { 3.0 * x }
}

#[test]
fn orderings_are_no_arrays() {
    assert_eq!(reversed_ordering_value_and_grad(2.0, 5, 1), (4.0, 4.0));
    assert_eq!(reversed_ordering_value_and_grad(2.0, 1, 5), (6.0, 3.0));
}

/// The slope of `leaky_relu` in its argument is the other argument: where that is zero, its derivative is not.
mod slope_of_a_kink_at_zero {
    use super::*;

    #[hvp]
    #[hessian]
    fn leaky(x: f64, slope: f64) -> f64 {
        x.sin().leaky_relu(slope)
    }

    #[hvp]
    fn elu(x: f64, alpha: f64) -> f64 {
        x.sin().elu(alpha)
    }

    #[test]
    fn has_a_mixed_derivative() {
        let x = -0.5_f64;
        assert_relative_eq!(leaky_hvp(x, 0.0, 0.0, 1.0).1.0, x.cos(), max_relative = 1e-15);
        assert_relative_eq!(leaky_hessian(x, 0.0).0.1, x.cos(), max_relative = 1e-15);
        let expected = x.sin().exp() * x.cos();
        assert_relative_eq!(elu_hvp(x, 0.0, 0.0, 1.0).1.0, expected, max_relative = 1e-15);
    }
}

/// A slope that is infinite, after a branch whose arm that was taken does not depend on the parameter.
mod infinite_after_a_branch {
    use super::*;

    #[chainrule::jacobian]
    fn quotient(x: f64, y: f64) -> (f64, f64) {
        let chosen = if x >= 2.75 { x } else { 1.0 };
        let quotient = chosen / y;
        (quotient, quotient)
    }

    #[test]
    fn does_not_reach_the_other_arm() {
        assert_eq!(quotient_jacobian(1.0, 0.0).0.0, 0.0);
        assert_eq!(quotient_jacobian(3.0, 0.5).1, (2.0, -12.0));
    }
}

/// What a reference referred to was assigned where the reference itself was.
#[grad]
fn references_rebound(x: f64) -> f64 {
    let mut v = 1.0;
    let mut w = 2.0;
    let mut b = &mut v;
    *b = x;
    b = &mut w;
    *b = x * x;
    v * 10.0 + w
}

/// What a reference was moved to was taken for a copy.
#[grad]
fn references_moved(x: f64) -> f64 {
    let mut v = [1.0; 3];
    let mut w = [2.0; 3];
    let (a, b) = (&mut v, &mut w);
    let (mut now, mut next) = (a, b);
    for _ in 0..3 {
        next[0] = now[0] * x;
        core::mem::swap(&mut now, &mut next);
    }
    v[0] + 10.0 * w[0]
}

/// Parts of what a reference refers to were taken for copies.
#[grad]
fn references_to_parts(x: f64) -> f64 {
    let mut pairs = [(1.0, x), (x, 2.0)];
    for (a, b) in &mut pairs {
        *a = x * x;
        *b += 1.0;
    }
    pairs[0].0 * pairs[1].1
}

/// Contents that are exchanged through references.
#[grad]
fn contents_exchanged(x: f64) -> f64 {
    let (mut v, mut w) = ([1.0; 3], [x; 3]);
    let (b, c) = (&mut v, &mut w);
    core::mem::swap(b, c);
    b[0] *= x;
    v[0] * 10.0 + w[0]
}

#[test]
fn references_refer_to_what_they_did() {
    assert_eq!(references_rebound_value_and_grad(3.0), (references_rebound(3.0), 16.0));
    assert_eq!(references_moved_value_and_grad(2.0), (references_moved(2.0), 124.0));
    assert_eq!(references_to_parts_value_and_grad(2.0), (references_to_parts(2.0), 12.0));
    assert_eq!(contents_exchanged_value_and_grad(2.0), (contents_exchanged(2.0), 40.0));
}

/// What one arm computes was taken for known behind the branch, where another arm had been taken.
#[chainrule::jacobian]
fn a_sine_in_an_arm(x: f64, y: f64) -> [f64; 2] {
    let cosine = x.cos();
    let first = if y > 0.0 { y } else { (x.sin() * 0.5).exp2() };
    [first, cosine * y]
}

#[test]
fn what_an_arm_computes_is_not_known_behind_it() {
    let ([_, by_x], [_, by_y]) = a_sine_in_an_arm_jacobian(0.5, 2.0);
    assert_eq!((by_x, by_y), (-2.0 * 0.5_f64.sin(), 0.5_f64.cos()));
}

/// A float that a branch chooses among the fields of a constant struct, beside numbers in a tuple, was taken for an integer,
/// and had no tangent in the call.
#[grad]
#[chainrule::jvp]
fn of_a_pair(x: ([f64; 2], f64), y: &[f64; 3]) -> f64 {
    x.0[0] * x.1 + y[0] * y[1] * x.1
}

struct Fields {
    floats: [f64; 2],
    is_first: bool,
}

#[grad(wrt(x))]
#[chainrule::jvp(wrt(x))]
#[chainrule::vjp(wrt(x))]
fn chosen_field(x: [f64; 3], y: &Fields) -> f64 {
    of_a_pair(([1.0; 2], if y.is_first { y.floats[0] } else { y.floats[1] }), &x)
}

#[test]
fn a_chosen_field_is_a_float() {
    let (x, y) = ([2.0, 3.0, 5.0], Fields { floats: [7.0, 11.0], is_first: false });
    assert_eq!(chosen_field_grad(x, &y), [33.0, 22.0, 0.0]);
    assert_eq!(chosen_field_jvp(x, &y, [1.0, 1.0, 1.0]), (77.0, 55.0));
    assert_eq!(chosen_field_vjp(x, &y).1(2.0), [66.0, 44.0, 0.0]);
}

/// A negative literal without a point, whose suffix makes it a float, was taken for an integer, which has no derivative.
#[grad]
fn of_two(x: f64, y: f64) -> f64 {
    x * x * y
}

#[grad]
fn of_a_negative_literal(y: f64) -> f64 {
    of_two(y, -2_f64)
}

#[test]
fn a_negative_literal_may_be_a_float() {
    assert_eq!(of_a_negative_literal_value_and_grad(3.0), (-18.0, -12.0));
}

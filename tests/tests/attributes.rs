//! What stands around a body: attributes, visibility, generics, options and patterns of parameters.

#![allow(
    clippy::all,
    clippy::pedantic,
    unused_parens,
    unreachable_pub,
    reason = "what is written is what is tested"
)]

use chainrule::{Real, grad};

/// Compares the value of a sibling with the function bit for bit, and the gradient of both siblings with what
/// was worked out by hand.
macro_rules! assert_gradient {
    ($function:expr, $gradient:expr, $both:expr; ($($argument:expr),*) => $expected:expr) => {
        let (value, gradient) = $both($($argument),*);
        assert_eq!(value.to_bits(), $function($($argument),*).to_bits());
        assert_eq!(gradient, $expected);
        assert_eq!($gradient($($argument),*), $expected);
    };
}

mod visibilities {
    pub mod inside {
        #[chainrule::grad]
        pub fn public(x: f64) -> f64 {
            x * x
        }
        #[chainrule::grad]
        pub(crate) fn of_the_crate(x: f64) -> f64 {
            x * x
        }
        #[chainrule::grad]
        pub(super) fn of_the_parent(x: f64) -> f64 {
            x * x
        }
        #[chainrule::grad]
        pub(in crate::visibilities) fn of_a_module(x: f64) -> f64 {
            x * x
        }
        #[chainrule::grad]
        fn private(x: f64) -> f64 {
            x * x
        }
        pub fn through_private(x: f64) -> f64 {
            private_grad(x)
        }
    }
    pub fn sum(x: f64) -> f64 {
        inside::of_the_parent_grad(x) + inside::of_a_module_value_and_grad(x).1
    }
}

#[test]
fn siblings_are_as_visible() {
    use visibilities::inside;
    assert_eq!(inside::public_grad(3.0), 6.0);
    assert_eq!(inside::of_the_crate_grad(3.0), 6.0);
    assert_eq!(inside::through_private(3.0), 6.0);
    assert_eq!(visibilities::sum(3.0), 12.0);
}

mod conditions {
    use chainrule::grad;

    #[grad]
    #[cfg(all())]
    pub fn present(x: f64) -> f64 {
        x * x
    }

    #[cfg(any())]
    #[grad]
    pub fn absent(x: f64) -> f64 {
        x * x
    }

    #[grad]
    #[cfg(any())]
    pub fn absent(x: f64) -> f64 {
        x * x
    }

    #[grad]
    #[cfg_attr(all(), cfg(any()))]
    pub fn absent(x: f64) -> f64 {
        x * x
    }

    #[grad]
    #[cfg_attr(all(), cfg(all()), inline)]
    pub fn absent(x: f64) -> f64 {
        x * x * x
    }
}

#[test]
fn siblings_stand_under_the_same_conditions() {
    assert_eq!(conditions::present_grad(3.0), 6.0);
    assert_eq!(conditions::absent_grad(3.0), 27.0);
}

mod markers {
    #[chainrule::grad]
    #[inline(always)]
    #[must_use = "a value"]
    #[track_caller]
    #[doc = "A square."]
    #[doc(alias = "quadratic")]
    #[deprecated(since = "0.1.0", note = "for the test")]
    #[cold]
    #[rustfmt::skip]
    #[expect(unused_variables, reason = "the primal has one, the siblings have none")]
    pub fn f(x: f64) -> f64 {
        let unused = 1.0;
        x * x
    }
}

#[test]
#[expect(deprecated, reason = "it is deprecated, and so are the siblings")]
fn markers_are_kept() {
    use markers::{f, f_grad, f_value_and_grad};
    assert_gradient!(f, f_grad, f_value_and_grad; (3.0) => 6.0);
}

#[grad]
fn generic<T>(x: T, k: T, n: i32) -> T
where
    T: Copy + Real,
{
    k * x.powi(n) + T::LN_2
}

#[grad]
fn mixed<'a, 'b: 'a, T: Real, N: Into<i64> + Copy, const COUNT: usize>(
    x: &'a T,
    y: &'b f64,
    n: N,
    list: [u8; COUNT],
) -> f64
where
    'b: 'a,
{
    let _ = x;
    y * n.into() as f64 * COUNT as f64 + list.len() as f64
}

#[grad(wrt(x))]
fn of_anything(x: f64, scale: impl Into<f64> + Copy, names: &[&str]) -> f64 {
    x * x * scale.into() + names.len() as f64
}

#[test]
fn generics_are_kept() {
    assert_gradient!(generic::<f64>, generic_grad::<f64>, generic_value_and_grad::<f64>; (3.0, 2.0, 2) => (12.0, 9.0));
    assert_gradient!(generic::<f32>, generic_grad::<f32>, generic_value_and_grad::<f32>; (3.0, 2.0, 2) => (12.0, 9.0));
    assert_eq!(mixed_grad(&3.0_f32, &2.0, 4_i32, [0, 0, 0]), (0.0_f32, 12.0));
    assert_eq!(mixed_value_and_grad(&3.0_f64, &2.0, 4_u8, [0]).1, (0.0, 4.0));
    assert_gradient!(of_anything, of_anything_grad, of_anything_value_and_grad; (3.0, 2_u8, &["a"]) => 12.0);
}

#[grad]
const fn rational(x: f64, y: f64) -> f64 {
    let z = if x > y { x * x / (1.0 + y) } else { -x };
    z - y.abs() + x.max(y) * 0.5
}

#[grad]
const fn remainder(x: f64, y: f64) -> f64 {
    x % y + x.midpoint(y) + x.recip().to_degrees()
}

const SLOPES: (f64, f64) = rational_grad(2.0, 1.0);
const VALUE: f64 = rational_value_and_grad(2.0, 1.0).0;
const PARTS: (f64, (f64, f64)) = remainder_value_and_grad(7.0, 2.0);

#[test]
fn constants_are_evaluated_while_compiling() {
    const { assert!(SLOPES.0 == 2.5 && SLOPES.1 == -2.0) };
    assert_gradient!(rational, rational_grad, rational_value_and_grad; (2.0, 1.0) => (2.5, -2.0));
    assert_eq!(VALUE.to_bits(), rational(2.0, 1.0).to_bits());
    assert_eq!(PARTS.0.to_bits(), remainder(7.0, 2.0).to_bits());
    assert_eq!(PARTS.1.1, -3.0 + 0.5);
}

#[grad(wrt(weight, bias), name = "descent", strict, crate = ::chainrule)]
fn loss(input: f64, weight: f64, bias: f64, target: f64) -> f64 {
    (weight * input + bias - target).powi(2)
}

#[grad(wrt(y), name = "by_y")]
#[grad(wrt(x), name = "by_x")]
#[grad()]
fn several(x: f64, y: f64) -> f64 {
    x * x * y
}

#[test]
fn options_are_heeded() {
    assert_gradient!(loss, descent_grad, descent_value_and_grad; (2.0, 3.0, 1.0, 4.0) => (12.0, 6.0));
    assert_gradient!(several, several_grad, several_value_and_grad; (3.0, 2.0) => (12.0, 9.0));
    assert_gradient!(several, by_x_grad, by_x_value_and_grad; (3.0, 2.0) => 12.0);
    assert_gradient!(several, by_y_grad, by_y_value_and_grad; (3.0, 2.0) => 9.0);
}

/// A struct of constants.
#[derive(Clone, Copy)]
struct Material {
    stiffness: i32,
    kind: Kind,
}

#[derive(Clone, Copy)]
struct Kind(u8, bool);

#[grad]
fn patterns(
    (a, (b, _)): (f64, (f64, f64)),
    &c: &f64,
    mut d: f64,
    _: f64,
    _unused: f32,
    Material { stiffness, kind: Kind(count, ..) }: Material,
    [first, ..]: [i32; 3],
    #[allow(unused_variables)] flag: bool,
    (e): (f64, i32),
) -> f64 {
    d *= a;
    d * b * c * f64::from(stiffness + first) + f64::from(count) * e.0 * f64::from(e.1)
}

#[test]
fn parameters_are_taken_apart() {
    let material = Material { stiffness: 2, kind: Kind(3, true) };
    let Kind(_, is_real) = material.kind;
    assert!(is_real);
    assert_gradient!(
        patterns, patterns_grad, patterns_value_and_grad;
        ((2.0, (3.0, 9.0)), &5.0, 7.0, 1.0, 1.0, material, [1, 0, 0], true, (4.0, 2)) =>
        ((315.0, (210.0, 0.0)), 126.0, 90.0, 0.0, 0.0, (6.0,))
    );
}

#[grad]
fn tuples(pair: (f64, f32), nested: ((f64,), i32), (): ()) -> f64 {
    pair.0 * f64::from(pair.1) + nested.0.0 * f64::from(nested.1)
}

#[test]
fn gradients_have_the_shape_of_the_parameters() {
    assert_gradient!(
        tuples, tuples_grad, tuples_value_and_grad;
        ((2.0, 3.0), ((4.0,), 5), ()) => ((3.0, 2.0), ((5.0,),))
    );
}

struct Pendulum;

impl Pendulum {
    const LENGTH: f64 = 2.0;

    /// An associated function is differentiated like any other.
    #[grad]
    fn energy(angle: f64) -> f64 {
        Self::LENGTH * angle * angle
    }
}

#[test]
fn associated_functions_have_siblings() {
    assert_gradient!(Pendulum::energy, Pendulum::energy_grad, Pendulum::energy_value_and_grad; (3.0) => 12.0);
}

#[test]
fn functions_of_functions_have_siblings() {
    #[grad]
    fn square(x: f64) -> f64 {
        x * x
    }
    assert_gradient!(square, square_grad, square_value_and_grad; (3.0) => 6.0);
}

#[test]
fn siblings_are_plain_functions() {
    let table: [fn(f64, f64) -> (f64, f64); 2] = [several_grad, rational_grad];
    assert_eq!(table.map(|gradient| gradient(3.0, 2.0)), [(12.0, 9.0), (2.5, -2.0)]);
}

/// Without `strict`, the gradient alone shares reciprocals that the value would need as quotients.
mod strict_siblings {
    #[chainrule::grad(strict)]
    fn rational(x: f64, y: f64) -> f64 {
        let numerator = x * x + 0.3 * y;
        let denominator = 1.0 + x * y + y.powi(2);
        (numerator / denominator).exp() / denominator + x / y
    }

    #[test]
    fn agree_to_the_last_bit() {
        for step in 1..400_i32 {
            let (x, y) = (0.017 * f64::from(step), 3.3 / f64::from(step));
            let (_, (dx, dy)) = rational_value_and_grad(x, y);
            let alone = rational_grad(x, y);
            assert_eq!((dx.to_bits(), dy.to_bits()), (alone.0.to_bits(), alone.1.to_bits()), "at {x}, {y}");
        }
    }
}

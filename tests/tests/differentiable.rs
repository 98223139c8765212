//! `#[derive(Differentiable)]` and the trait: structs of every form, what is added and scaled, and what stays.

use chainrule::{Differentiable, Real};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Plane {
    normal: [f64; 3],
    offset: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Complex(f32, f32);

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Pair<T> {
    x: T,
    y: T,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Layer<T: Real, const IN: usize, const OUT: usize>
where
    [T; IN]: Default,
{
    weights: [[T; IN]; OUT],
    biases: [T; OUT],
}

#[derive(Clone, Debug, PartialEq)]
enum Activation {
    Linear,
    Tanh,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Network<T: Real> {
    #[differentiable(constant)]
    name: String,
    hidden: Layer<T, 2, 2>,
    #[differentiable(constant)]
    activation: Activation,
    output: (Pair<T>, T),
    #[differentiable(constant)]
    rate: T,
}

fn network() -> Network<f64> {
    Network {
        name: "xor".to_owned(),
        hidden: Layer { weights: [[1.0, 2.0], [3.0, 4.0]], biases: [5.0, 6.0] },
        activation: Activation::Tanh,
        output: (Pair { x: 7.0, y: 8.0 }, 9.0),
        rate: 0.5,
    }
}

/// The laws that hold for every value with distinct floats.
fn holds_the_laws<D>(value: &D)
where
    D: Differentiable<Scalar: std::iter::Sum> + PartialEq + std::fmt::Debug,
{
    let two = D::Scalar::from_f64(2.0);
    let floats: Vec<D::Scalar> = value.floats().collect();
    assert_eq!(floats.len(), D::COUNT);

    assert!(value.zero().floats().all(|x| x == D::Scalar::ZERO));
    assert_eq!(value.zero().add(value), *value);
    assert_eq!(value.add(value), value.scale(two));
    assert_eq!(value.dot(value), floats.iter().map(|&x| x * x).sum());
    assert_eq!(value.dot(&value.zero()), D::Scalar::ZERO);

    let mut counted = value.clone();
    let mut count = D::Scalar::ZERO;
    for x in counted.floats_mut() {
        *x = count;
        count += D::Scalar::ONE;
    }
    assert!(counted.floats().eq((0..).take(D::COUNT).map(D::Scalar::from_i32)));

    let mut sum = value.clone();
    sum.accumulate(&counted);
    assert!(sum.floats().eq(value.floats().zip(counted.floats()).map(|(x, y)| x + y)));
    sum.rescale(two);
    assert!(sum.floats().eq(value.floats().zip(counted.floats()).map(|(x, y)| two * (x + y))));
}

#[test]
fn every_form_is_a_vector_space() {
    holds_the_laws(&1.5_f64);
    holds_the_laws(&1.5_f32);
    holds_the_laws(&[1.0, -2.0, 3.0]);
    holds_the_laws(&[[1.0_f32, 2.0], [3.0, 4.0]]);
    holds_the_laws(&(1.0,));
    holds_the_laws(&(1.0, [2.0, 3.0], (4.0, 5.0), 6.0, 7.0, 8.0, 9.0, [10.0]));
    holds_the_laws(&Plane { normal: [1.0, 2.0, 3.0], offset: 4.0 });
    holds_the_laws(&Complex(1.0, -2.0));
    holds_the_laws(&Pair { x: [1.0], y: [2.0] });
    holds_the_laws(&Pair { x: Complex(1.0, 2.0), y: Complex(3.0, 4.0) });
    holds_the_laws(&network());
}

#[test]
fn floats_come_in_the_order_of_declaration() {
    assert!(network().floats().eq((1_i32..=9).map(f64::from)));
    assert_eq!(Network::<f32>::COUNT, 9);
    assert!([[1.0, 2.0], [3.0, 4.0]].floats().eq([1.0, 2.0, 3.0, 4.0]));
    assert_eq!(<[Plane; 3]>::COUNT, 12);
}

#[test]
fn no_floats_at_all() {
    let none: [f64; 0] = [];
    assert_eq!(<[f64; 0]>::COUNT, 0);
    assert_eq!(none.dot(&none), 0.0);
    assert_eq!(none.floats().count(), 0);
}

#[test]
fn inactive_fields_stay_those_of_self() {
    let one = network();
    let other = Network { name: "other".to_owned(), activation: Activation::Linear, rate: 9.0, ..network() };

    for result in [one.zero(), one.add(&other), one.scale(3.0)] {
        assert_eq!(result.name, "xor");
        assert_eq!(result.activation, Activation::Tanh);
        assert_eq!(result.rate, 0.5);
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Outer {
    inner: [Inner; 2],
    pair: (Inner, f64),
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Inner {
    x: f64,
    #[differentiable(constant)]
    held: f64,
}

fn outer(x: f64, held: f64) -> Outer {
    let inner = Inner { x, held };
    Outer { inner: [inner.clone(), inner.clone()], pair: (inner, x) }
}

#[test]
fn constants_of_nested_fields_are_copied() {
    assert_eq!(outer(1.0, 2.0).with_constants_of(&outer(3.0, 4.0)), outer(1.0, 4.0));
    assert_eq!([outer(1.0, 2.0)].with_constants_of(&[outer(3.0, 4.0)]), [outer(1.0, 4.0)]);
    assert_eq!(2.0.with_constants_of(&3.0), 2.0);
}

#[test]
fn directions_have_no_constant_component() {
    assert_eq!(outer(1.0, 2.0).as_direction(), outer(1.0, 0.0));
    assert_eq!(network().as_direction(), Network { rate: 0.0, ..network() });
    assert_eq!([1.0, 2.0].as_direction(), [1.0, 2.0]);
}

/// Held floats in every place where they can be seen.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Holder<T, M> {
    x: T,
    #[differentiable(constant)]
    float: f32,
    #[differentiable(constant)]
    nested: ([(f64, i32); 2], [Inner; 2], &'static str),
    #[differentiable(constant)]
    scalar: (T, [M; 2]),
    #[differentiable(constant)]
    structure: Pair<T>,
    #[differentiable(constant)]
    opaque: Vec<T>,
    #[differentiable(constant)]
    marker: std::marker::PhantomData<M>,
}

#[test]
fn directions_are_cleared_wherever_there_are_floats() {
    let inner = Inner { x: 1.0, held: 2.0 };
    let none = Inner { x: 0.0, held: 0.0 };
    let holder = Holder {
        x: 1.5,
        float: 2.5,
        nested: ([(3.5, 4), (5.5, 6)], [inner.clone(), inner], "a"),
        scalar: (7.5, [8.5_f32, 9.5]),
        structure: Pair { x: 1.0, y: 2.0 },
        opaque: vec![3.0],
        marker: std::marker::PhantomData,
    };
    let direction = Holder {
        float: 0.0,
        nested: ([(0.0, 4), (0.0, 6)], [none.clone(), none], "a"),
        scalar: (0.0, [0.0, 0.0]),
        structure: Pair { x: 0.0, y: 0.0 },
        ..holder.clone()
    };
    assert_eq!(holder.as_direction(), direction);
    assert_eq!(holder.zero(), Holder { x: 0.0, ..holder });
}

mod private {
    //! Public structs whose first fields are of a private type, which their scalars must not name.
    #![expect(
        unreachable_pub,
        reason = "rustc asks whether a type is declared public, not whether it is reachable"
    )]

    use chainrule::Differentiable;

    #[derive(Clone, Default, Differentiable)]
    struct Hidden<T> {
        x: T,
    }

    #[derive(Clone, Default, Differentiable)]
    pub struct Shown {
        single: Hidden<f32>,
        several: [Hidden<f32>; 2],
    }

    #[derive(Clone, Default, Differentiable)]
    pub struct Generic<T: Clone + Default> {
        hidden: Hidden<T>,
        shown: Shown,
    }
}

#[test]
fn fields_of_private_types_are_fields() {
    assert_eq!(private::Shown::COUNT, 3);
    assert_eq!(private::Generic::<f32>::COUNT, 4);
    let mut shown = private::Shown::default();
    for x in shown.floats_mut() {
        *x = 2.0;
    }
    let squared: f32 = shown.dot(&shown);
    assert_eq!(squared, 12.0);
}

/// A type parameter beside a struct that says which scalar it must have.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Beside<T, U> {
    first: T,
    plane: Plane,
    pair: Pair<U>,
    last: (f64, U),
}

/// The same without a float or parameter by itself.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Within<T, U> {
    first: Pair<T>,
    complex: Complex,
    last: [Pair<(U, T)>; 1],
}

#[test]
fn scalars_of_all_fields_are_one() {
    let plane = Plane { normal: [2.0, 3.0, 4.0], offset: 5.0 };
    let beside = Beside { first: [1.0], plane, pair: Pair { x: 6.0, y: 7.0 }, last: (8.0, 9.0) };
    assert!(beside.floats().eq((1_i32..=9).map(f64::from)));
    holds_the_laws(&beside);
    holds_the_laws(&Within {
        first: Pair { x: 1.0_f32, y: 2.0 },
        complex: Complex(3.0, 4.0),
        last: [Pair { x: ([5.0_f32], 6.0), y: ([7.0], 8.0) }],
    });
}

/// `T: Real` is differentiable, and its operators stay what they are.
fn generic<T: Real>(x: T, y: T) -> (T, usize) {
    let sum: T = x.add(y);
    (sum.scale(T::from(2.0)).dot(&y) + x.zero(), T::COUNT)
}

#[test]
fn a_generic_scalar_is_differentiable() {
    assert_eq!(generic(1.0, 3.0), (24.0, 1));
    assert_eq!(generic(1.0_f32, 3.0), (24.0, 1));
}

macro_rules! structure {
    ($name:ident { $($field:ident: $ty:ty),* }) => {
        #[derive(Clone, Differentiable)]
        struct $name { $($field: $ty),* }
    };
}

structure!(FromMacro { x: f64, y: [f64; 2], z: (f64, f64) });

#[test]
fn types_may_come_from_a_macro() {
    let value = FromMacro { x: 1.0, y: [2.0, 3.0], z: (4.0, 5.0) };
    assert!(value.floats().eq((1_i32..=5).map(f64::from)));
}

/// More fields than iterators may nest.
#[derive(Clone, Differentiable)]
#[rustfmt::skip]
struct Wide {
    a0: f64, a1: f64, a2: f64, a3: f64, a4: f64, a5: f64, a6: f64, a7: f64, a8: f64, a9: f64,
    b0: f64, b1: f64, b2: f64, b3: f64, b4: f64, b5: f64, b6: f64, b7: f64, b8: f64, b9: f64,
    c0: f64, c1: f64, c2: f64, c3: f64, c4: f64, c5: f64, c6: f64, c7: f64, c8: f64, c9: f64,
    d0: f64, d1: f64, d2: f64, d3: f64, d4: f64, d5: f64, d6: f64, d7: f64, d8: f64, d9: f64,
    e0: f64, e1: f64, e2: f64, e3: f64, e4: f64, e5: f64, e6: f64, e7: f64, e8: f64, e9: f64,
    f0: f64, f1: f64, f2: f64, f3: f64, f4: f64, f5: f64, f6: f64, f7: f64, f8: f64, f9: f64,
    g0: f64, g1: f64, g2: f64, g3: f64, g4: f64, g5: f64, g6: f64, g7: f64, g8: f64, g9: f64,
    h0: f64, h1: f64, h2: f64, h3: f64, h4: f64, h5: f64, h6: f64, h7: f64, h8: f64, h9: f64,
    i0: f64, i1: f64, i2: f64, i3: f64, i4: f64, i5: f64, i6: f64, i7: f64, i8: f64, i9: f64,
    j0: f64, j1: f64, j2: f64, j3: f64, j4: f64, j5: f64, j6: f64, j7: f64, j8: f64, j9: f64,
    k0: f64, k1: f64, k2: f64, k3: f64, k4: f64, k5: f64, k6: f64, k7: f64, k8: f64, k9: f64,
    l0: f64, l1: f64, l2: f64, l3: f64, l4: f64, l5: f64, l6: f64, l7: f64, l8: f64, l9: f64,
    m0: f64, m1: f64, m2: f64, m3: f64, m4: f64, m5: f64, m6: f64, m7: f64, m8: f64, m9: f64,
}

#[test]
fn wide_structs_are_fine() {
    assert_eq!(Wide::COUNT, 130);
}

mod hostile {
    //! Names that the derived code must not fall for.
    #![allow(dead_code, non_camel_case_types, reason = "nobody should call them, whatever their names are")]

    use chainrule::Differentiable as Derive;

    #[derive(Clone, Derive)]
    pub(super) struct usize<other> {
        pub(super) r#type: other,
        pub(super) factor: [other; 2],
        #[differentiable(constant)]
        pub(super) element: [(u8, other); 2],
    }

    pub(super) trait Floats: Sized {
        fn floats(&self) -> f64 {
            0.0
        }
        fn clear(self) -> f64 {
            0.0
        }
        fn zero(&self) -> f64 {
            0.0
        }
    }

    impl<T> Floats for T {}

    #[derive(Clone, Derive)]
    pub(super) struct Differentiable {
        pub(super) primal: usize<f64>,
    }
}

#[test]
fn names_are_not_mixed_up() {
    let inner = hostile::usize { r#type: 1.0, factor: [2.0, 3.0], element: [(1, 4.0), (2, 5.0)] };
    let value = hostile::Differentiable { primal: inner };
    assert!(value.floats().eq([1.0, 2.0, 3.0]));
    assert_eq!(value.as_direction().primal.element, [(1, 0.0), (2, 0.0)]);
}

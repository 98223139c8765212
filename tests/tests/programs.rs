//! Programs of several functions that once went wrong: what random programs and examples have found.

use approx::assert_relative_eq;
use chainrule::{Differentiable, Real, check, grad, hvp, jacobian, jvp, vjp};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct State {
    x: f64,
    v: f64,
}

/// A Jacobian by a struct was accumulated by elimination, which does not see into structs: it was zero.
mod jacobian_by_a_struct {
    use super::*;

    #[jacobian]
    fn f(s: State, x: f64) -> (f64, f64) {
        (s.x * x, s.v)
    }

    #[vjp]
    fn flight(start: State, time: f64) -> State {
        State { x: start.x + time * start.v, v: start.v }
    }

    #[jacobian]
    fn arrival(speed: f64) -> [f64; 2] {
        let end: State = flight(State { x: 1.0, v: speed }, 2.0);
        [end.x, end.v]
    }

    #[test]
    fn rows() {
        let (first, second) = f_jacobian(State { x: 1.0, v: 2.0 }, 3.0);
        assert_eq!(first, (State { x: 3.0, v: 0.0 }, 1.0));
        assert_eq!(second, (State { x: 0.0, v: 1.0 }, 0.0));
        assert_eq!(arrival_jacobian(0.5), [2.0, 1.0]);
    }
}

/// A list of constants lost its `&` where a function without derivative takes it by reference.
mod constant_list_by_reference {
    use super::*;

    fn blend(n: i32, x: &[[f64; 2]; 3]) -> f64 {
        x[0][1] * f64::from(n)
    }

    #[grad]
    fn f(y: f64) -> f64 {
        y * blend(3, &[[0.5; 2]; 3])
    }

    #[test]
    fn is_kept() {
        assert_eq!(f_grad(2.0), 1.5);
    }
}

/// Names bound to what a sibling returns are numbers, with the methods of numbers.
mod parts_of_a_sibling {
    use super::*;

    #[grad]
    #[hvp]
    fn wave(x: f64) -> f64 {
        x * x * x
    }

    #[grad]
    #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, reason = "the casts are what is tested")]
    fn f(x: f64) -> f64 {
        let (value, slope) = wave_value_and_grad(x);
        value + slope.abs() + wave(x) as f32 as f64
    }

    #[grad]
    fn pair(y: f64) -> f64 {
        let x = [wave(y); 2];
        x[0].sin_cos().0 + x[1]
    }

    #[test]
    fn are_numbers() {
        assert_eq!(f_grad(2.0), 12.0 + 12.0 + 12.0);
        check::gradient(|&y| pair(y), |&y| pair_grad(y), &0.75).unwrap();
    }
}

/// An annotated tuple with an array in it is an array where it is mapped.
mod array_in_a_tuple {
    use super::*;

    #[vjp]
    fn blend(x: f64) -> (f64, [f64; 3]) {
        (x, [x, x * x, 1.0])
    }

    #[grad]
    fn f(x: f64) -> f64 {
        let t: (f64, [f64; 3]) = blend(x);
        let m = t.1.map(|v| v * x);
        m[1] + t.0
    }

    #[test]
    fn is_mapped() {
        assert_eq!(f_grad(2.0), 13.0);
    }
}

/// A program's own function may have the name of one of `chainrule::math`, with other parameters.
mod names_of_ours {
    use super::*;

    #[grad]
    fn sigmoid<T: Real>(x: T, n: i32) -> T {
        x.powi(n)
    }

    #[grad]
    fn floor(height: f64, climb: f64) -> f64 {
        height * climb
    }

    #[grad]
    fn f(y: f64) -> f64 {
        sigmoid::<f64>(y, 2) + floor(y, 3.0)
    }

    #[test]
    fn are_the_program_s() {
        assert_eq!(f_grad(2.0), 7.0);
    }
}

/// What a generic function returns is of the type of the result, where nothing else says so.
mod generic_result {
    use super::*;

    #[grad]
    #[hvp]
    fn wave<T: Real>(x: T) -> T {
        x * x
    }

    #[hvp]
    fn cost<T: Real>(x: T) -> T {
        wave(wave(x).silu())
    }

    #[test]
    fn is_generic() {
        let second = cost_hvp(0.75, 1.0).1;
        check::gradient(|&x| cost_hvp(x, 1.0).0, |_| second, &0.75).unwrap();
        assert!((f64::from(cost_hvp(0.75_f32, 1.0).1) - second).abs() < 1e-5);
    }
}

/// Items of `zip` and `enumerate` are references where those of their parts are.
mod references_to_items {
    use super::*;

    #[derive(Clone, Differentiable)]
    struct Layer {
        weights: [[f64; 2]; 2],
        bias: f64,
    }

    #[grad]
    fn inner(a: &[f64; 2], b: &[f64; 2]) -> f64 {
        a[0] * b[0] + a[1] * b[1]
    }

    #[grad]
    fn rows(layer: &Layer, place: [f64; 2]) -> f64 {
        let weights: [[f64; 2]; 2] = layer.weights;
        let mut sums = [layer.bias; 2];
        for (sum, row) in sums.iter_mut().zip(&weights) {
            *sum += inner(row, &place);
        }
        let more: f64 = weights.iter().zip(place.iter()).map(|(w, p)| inner(w, &[*p, 2.0])).sum();
        sums[0] * sums[1] + more
    }

    #[test]
    fn are_references() {
        let point = (Layer { weights: [[1.0, 2.0], [3.0, 4.0]], bias: 0.5 }, [0.5, 0.25]);
        check::gradient(|(l, p)| rows(l, *p), |(l, p)| rows_grad(l, *p), &point).unwrap();
    }
}

/// A struct that is assigned to, and otherwise passed on, is active.
mod assigned_struct {
    use super::*;

    #[vjp]
    #[jvp]
    fn leap(probe: State, time: f64) -> State {
        State { x: probe.x + time * probe.v, ..probe }
    }

    #[vjp]
    #[jvp]
    fn flight(probe: State, time: f64) -> State {
        let mut probe = probe;
        for _ in 0..2 {
            probe = leap(probe, time / 2.0);
        }
        probe
    }

    #[test]
    fn is_active() {
        let (end, pullback) = flight_vjp(State { x: 1.0, v: 2.0 }, 4.0);
        assert_eq!(end, State { x: 9.0, v: 2.0 });
        assert_eq!(pullback(State { x: 1.0, v: 0.0 }), (State { x: 1.0, v: 4.0 }, 2.0));
    }
}

/// An element of a constant array is a number where it meets what a call returns.
mod constant_element {
    use super::*;

    const TARGET: [f64; 2] = [5.0, 1.0];

    #[vjp]
    fn landing(a: f64) -> [f64; 2] {
        [a * a, a]
    }

    #[grad]
    fn miss(a: f64) -> f64 {
        let [x, y] = landing(a);
        (x - TARGET[0]).powi(2) + (y - 1.0).powi(2)
    }

    #[test]
    fn is_a_number() {
        check::gradient(|&a| miss(a), |&a| miss_grad(a), &1.75).unwrap();
    }
}

/// What `wrt` leaves out may be a struct, of which the callee has a gradient, or an enum, of which it has none.
mod left_out {
    use super::*;

    #[derive(Clone, Copy)]
    enum Kind {
        Linear,
        Curved,
    }

    const RATE: f64 = 0.5;
    const POWER: i32 = 2;

    #[grad]
    #[jvp]
    #[hvp]
    fn activate(kind: Kind, x: f64, rate: f64, power: i32) -> f64 {
        match kind {
            Kind::Linear => x * rate,
            Kind::Curved => (x * rate).tanh().powi(power),
        }
    }

    #[grad]
    #[jvp]
    fn fall(state: &State, x: f64) -> f64 {
        state.v * x * x
    }

    #[grad(wrt(x))]
    #[jvp(wrt(x))]
    fn f(kind: Kind, state: &State, x: f64) -> f64 {
        activate(kind, 2.0 * x, RATE, POWER) + fall(state, x)
    }

    #[hvp(wrt(x))]
    fn g(kind: Kind, x: f64) -> f64 {
        activate(kind, x.sin(), RATE, POWER)
    }

    #[test]
    fn types_decide() {
        let state = State { x: 0.5, v: 2.0 };
        for kind in [Kind::Linear, Kind::Curved] {
            check::gradient(|&x| f(kind, &state, x), |&x| f_grad(kind, &state, x), &0.75).unwrap();
            let tangent = |x: &f64, d: &f64| f_jvp(kind, &state, *x, *d);
            check::jvp(|&x| f(kind, &state, x), tangent, &0.75, &2.0).unwrap();
            let second = g_hvp(kind, 0.75, 1.0).1;
            check::gradient(|&x| g_hvp(kind, x, 1.0).0, |_| second, &0.75).unwrap();
        }
    }
}

/// The slope of a reciprocal vanishes where its product with a tangent does not.
mod large_denominator {
    use super::*;

    #[hvp]
    fn f(x: f64, y: f64) -> f64 {
        (x.exp() + y.exp()).ln()
    }

    #[test]
    fn keeps_its_slope() {
        let (_, (xx, xy)) = f_hvp(400.0, 401.0, 1.0, 0.0);
        let p = 1.0 / (1.0 + 1.0_f64.exp());
        assert!((xx - p * (1.0 - p)).abs() < 1e-12 && (xy + p * (1.0 - p)).abs() < 1e-12);
    }
}

/// Where a cotangent is zero, its own derivative need not be, also where it multiplies a struct.
mod zero_cotangent {
    use super::*;

    #[grad]
    #[hvp]
    fn spread(w: &State) -> f64 {
        w.v * w.v
    }

    #[hvp]
    fn drag(w: &State) -> f64 {
        w.x * spread(w)
    }

    #[test]
    fn has_a_derivative() {
        let (_, second) = drag_hvp(&State { x: 0.0, v: 3.0 }, State { x: 1.0, v: 0.0 });
        assert_eq!(second, State { x: 0.0, v: 6.0 });
    }
}

/// The zero of an arm was made like a value of another arm.
mod struct_of_another_arm {
    use super::*;

    #[vjp]
    fn blend(s: &State, n: i32) -> State {
        State { x: s.x * f64::from(n), v: s.v }
    }

    #[vjp]
    fn energy(s: &State, n: i32) -> State {
        if n <= 0 {
            return *s;
        }
        let sum = blend(s, n);
        State { x: (if s.v <= 1.0 { 1.0 } else { sum.x }) - s.x, ..*s }
    }

    #[test]
    fn is_in_scope() {
        let (_, pullback) = energy_vjp(&State { x: 2.0, v: 3.0 }, 4);
        assert_eq!(pullback(State { x: 1.0, v: 1.0 }), State { x: 3.0, v: 1.0 });
    }
}

/// A tuple struct of constants has a gradient as any other argument, and `*x` of an array is passed by value.
mod constant_structs_and_arrays {
    use super::*;

    #[derive(Clone, Debug, Differentiable)]
    struct Wrapped<T>(T);

    #[derive(Clone, Debug, Differentiable)]
    struct Params(#[differentiable(constant)] f64, f64);

    #[grad]
    #[jvp]
    #[hvp]
    fn energy(x: &Params, y: f64, z: &Wrapped<f64>) -> f64 {
        z.0 + x.1 * y * z.0
    }

    #[grad]
    fn f(z: &Wrapped<f64>) -> f64 {
        energy(&Params(0.5, 4.0), 2.0, z) - z.0
    }

    #[grad]
    fn g(x: f64) -> f64 {
        let (_, slope) = energy_jvp(&Params(0.5, 0.25), 2.5, &Wrapped(x), Params(0.5, x), x, Wrapped(1.0));
        slope
    }

    #[grad]
    fn product(y: [f64; 3]) -> f64 {
        y[0] * y[1] + y[2]
    }

    #[grad]
    fn h(x: &[f64; 3]) -> f64 {
        product(*x)
    }

    #[test]
    fn are_passed() {
        assert_eq!(f_grad(&Wrapped(3.0)).0, 8.0);
        check::gradient(|&x| g(x), |&x| g_grad(x), &0.75).unwrap();
        assert_eq!(h_grad(&[2.0, 3.0, 1.0]), [3.0, 2.0, 1.0]);
    }
}

/// A variant carries no floats, whatever it holds.
mod variant_as_argument {
    use super::*;

    #[grad]
    #[hvp]
    fn energy(x: f64, count: Option<i32>, s: &State) -> f64 {
        s.x * x * f64::from(count.unwrap_or(0))
    }

    #[grad]
    fn f(z: f64) -> f64 {
        let (value, (slope, _)) = energy_value_and_grad(0.25, Some(2), &State { x: z, v: 1.0 });
        value * slope + energy(z, None, &State { x: z, v: 1.0 })
    }

    #[test]
    fn has_no_slope() {
        check::gradient(|&z| f(z), |&z| f_grad(z), &0.75).unwrap();
    }
}

/// Calls that differ in their generic arguments alone are two calls.
mod generic_arguments {
    use super::*;

    #[grad]
    fn power<const N: i32>(x: f64) -> f64 {
        x.powi(N)
    }

    #[grad]
    fn f(x: f64) -> f64 {
        power::<2>(x) + power::<3>(x)
    }

    #[test]
    fn are_told_apart() {
        assert_eq!(f_grad(2.0), 16.0);
    }
}

/// A struct literal before the dot of a method keeps its parentheses in a condition.
mod literal_in_a_condition {
    use super::*;

    impl State {
        #[grad(wrt(self, y))]
        fn product(self, y: f64) -> f64 {
            self.x * y
        }
    }

    #[grad]
    fn f(x: f64, y: f64) -> f64 {
        if (State { x, v: y }).product(y) < 2.0 * (State { x: y, v: x }).product(1.0) { x } else { y * x }
    }

    #[test]
    fn keeps_its_parentheses() {
        assert_eq!(f_grad(1.0, 1.5), (1.0, 0.0));
        assert_eq!(f_grad(4.0, 1.5), (1.5, 4.0));
    }
}

/// The Hessian times a vector asks for `_value_and_grad` and `_hvp` alone, wherever the calls stand.
mod siblings_of_hvp {
    use super::*;

    #[grad]
    #[hvp]
    fn drag(rounds: i32, x: f64, z: f64) -> f64 {
        if rounds <= 0 {
            x.tanh() * z
        } else {
            let a = drag(rounds - 1, x, if z == 0.25 { return x } else { z * 2.0 });
            (0.7 + a) * z - x
        }
    }

    #[test]
    fn are_enough() {
        let second = drag_hvp(2, 1.0, 2.0, 0.5, 0.25).1;
        check::gradient(
            |&(x, z)| {
                let (a, b) = drag_grad(2, x, z);
                0.5 * a + 0.25 * b
            },
            |_| second,
            &(1.0, 2.0),
        )
        .unwrap();
    }
}

/// Beside what varies, a constant of a struct has no tangent, whatever its type.
mod constant_in_a_literal {
    use super::*;

    const RATE: f64 = 0.5;
    const COUNT: usize = 3;

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Tank {
        rate: f64,
        level: f64,
        #[differentiable(constant)]
        count: usize,
    }

    #[grad]
    #[vjp]
    #[jvp]
    #[allow(clippy::cast_precision_loss, reason = "the count is small")]
    fn energy(tank: Tank, more: Tank) -> f64 {
        let count: usize = tank.count;
        tank.rate * tank.level * (count as f64) * more.level + more.rate
    }

    #[grad]
    #[jvp]
    fn f(x: f64) -> f64 {
        let tank = Tank { rate: RATE, level: x, count: COUNT };
        energy(tank, Tank { rate: RATE, ..tank })
    }

    #[test]
    fn has_no_tangent() {
        assert_eq!(f_grad(2.0), 6.0);
        assert_eq!(f_jvp(2.0, 1.0), (6.5, 6.0));
    }
}

/// A pullback is asked for the entries of the arguments that its function was given.
mod constant_before_a_pullback {
    use super::*;

    const RATE: f64 = 2.0;
    const COUNT: i32 = 3;

    #[vjp]
    #[jvp]
    fn spread(x: f64, n: i32, y: f64, z: f64) -> (f64, f64) {
        (x * y * f64::from(n), z * x)
    }

    #[grad]
    #[vjp]
    fn f(y: f64, z: f64) -> f64 {
        let (a, b): (f64, f64) = spread(RATE, COUNT, z, y);
        a * b
    }

    #[test]
    fn has_entries() {
        check::gradient(|&(y, z)| f(y, z), |&(y, z)| f_grad(y, z), &(0.75, 1.5)).unwrap();
        check::vjp(|&(y, z)| f(y, z), |&(y, z)| f_vjp(y, z), &(0.75, 1.5), &2.0).unwrap();
    }
}

/// A part of a part that one arm assigns, where another makes a new struct.
mod part_of_a_part {
    use super::*;

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Tank {
        level: f64,
        rates: [f64; 2],
    }

    #[vjp]
    fn step(tank: &Tank, dt: f64) -> Tank {
        Tank { level: tank.level - dt * tank.rates[0], ..*tank }
    }

    #[grad]
    fn program(start: &Tank, dt: f64) -> f64 {
        let mut tank = *start;
        for _ in 0..3 {
            if tank.level > 1.0 {
                tank = step(&tank, dt);
            } else {
                tank.rates[0] += dt * tank.level;
            }
        }
        tank.level * tank.rates[0] + tank.rates[1]
    }

    #[test]
    fn is_joined() {
        for level in [0.5, 1.25, 3.0] {
            let point = (Tank { level, rates: [0.75, 0.5] }, 0.5);
            check::gradient(|(t, dt)| program(t, *dt), |(t, dt)| program_grad(t, *dt), &point).unwrap();
        }
    }
}

/// A constant that meets a number in a method of numbers is one, and what a pattern dereferences is no reference.
mod constants_and_patterns {
    use super::*;

    const RATE: f64 = 0.25;

    #[grad]
    fn scale(x: f64, y: f64) -> f64 {
        x * y
    }

    #[grad]
    fn f(x: [f64; 3]) -> f64 {
        let rest: f64 = x[1..].iter().zip(x.iter()).map(|(&a, b)| scale(*b, a)).sum();
        RATE.midpoint(x[0]) * rest + RATE.max(x[1])
    }

    #[test]
    fn are_numbers() {
        check::gradient(|x| f(*x), |x| f_grad(*x), &[0.75, 1.5, -0.5]).unwrap();
    }
}

/// Assigned structs and early returns: an arm that has left hands on a struct of the same type.
mod assigned_before_a_return {
    use super::*;

    #[grad]
    #[jvp]
    fn wave(n: i32, mut y: State, mut z: f64) -> f64 {
        let a = match n {
            5.. => 2.0 + y.x,
            _ => {
                if 0.3 > y.v {
                    z *= y.x;
                } else if y.x != 1.5 {
                    return y.v * z;
                } else {
                    y.v -= y.x;
                    y.x /= 1.5;
                }
                if y.v > 0.0 { z } else { y.v }
            }
        };
        (a / 0.5 - z) * y.x
    }

    #[test]
    fn needs_no_default() {
        for (n, x, v) in [(6, 0.5, 1.0), (1, 0.5, 0.2), (1, 1.5, 2.0), (1, 1.5, 1.0), (1, 0.5, 1.0)] {
            let point = (State { x, v }, 0.75);
            // At x = 1.5 another arm is taken than beside it.
            if x != 1.5 {
                check::gradient(|(y, z)| wave(n, *y, *z), |(y, z)| wave_grad(n, *y, *z), &point).unwrap();
            }
            let tangent = wave_jvp(n, point.0, 0.75, State { x: 1.0, v: 0.5 }, -0.5).1;
            let (y, z) = wave_grad(n, point.0, 0.75);
            assert!((tangent - (y.x + 0.5 * y.v - 0.5 * z)).abs() < 1e-12);
        }
    }
}

/// A receiver that is made for a call lives as long as the pullback that borrows it.
mod receiver_of_a_pullback {
    use super::*;

    impl State {
        #[vjp(wrt(self, x))]
        fn weigh(&self, x: &[f64; 2]) -> [f64; 2] {
            [self.x * x[0], self.v * x[1]]
        }
    }

    #[grad]
    fn f(k: f64, y: [f64; 2]) -> f64 {
        let weighed: [f64; 2] = (State { x: k, v: y[1] }).weigh(&(if k < 0.5 { y } else { [0.7; 2] }));
        weighed[0] * weighed[1]
    }

    #[test]
    fn lives() {
        for k in [0.25, 0.75] {
            let point = (k, [1.5, 2.0]);
            check::gradient(|&(k, y)| f(k, y), |&(k, y)| f_grad(k, y), &point).unwrap();
        }
    }
}

/// The tangent of a number is a number, also where it is a part of a struct.
mod tangent_of_a_part {
    use super::*;

    #[grad]
    #[jvp]
    #[hvp]
    fn wave(x: f64, y: f64) -> f64 {
        x * y * y
    }

    #[grad]
    fn f(s: State, y: f64) -> f64 {
        let (a, b) = wave_jvp(y, y, y, s.v);
        a * b + s.x
    }

    #[test]
    fn is_a_number() {
        let point = (State { x: 0.5, v: 1.5 }, 0.75);
        check::gradient(|(s, y)| f(*s, *y), |(s, y)| f_grad(*s, *y), &point).unwrap();
    }
}

/// There is no derivative along constant fields, also where a gradient or a tangent that a call returns has values there.
mod constant_fields {
    use super::*;

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Scaled(#[differentiable(constant)] f64, f64);

    #[grad]
    #[vjp]
    #[jvp]
    #[hvp]
    fn refine(x: f64, y: Scaled) -> f64 {
        x * y.1 * y.0
    }

    #[vjp]
    #[jvp]
    fn grow(y: Scaled, x: f64) -> Scaled {
        Scaled(x, y.1 * x)
    }

    #[grad]
    #[jvp]
    fn f(x: f64) -> f64 {
        let (_, slope): (f64, Scaled) = refine_grad(x, Scaled(1.5, 2.0));
        slope.0 * x
    }

    #[grad]
    #[jvp]
    fn g(x: f64) -> f64 {
        let grown: Scaled = grow(Scaled(0.5, 3.0), x);
        grown.0 * grown.1 + refine(2.0, Scaled(x, x))
    }

    #[test]
    fn have_no_derivative() {
        assert_eq!(f_jvp(2.0, 1.0), (3.0, 1.5));
        assert_eq!(f_grad(2.0), 1.5);
        // x · 3 by the field that is not constant, and 2 x.
        assert_eq!(g_grad(2.0), 6.0 + 4.0);
        assert_eq!(g_jvp(2.0, 1.0).1, 6.0 + 4.0);
    }
}

/// A constant and a part of a struct in a method of numbers, and a constant struct of which a part is assigned.
mod constants_beside_structs {
    use super::*;

    const RATE: f64 = 0.5;

    #[grad]
    fn f(y: &State, z: f64) -> f64 {
        RATE.max(y.v) * z + RATE.mul_add(y.x, y.v)
    }

    #[grad(wrt(z))]
    fn g(mut y: State, z: f64) -> f64 {
        y.v /= 0.5;
        y.v * z + y.x
    }

    #[test]
    fn are_numbers() {
        assert_eq!(f_grad(&State { x: 1.0, v: 2.0 }, 3.0), (State { x: 0.5, v: 4.0 }, 2.0));
        assert_eq!(g_grad(State { x: 1.0, v: 2.0 }, 3.0), 4.0);
    }
}

/// A list in one arm and what a function returns in another: the parts of the latter were lost, in the value too.
mod lists_and_opaque_values {
    use super::*;

    fn table(n: i32) -> [f64; 2] {
        [f64::from(n), 2.0]
    }

    fn pair(n: i32) -> (f64, [f64; 2]) {
        (f64::from(n), [3.0, 4.0])
    }

    #[vjp]
    fn ours(x: f64) -> (f64, [f64; 2]) {
        (x * x, [x, 5.0])
    }

    #[vjp]
    fn arrays(n: i32, x: f64) -> [f64; 2] {
        if n == 0 {
            [x, x * x]
        } else {
            let found: [f64; 2] = table(n);
            found
        }
    }

    #[grad]
    fn tuples(n: i32, x: f64) -> f64 {
        let (a, [b, c]) = match n {
            0 => pair(7),
            1 => (x, [2.0 * x, 1.0]),
            _ => ours(x),
        };
        a * b + c * x
    }

    #[grad]
    fn assigned(n: i32, x: f64) -> f64 {
        let mut rows = [[x, 1.0], [2.0, x]];
        let mut last = [x; 2];
        if n > 2 {
            last = table(n);
        }
        rows[(n % 2).unsigned_abs() as usize] = table(n);
        rows[0][0] * last[0] + rows[0][1] * x + rows[1][0] * last[1] + rows[1][1]
    }

    #[grad]
    fn rows(k: usize, x: f64) -> f64 {
        const TABLE: [f64; 2] = [3.0, 4.0];
        let m = [[x, 1.0], TABLE];
        m[k][0] * x
    }

    #[test]
    fn keep_their_parts() {
        for n in 0..4 {
            for x in [0.75, -1.5] {
                let (value, pullback) = arrays_vjp(n, x);
                assert_eq!(value, arrays(n, x));
                assert_eq!(pullback([1.0, 1.0]), if n == 0 { 1.0 + 2.0 * x } else { 0.0 });
                assert_eq!(tuples_value_and_grad(n, x).0, tuples(n, x));
                check::gradient(|&x| tuples(n, x), |&x| tuples_grad(n, x), &x).unwrap();
                assert_eq!(assigned_value_and_grad(n, x).0, assigned(n, x));
                check::gradient(|&x| assigned(n, x), |&x| assigned_grad(n, x), &x).unwrap();
                let k = usize::from(n > 1);
                assert_eq!(rows_value_and_grad(k, x).0, rows(k, x));
                check::gradient(|&x| rows(k, x), |&x| rows_grad(k, x), &x).unwrap();
            }
        }
    }
}

/// Arrays of structs, one element of which is read or assigned at an index of the program.
mod chosen_structs {
    use super::*;

    #[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
    struct Ball {
        place: [f64; 2],
        mass: f64,
    }

    #[grad(wrt(ball, x))]
    fn read(k: usize, ball: Ball, x: f64) -> f64 {
        let balls = [Ball { place: [x, 1.0], mass: 2.0 }, ball, Ball { place: [x * x, 3.0], mass: x }];
        let chosen = balls[k];
        chosen.mass * chosen.place[0] + balls[(k + 1) % 3].place[1]
    }

    #[grad(wrt(ball, x))]
    fn assigned(k: usize, ball: Ball, x: f64) -> f64 {
        let mut balls = [Ball { place: [x, 1.0], mass: 2.0 }, ball];
        balls[k] = Ball { place: [3.0 * x, x], mass: x.sin() };
        balls[1 - k].mass += x;
        balls[0].mass * balls[1].place[0] * balls[0].place[1] + balls[1].mass * balls[1].place[1]
    }

    #[test]
    fn are_the_ones_at_the_index() {
        for k in 0..3 {
            let start = (Ball { place: [0.5, -2.0], mass: 1.25 }, 0.75);
            assert_eq!(read_value_and_grad(k, start.0, start.1).0, read(k, start.0, start.1));
            check::gradient(|p| read(k, p.0, p.1), |p| read_grad(k, p.0, p.1), &start).unwrap();
            if k < 2 {
                assert_eq!(assigned_value_and_grad(k, start.0, start.1).0, assigned(k, start.0, start.1));
                check::gradient(|p| assigned(k, p.0, p.1), |p| assigned_grad(k, p.0, p.1), &start).unwrap();
            }
        }
    }
}

/// A negated cotangent that several arguments of a call share was not recognised as the guard of their sum: where it
/// is zero, its tangent was lost.
mod shared_guard {
    use super::*;

    #[grad]
    #[hvp]
    fn last(x: &[f64; 3], y: f64) -> f64 {
        x[0] * 0.5 + y
    }

    #[hvp]
    fn over_it(x: f64, y: f64) -> f64 {
        last(&[x; 3], x).recip() * y
    }

    #[test]
    fn keeps_the_tangent() {
        let (gradient, product) = over_it_hvp(1.0, 0.0, 0.25, 2.0);
        assert_eq!(gradient, (0.0, 1.0 / 1.5));
        assert_relative_eq!(product.0, -2.0 / 1.5, max_relative = 1e-15);
        assert_relative_eq!(product.1, -0.25 / 1.5, max_relative = 1e-15);
    }
}

/// The same value in both arms, which the tangent of something before them needs too: the arms got one tangent.
mod same_value_in_arms {
    use super::*;

    #[jvp]
    #[hvp]
    #[expect(clippy::if_same_then_else, reason = "what the arms have in common is the point")]
    fn either(x: f64) -> f64 {
        let (y, z) = (x.sin(), x.cos());
        z + if y < 0.5 { -y } else { -y }
    }

    #[test]
    fn has_its_tangent_in_each() {
        for x in [0.25_f64, 1.0] {
            assert_relative_eq!(either_jvp(x, 2.0).1, -2.0 * (x.sin() + x.cos()), max_relative = 1e-15);
            assert_relative_eq!(either_hvp(x, 2.0).1, 2.0 * (x.sin() - x.cos()), max_relative = 1e-15);
        }
    }
}

/// A constant whose type the macro does not see as the first float of a call: the seeds of its results were taken to
/// be of that type.
mod constant_first {
    use super::*;

    const RATE: f64 = 3.0;

    #[vjp]
    fn two(rates: &[f64; 2], x: f64) -> (f64, [f64; 2]) {
        (rates[0] * x, [x * x, rates[1]])
    }

    #[jacobian]
    fn outer(x: f64, y: f64) -> [f64; 2] {
        let (a, [b, _]): (f64, [f64; 2]) = two(&core::array::from_fn::<_, 2, _>(|_| RATE), x);
        [a * y, b]
    }

    #[test]
    fn has_a_jacobian() {
        assert_eq!(outer_jacobian(2.0, 5.0), ([15.0, 4.0], [6.0, 0.0]));
    }
}

/// Structs in branches that may return, and with their fields in another order: they were joined as one value, for
/// which an arm without it needs a stand-in.
mod structs_in_branches {
    use super::*;

    #[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
    struct Ball {
        place: f64,
        mass: f64,
    }

    #[vjp]
    #[jvp]
    fn early(x: f64) -> (Ball, f64) {
        if x > 1.0 {
            if x > 2.0 {
                return (Ball { mass: x, place: x * x }, 1.0);
            }
        } else if x < 0.0 {
            return (Ball { place: 3.0, mass: -x }, x);
        }
        (Ball { place: x.sin(), mass: x + 1.0 }, 2.0 * x)
    }

    #[grad]
    fn ordered(x: f64, y: f64) -> f64 {
        let ball = if x > y { Ball { place: x, mass: y } } else { Ball { mass: x * x, place: y } };
        let scale = if x > 3.0 {
            if y > 3.0 {
                return ball.place;
            }
            1.0
        } else {
            ball.mass
        };
        scale * ball.place * ball.mass
    }

    #[test]
    fn are_joined_by_fields() {
        for x in [-0.5, 0.5, 1.5, 2.5] {
            let (value, pullback) = early_vjp(x);
            assert_eq!(value, early(x));
            let along = |(ball, rest): (Ball, f64)| 2.0 * ball.place + 3.0 * ball.mass + 5.0 * rest;
            let seed = Ball { place: 2.0, mass: 3.0 };
            let expected = along(early_jvp(x, 1.0).1);
            assert_relative_eq!(pullback((seed, 5.0)), expected, max_relative = 1e-15);
            check::gradient(|&x| along(early(x)), |&x| early_vjp(x).1((seed, 5.0)), &x).unwrap();
            for y in [0.25, 3.5] {
                assert_eq!(ordered_value_and_grad(x, y).0, ordered(x, y));
                check::gradient(|p| ordered(p.0, p.1), |p| ordered_grad(p.0, p.1), &(x, y)).unwrap();
            }
        }
    }
}

/// The gradient of a call by an argument that an unknown function returns: its direction was taken to be of that
/// function's type.
mod opaque_argument_of_a_gradient {
    use super::*;

    fn table(n: i32) -> f64 {
        f64::from(n) / 4.0
    }

    #[grad]
    #[hvp]
    fn inner(n: i32, x: f64, y: f64) -> f64 {
        f64::from(n) * x * x * y * y
    }

    #[jacobian]
    fn outer(x: f64, y: f64) -> (f64, f64) {
        let (by_x, by_y): (f64, f64) = inner_grad(2, table(3), y);
        (x * by_x, by_y * x)
    }

    #[test]
    fn has_a_direction() {
        // The gradient is (3 y², 9/4 y).
        assert_eq!(outer_jacobian(2.0, 1.0), ((3.0, 12.0), (2.25, 4.5)));
    }
}

/// Fields of constant structs that are no `Copy`, and references to them, beside a pullback.
mod fields_stay_in_place {
    use super::*;

    #[derive(Differentiable, Clone, Debug, PartialEq)]
    struct Rates {
        first: f64,
        second: [f64; 2],
    }

    struct Model {
        rates: Rates,
    }

    #[grad]
    fn weigh(rates: &Rates, x: f64, share: f64) -> f64 {
        rates.first * x * share + rates.second[0] * x * x + rates.second[1]
    }

    #[vjp(wrt(x))]
    fn twice(model: &Model, x: f64) -> (f64, f64) {
        let first = weigh(&model.rates, x, model.rates.first);
        (first * x, weigh(&model.rates, first, model.rates.second[0]))
    }

    #[test]
    fn and_are_borrowed() {
        let model = Model { rates: Rates { first: 2.0, second: [0.5, 1.0] } };
        let both = |x: f64| twice(&model, x).0 + 2.0 * twice(&model, x).1;
        check::gradient(|&x| both(x), |&x| twice_vjp(&model, x).1((1.0, 2.0)), &0.75).unwrap();
    }
}

/// What closures are handed: values by `map` of an array that is reached by a reference, and by the copied side of a
/// `zip`.
mod handed_to_closures {
    use super::*;

    #[grad]
    fn weigh(x: f64, y: [f64; 2]) -> f64 {
        x * x * y[0] + y[1]
    }

    #[grad]
    fn mapped(x: &[f64; 2], y: &[f64; 2]) -> f64 {
        let values = x.map(|item| weigh(item, *y));
        let zipped = x.iter().zip(y.iter().copied()).enumerate().skip(1);
        values[0] + zipped.fold(values[1], |total, (_, (a, b))| total + weigh(b, [*a, b]))
    }

    #[test]
    fn are_values() {
        check::gradient(|(x, y)| mapped(x, y), |(x, y)| mapped_grad(x, y), &([0.5, -1.5], [2.0, 0.75]))
            .unwrap();
    }
}

/// A method of a constant whose argument is a struct: the receiver was expected to have an entry in the gradient.
mod constant_receiver {
    use super::*;

    #[derive(Differentiable, Clone, Debug, PartialEq)]
    struct Params {
        a: f64,
        b: f64,
    }

    struct Model {
        scale: f64,
    }

    impl Model {
        #[grad]
        #[jvp]
        #[hvp]
        fn loss(&self, params: &Params) -> f64 {
            self.scale * params.a * params.b
        }
    }

    #[grad(wrt(params))]
    #[jvp(wrt(params))]
    #[hvp(wrt(params))]
    fn objective(model: &Model, params: &Params) -> f64 {
        model.loss(params) + params.a * params.a
    }

    #[test]
    fn has_no_entry() {
        let (model, params) = (Model { scale: 2.0 }, Params { a: 1.0, b: 3.0 });
        let direction = Params { a: 1.0, b: 2.0 };
        assert_eq!(objective_grad(&model, &params), Params { a: 8.0, b: 2.0 });
        assert_eq!(objective_jvp(&model, &params, direction.clone()), (7.0, 12.0));
        assert_eq!(objective_hvp(&model, &params, direction).1, Params { a: 6.0, b: 2.0 });
    }
}

/// A literal whose written type decides what a generic function returns, beside a structural zero.
mod typed_literal_of_a_generic {
    use super::*;

    fn twice<T: Real>(x: [T; 2], _: bool) -> T {
        x[0] + x[1]
    }

    #[grad]
    fn outer(x: f64, y: f64) -> f64 {
        x * twice([0.0_f64; 2], y > 0.0).cos() + y.max(0.0)
    }

    #[test]
    fn keeps_its_type() {
        assert_eq!(outer_grad(2.0, 1.0), (1.0, 1.0));
    }
}

/// Structs of structs that have a type of field in common, and a constant struct that is copied and changed.
mod shared_fields {
    use super::*;

    #[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
    struct Vector {
        x: f64,
        y: f64,
    }

    #[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
    struct Body {
        place: Vector,
        velocity: Vector,
    }

    #[derive(Differentiable, Clone, Copy, Debug, PartialEq)]
    struct World {
        bodies: [Body; 2],
        gravity: Vector,
    }

    #[grad(wrt(scale))]
    fn moved(world: World, scale: f64) -> f64 {
        let mut changed: World = world;
        changed.gravity.y *= scale;
        changed.gravity.y * world.bodies[1].place.x + changed.gravity.x
    }

    #[grad]
    fn energy(world: &World) -> f64 {
        world.bodies[0].velocity.x * world.bodies[1].place.y * world.gravity.y
    }

    #[test]
    fn are_differentiated() {
        let vector = |x: f64| Vector { x, y: x + 1.0 };
        let body = |x: f64| Body { place: vector(x), velocity: vector(x + 2.0) };
        let world = World { bodies: [body(1.0), body(5.0)], gravity: vector(-2.0) };
        assert_eq!(moved_value_and_grad(world, 3.0), (-17.0, -5.0));
        check::gradient(energy, energy_grad, &world).unwrap();
    }
}

/// The right side of a condition calls a sibling, whose results a statement takes apart.
mod sibling_in_a_condition {
    use super::*;

    #[grad]
    #[jvp]
    #[hvp]
    fn inner(x: f64) -> f64 {
        x * x
    }

    #[grad]
    fn outer(x: f64, y: f64) -> f64 {
        if x > 1.0 || {
            let (_, slope) = inner_jvp(x, y);
            slope < 1.25
        } {
            x * y
        } else {
            y
        }
    }

    #[test]
    fn is_a_branch() {
        assert_eq!(outer_grad(2.0, 5.0), (5.0, 2.0));
        assert_eq!(outer_grad(0.5, 1.0), (1.0, 0.5));
        assert_eq!(outer_grad(0.5, 5.0), (0.0, 1.0));
    }
}

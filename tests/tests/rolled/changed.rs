//! Slices and arrays that the function changes for its caller: scratch, and what is both input and output.
//!
//! A function with an array `a` that it changes is compared with one by value, which takes `a` as a slice and works on
//! a copy: in its value, in all derivatives, and in what it leaves in the array.

use chainrule::{grad, hvp, jvp};

/// What a function with one changed slice is called with, and what it leaves there.
struct Case {
    x: Vec<f64>,
    a: Vec<f64>,
    c: f64,
}

/// Numbers that are spread evenly, in no order, and all different.
fn numbers(start: f64, count: u32) -> Vec<f64> {
    (0..count).map(|i| 0.1 + 0.8 * ((start + f64::from(i) * 0.618_033_988_749_894_8) % 1.0)).collect()
}

/// The slope of a function at zero, and its error, by Ridders.
fn slope(f: impl Fn(f64) -> f64) -> (f64, f64) {
    crate::harness::difference(f)
}

fn assert_close(found: f64, (expected, error): (f64, f64), place: &str) {
    let size = expected.abs().max(1.0);
    assert!(error <= 1e-9 * size, "differences of {place}: {error}");
    assert!((found - expected).abs() <= 1e-9 * size, "{place}: {found}, not {expected}");
}

/// Compares all siblings of `$name(x: &[f64], a: &mut [f64], c: f64) -> f64` with differences, at slices of lengths.
macro_rules! check {
    ($name:ident $with_value:ident $alone:ident $forward:ident $second:ident: $($lengths:expr),+) => {
        #[test]
        fn $name() {
            for lengths in [$($lengths),+] {
                let [long, wide]: [u32; 2] = lengths;
                let case = Case { x: numbers(0.27, long), a: numbers(0.6, wide), c: 0.7 };
                let place = format!("{} with {} and {}", stringify!($name), long, wide);
                // Along a direction: of `x`, of `a` and of `c`, as far as each has one.
                let run = |dx: &[f64], da: &[f64], dc: f64, step: f64| {
                    let moved = |v: &[f64], d: &[f64]| -> Vec<f64> {
                        v.iter().zip(d).map(|(v, d)| v + step * d).collect()
                    };
                    let (x, mut a, c) = (moved(&case.x, dx), moved(&case.a, da), case.c + step * dc);
                    let value = functions::$name(&x, &mut a, c);
                    (value, a)
                };
                let (no_x, no_a) = (vec![0.0; case.x.len()], vec![0.0; case.a.len()]);
                let (value, left) = run(&no_x, &no_a, 0.0, 0.0);
                let assert_left = |found: f64, a: &[f64]| {
                    assert_eq!(found.to_bits(), value.to_bits(), "the value of {place}");
                    let bits = |v: &[f64]| v.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                    assert_eq!(bits(a), bits(&left), "what {place} leaves");
                };
                let unit = |count: usize, at: usize| -> Vec<f64> {
                    (0..count).map(|i| if i == at { 1.0 } else { 0.0 }).collect()
                };
                let gradient_at = |x: &[f64], a: &[f64], c: f64| {
                    let (mut x_bar, mut a_bar) = (vec![f64::NAN; x.len()], vec![f64::NAN; a.len()]);
                    let mut a = a.to_vec();
                    let (value, c_bar) = functions::$with_value(x, &mut a, c, &mut x_bar, &mut a_bar);
                    (value, x_bar, a_bar, c_bar, a)
                };
                let (found, x_bar, a_bar, c_bar, a) = gradient_at(&case.x, &case.a, case.c);
                assert_left(found, &a);
                for i in 0..case.x.len() {
                    let expected = slope(|step| run(&unit(case.x.len(), i), &no_a, 0.0, step).0);
                    assert_close(x_bar[i], expected, &format!("x {i} of {place}"));
                }
                for i in 0..case.a.len() {
                    let expected = slope(|step| run(&no_x, &unit(case.a.len(), i), 0.0, step).0);
                    assert_close(a_bar[i], expected, &format!("a {i} of {place}"));
                }
                assert_close(c_bar, slope(|step| run(&no_x, &no_a, 1.0, step).0), &format!("c of {place}"));

                let mut a = case.a.clone();
                let (mut x_bar_2, mut a_bar_2) = (vec![f64::NAN; case.x.len()], vec![f64::NAN; a.len()]);
                let c_bar_2 = functions::$alone(&case.x, &mut a, case.c, &mut x_bar_2, &mut a_bar_2);
                assert_left(value, &a);
                assert_eq!((&x_bar_2, &a_bar_2, c_bar_2), (&x_bar, &a_bar, c_bar), "{place}");

                let (dx, da, dc) = (numbers(0.4, long), numbers(0.9, wide), 0.3);
                let (mut a, mut a_dot) = (case.a.clone(), da.clone());
                let (found, along) = functions::$forward(&case.x, &mut a, case.c, &dx, &mut a_dot, dc);
                assert_left(found, &a);
                assert_close(along, slope(|step| run(&dx, &da, dc, step).0), &format!("the direction of {place}"));
                for i in 0..a.len() {
                    let expected = slope(|step| run(&dx, &da, dc, step).1[i]);
                    assert_close(a_dot[i], expected, &format!("what is left at {i} of {place}"));
                }

                let (mut a, mut a_dot_2) = (case.a.clone(), da.clone());
                let (mut x_bar_3, mut a_bar_3) = (vec![f64::NAN; case.x.len()], vec![f64::NAN; a.len()]);
                let (mut x_hvp, mut a_hvp) = (vec![f64::NAN; case.x.len()], vec![f64::NAN; a.len()]);
                let (c_bar_3, c_hvp) = functions::$second(
                    &case.x, &mut a, case.c, &dx, &mut a_dot_2, dc,
                    &mut x_bar_3, &mut a_bar_3, &mut x_hvp, &mut a_hvp,
                );
                assert_left(value, &a);
                let moved_gradient = |step: f64| {
                    let moved = |v: &[f64], d: &[f64]| -> Vec<f64> {
                        v.iter().zip(d).map(|(v, d)| v + step * d).collect()
                    };
                    gradient_at(&moved(&case.x, &dx), &moved(&case.a, &da), case.c + step * dc)
                };
                for i in 0..case.x.len() {
                    assert_close(x_bar_3[i], (x_bar[i], 0.0), &format!("x {i} again of {place}"));
                    let expected = slope(|step| moved_gradient(step).1[i]);
                    assert_close(x_hvp[i], expected, &format!("second x {i} of {place}"));
                }
                for i in 0..case.a.len() {
                    assert_close(a_bar_3[i], (a_bar[i], 0.0), &format!("a {i} again of {place}"));
                    let expected = slope(|step| moved_gradient(step).2[i]);
                    assert_close(a_hvp[i], expected, &format!("second a {i} of {place}"));
                    assert_close(a_dot_2[i], (a_dot[i], 0.0), &format!("left again at {i} of {place}"));
                }
                assert_close(c_bar_3, (c_bar, 0.0), &format!("c again of {place}"));
                assert_close(c_hvp, slope(|step| moved_gradient(step).3), &format!("second c of {place}"));
            }
        }
    };
}

check!(scratch scratch_value_and_grad scratch_grad scratch_jvp scratch_hvp: [0, 0], [1, 1], [2, 2], [5, 5], [3, 6]);
check!(scaled scaled_value_and_grad scaled_grad scaled_jvp scaled_hvp: [0, 0], [1, 1], [2, 2], [5, 5]);
check!(heat heat_value_and_grad heat_grad heat_jvp heat_hvp: [2, 2], [3, 3], [6, 6]);
check!(until until_value_and_grad until_grad until_jvp until_hvp: [0, 1], [1, 1], [3, 3], [6, 6]);
check!(squared squared_value_and_grad squared_grad squared_jvp squared_hvp: [0, 0], [1, 1], [4, 4]);
check!(chosen chosen_value_and_grad chosen_grad chosen_jvp chosen_hvp: [0, 0], [1, 1], [4, 4]);
check!(powers powers_value_and_grad powers_grad powers_jvp powers_hvp: [0, 0], [1, 1], [2, 2], [4, 4]);
check!(sums sums_value_and_grad sums_grad sums_jvp sums_hvp: [0, 1], [1, 2], [4, 5]);

mod functions {
    use super::{grad, hvp, jvp};

    /// Written before it is read.
    #[grad]
    #[jvp]
    #[hvp]
    pub(super) fn scratch(x: &[f64], a: &mut [f64], c: f64) -> f64 {
        for i in 0..x.len() {
            a[i] = x[i] * (c * x[i]).sin();
        }
        let mut sum = 0.0;
        for i in 1..x.len() {
            sum += a[i] * a[i - 1].exp();
        }
        sum * c
    }

    /// In and out: a linear update, and an element that is only read.
    #[grad(alloc)]
    #[jvp]
    #[hvp(alloc)]
    pub(super) fn scaled(x: &[f64], a: &mut [f64], c: f64) -> f64 {
        for (a, x) in a.iter_mut().zip(x) {
            *a = *a * c + x * x;
        }
        a.iter().map(|a| a * a).sum()
    }

    /// A stencil that is carried out in place, over several steps.
    #[grad(alloc)]
    #[jvp]
    #[hvp(alloc)]
    pub(super) fn heat(x: &[f64], a: &mut [f64], c: f64) -> f64 {
        a[0] = x[1] * x[0];
        for step in 0..3 {
            for i in 1..a.len() - 1 {
                a[i] += c * (a[i - 1] - 2.0 * a[i] * a[i] + a[i + 1]);
            }
            if step == 1 {
                a[0] *= c;
            }
        }
        let last = a.len() - 1;
        a[last] * a[0] + a[last / 2]
    }

    /// The function returns before it has written everything.
    #[grad]
    #[jvp]
    #[hvp]
    pub(super) fn until(x: &[f64], a: &mut [f64], c: f64) -> f64 {
        let mut sum = 0.0;
        for i in 0..x.len() {
            if x[i] > 0.65 {
                return sum * c;
            }
            a[i] = x[i] * c;
            sum += a[i] * x[i];
        }
        a[0] = sum;
        sum * sum
    }

    /// Squares in place, of what was there: the derivative needs it.
    #[grad(alloc)]
    #[jvp]
    #[hvp(alloc)]
    pub(super) fn squared(x: &[f64], a: &mut [f64], c: f64) -> f64 {
        for v in a.iter_mut() {
            *v *= *v;
        }
        let mut sum = c;
        for (a, x) in a.iter().zip(x) {
            sum += a * x * sum;
        }
        a.fill(sum);
        sum
    }

    /// What is written depends on a float.
    #[grad]
    #[jvp]
    #[hvp]
    pub(super) fn chosen(x: &[f64], a: &mut [f64], c: f64) -> f64 {
        for i in 0..a.len() {
            a[i] = x[i] * c;
            a[i] = a[i] * a[i];
            if a[i] > 0.1 {
                a[i] = c;
            }
        }
        a.iter().map(|v| v.exp()).sum()
    }

    /// A reference to the slice, and parts of it.
    #[grad(alloc)]
    #[jvp]
    #[hvp(alloc)]
    pub(super) fn powers(x: &[f64], a: &mut [f64], c: f64) -> f64 {
        let table = a;
        if table.is_empty() {
            return c * c;
        }
        table[0] = c;
        for i in 1..table.len() {
            table[i] = table[i - 1] * x[i];
        }
        let mut sum = 0.0;
        for pair in table.windows(2) {
            sum += pair[0] * pair[1];
        }
        sum + table[1..].iter().map(|v| v * v).sum::<f64>()
    }

    /// Prefix sums, and a scratch element that nothing depends on at first.
    #[grad]
    #[jvp]
    #[hvp]
    pub(super) fn sums(x: &[f64], a: &mut [f64], c: f64) -> f64 {
        a[0] = 0.0;
        for i in 0..x.len() {
            a[i + 1] = a[i] + c * x[i];
        }
        let mut energy = 0.0;
        for v in a.iter() {
            energy += v.cos();
        }
        energy
    }
}

/// Arrays of constant length that are changed, copied and assigned at once.
#[grad]
#[jvp]
fn assigned(x: f64, a: &mut [f64; 3]) -> f64 {
    let old = *a;
    *a = [x, 1.0, old[0]];
    let mut b = *a;
    b[1] = x * old[1] * a[2];
    a[0] = 2.0;
    b[1] * a[0] + b[0]
}

#[test]
fn arrays_of_constant_length() {
    let (mut a, mut a_bar) = ([3.0, 5.0, 7.0], [f64::NAN; 3]);
    assert_eq!(assigned_value_and_grad(2.0, &mut a, &mut a_bar), (62.0, 31.0));
    assert_eq!((a, a_bar), ([2.0, 1.0, 3.0], [20.0, 12.0, 0.0]));
    let (mut a, mut a_dot) = ([3.0, 5.0, 7.0], [1.0, 10.0, 100.0]);
    assert_eq!(assigned_jvp(2.0, &mut a, 1.0, &mut a_dot), (62.0, 31.0 + 20.0 + 120.0));
    assert_eq!((a, a_dot), ([2.0, 1.0, 3.0], [0.0, 0.0, 1.0]));
}

/// An early return with an array of constant length.
#[grad]
fn returning(a: &mut [f64; 3], c: f64) -> f64 {
    a[0] += c * a[1];
    if c > 0.0 {
        a[2] = c;
        return a[0] * 2.0;
    }
    a[1] = a[0] * a[2];
    a[1] * a[1]
}

#[test]
fn early_returns_leave_what_they_wrote() {
    let (mut a, mut a_bar) = ([1.0, 2.0, 3.0], [f64::NAN; 3]);
    assert_eq!(returning_value_and_grad(&mut a, 2.0, &mut a_bar), (10.0, 4.0));
    assert_eq!((a, a_bar), ([5.0, 2.0, 2.0], [2.0, 4.0, 0.0]));
    let mut a = [1.0, 2.0, 3.0];
    assert_eq!(returning_value_and_grad(&mut a, -1.0, &mut a_bar), (9.0, -36.0));
    assert_eq!((a, a_bar), ([-1.0, -3.0, 3.0], [-18.0, 18.0, 6.0]));
}

/// Rows, and a part that stays as it is.
#[grad]
#[jvp]
fn rows(x: &[f64], table: &mut [[f64; 2]]) -> f64 {
    for (row, x) in table.iter_mut().zip(x) {
        row[0] = x * x;
        row[1] += row[0];
    }
    table.iter().map(|row| row[1] * row[1]).sum()
}

#[test]
fn slices_of_arrays() {
    let (mut table, mut x_bar, mut table_bar) = ([[9.0, 1.0], [9.0, 2.0]], [0.0; 2], [[9.0; 2]; 2]);
    assert_eq!(rows_value_and_grad(&[2.0, 3.0], &mut table, &mut x_bar, &mut table_bar), 25.0 + 121.0);
    assert_eq!(table, [[4.0, 5.0], [9.0, 11.0]]);
    assert_eq!((x_bar, table_bar), ([40.0, 132.0], [[0.0, 10.0], [0.0, 22.0]]));
}

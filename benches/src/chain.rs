//! Long functions to differentiate.

use std::fmt::Write;

/// Operations in one statement of [`source`].
pub const OPERATIONS: usize = 10;

/// A function of at least the given number of operations: a chain of `let`s as people write them, with
/// several operations each, of which every one uses the statement before it and some earlier ones.
///
/// # Panics
///
/// Never: strings can always be written to.
#[must_use]
pub fn source(attributes: &str, operations: usize) -> String {
    let mut names: Vec<String> = ["x", "y", "z", "w"].map(str::to_owned).to_vec();
    let mut random = Random(1);
    let mut body = String::new();
    for number in 0..operations.div_ceil(OPERATIONS) {
        let [a, b, c, d, e, f] = std::array::from_fn(|operand| match operand {
            0 => names.len() - 1,
            // Most values are used soon after, some much later.
            1 => random.below(names.len()),
            _ => names.len() - 1 - random.below(names.len().min(12)),
        })
        .map(|index| names[index].as_str());
        let expression = if number % 2 == 0 {
            format!("({a} * {b} + 0.5 * {c}) / (1.0 + {d} * {d}) - ({e} - {f}).sin() * {c}")
        } else {
            format!("(-({a} * {a})).exp() * ({b} - {c}) + {d} / (2.0 + {e}.sin()) - {f}")
        };
        let name = format!("v{number}");
        writeln!(body, "    let {name} = {expression};").expect("strings can be written to");
        names.push(name);
    }
    let result = &names[names.len() - 1];
    format!("{attributes}\npub fn chain(x: f64, y: f64, z: f64, w: f64) -> f64 {{\n{body}    {result}\n}}\n")
}

/// A linear congruential generator; the same functions on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }
}

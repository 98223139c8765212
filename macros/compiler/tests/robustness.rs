//! Whatever tokens come in, the compiler answers with Rust or with an error, and never panics.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chainrule_compiler::Mode;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Functions whose tokens are shuffled. Together they use every construct that the compiler understands and
/// many that it refuses.
const SAMPLES: &[&str] = &[
    "fn f(x: f64, y: f64) -> f64 {
        let sig_y = 1.0 / (1.0 + (-y).exp());
        let num = x + sig_y;
        let den = 1.0 / (1.0 + (-x).exp()) + (x + y).powi(2);
        num / den
    }",
    "fn f(x: f64, n: i32, mode: Mode) -> f64 {
        if x < 0.0 { return -x; }
        let y = match mode { Mode::A => x.sin(), Mode::B { k } if k > n => x * f64::from(k), _ => return 0.0 };
        let mut sum = y;
        if n > 2 && y.is_finite() { sum += y.powi(n); } else if let Some(k) = m(n) { sum *= k as f64; }
        sum.max(0.0)
    }",
    "#[inline] #[must_use] pub(crate) fn f<'a, T: Real + Copy>(x: &'a T, (a, b): (T, T), _: bool) -> T where T: Real {
        const HALF: f64 = 0.5;
        use core::f64::consts::PI;
        let (s, c) = x.sin_cos();
        let z;
        z = s * a + c * b;
        assert!(z.is_finite(), \"{z} at {:?}\", a);
        z * T::from_f64(HALF) + T::ONE
    }",
    "const fn f(mut x: f32, w: [f32; 3], t: (f32, i32)) -> f32 {
        x *= 2.0;
        let p = [x, t.0, 1e-3];
        let q = { let x = p[1]; x - (t.1 as f32) };
        (x, _) = (q, x);
        debug_assert_eq!(w[0], w[0]);
        x % q + f32::hypot(p[0], p[2])
    }",
    "fn f(x: f64, y: f64) -> f64 {
        let unsupported = for i in 0..3 { x += y; };
        let g = |a: f64| a * x;
        let Some(z) = h(x)? else { return y };
        while z > 0.0 { loop { break; } continue; }
        'a: { unsafe { *(&mut y) = S { x, ..s }.x } }
        std::println!(\"{x}\"); matches!(x as Real, 0.0..=1.0 | _)
    }",
    "fn f(r#type: f64, r#match: f64, t1: f64, x_bar: f64) -> f64 {
        let r = libm::exp(r#type) + chainrule::math::erf(r#match) - chainrule::constant(t1);
        let k = 3u8 << 2 & !1 | 5 ^ 7;
        let n = math::norm(&[r, x_bar]) + math::dot(&[r, t1], &[t1, r]);
        if !(n > r || k == 4) { panic!(\"no {}\", k) } else { clamp(n.mul_add(r, t1), -1.0, 1.0) }
    }",
    "fn f(x: [f64; 4], w: &[[f64; 2]; 2], k: usize) -> f64 {
        const N: usize = 2;
        const TABLE: [f64; N] = [0.5, 1.5];
        let mut y = [[0.0; 2]; N];
        'rows: for (i, row) in w.iter().enumerate() {
            for j in (0..N).rev() {
                if x[i] * row[j] > 2.0 { break 'rows; } else if i == j && x[k] < 0.0 { continue; }
                y[i][j] += row[j] * x[i + j] - TABLE[j];
                if y[i][j] < -1.0 { return y[0][0]; }
            }
        }
        y.swap(0, 1);
        let [[a, b], rest @ ..] = y;
        a * b + rest[0][k % 2]
    }",
    "fn f(x: [f64; 3]) -> f64 {
        let scale = 2.0;
        let square = |v: f64| v * v * scale;
        let mut z: [f64; 3] = core::array::from_fn(|i| if i % 2 == 0 { square(x[i]) } else { x[i] });
        for (v, u) in z.iter_mut().zip(&x[..]) { *v -= u; }
        let mut n = 0;
        while n < 3 { z[n] *= x[2 - n]; n += 1; }
        loop { if n == 0 { break; } n -= 1; }
        z.iter().skip(1).step_by(1).copied().map(f64::abs).fold(0.0, f64::max)
            + x.windows(2).map(|p| p[0] * p[1]).sum::<f64>() + z.map(|v| v.sin()).iter().product::<f64>()
    }",
    "fn f(p: &Params, mut s: State, x: f64, bodies: &[Body; 2]) -> f64 {
        let (a, b) = polar(x, p.inner.gain);
        let v: [f64; 3] = m::lift::<f64>(a, &[b, 2.0], RATE);
        let State { x: y, v: w } = step(s, p, 0.1);
        s.x += y * v[1];
        s = step(State { v: w, ..s }, p, x);
        let slope = potential_grad(a, 2.0);
        let (k, k_dot) = kinetic_jvp(b, slope);
        for (i, body) in bodies.iter().enumerate() { s = if i > 0 { advance(&s, body) } else { Vector(x, s.v).into() }; }
        let t = p.w[K] * p.table[i][0] - p.area(x, &s).powi(p.order) + energy(&s).max(s.x);
        match p.kind { Kind::A => k * t, Kind::B(g) if g > 1.0 => k_dot, _ => f(p, s, t, bodies) + self.mass }
    }",
    "fn energy(&self, other: Self, x: T, F(n): F) -> Scalar {
        let state = State { x, ..*self };
        let Self { mass, .. } = state;
        Self::offset(mass * self.k) + self.dot(other).sqrt() + <Self as Trait>::total(&state, n) + state.pair.0[1]
    }",
];

const OPTIONS: &[&str] = &[
    "",
    "strict",
    "wrt(x)",
    "wrt(x, y),",
    "wrt()",
    "wrt(1 + 2)",
    "wrt",
    "name = \"g\"",
    "name = g",
    "name = \"1\"",
    "name = \"fn\"",
    "name = \"r#fn\"",
    "name = \"_\"",
    "crate = ::a::b",
    "crate = crate",
    "crate = a",
    "crate",
    "strict, strict",
    "unknown(1) = 2, wrt(z)",
    ", ,",
    "= = =",
    "'a",
    "\"x\"",
    "strict = true",
    "r#wrt(x)",
];

/// The generator `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below a usize")
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Every token tree of a stream, groups and what is in them.
fn all_trees(stream: &TokenStream, into: &mut Vec<TokenTree>) {
    for tree in stream.clone() {
        if let TokenTree::Group(group) = &tree {
            all_trees(&group.stream(), into);
        }
        into.push(tree);
    }
}

/// Changes one place of the stream: a token is deleted, doubled, swapped or replaced by one of `pool`.
fn mutate(stream: TokenStream, pool: &[TokenTree], random: &mut Random) -> TokenStream {
    let mut trees: Vec<TokenTree> = stream.into_iter().collect();
    if trees.is_empty() {
        return random.pick(pool).clone().into();
    }
    let at = random.below(trees.len());
    if let TokenTree::Group(group) = &trees[at]
        && random.below(8) != 0
    {
        let delimiter = match random.below(40) {
            0 => Delimiter::Parenthesis,
            1 => Delimiter::Bracket,
            2 => Delimiter::None,
            _ => group.delimiter(),
        };
        trees[at] = Group::new(delimiter, mutate(group.stream(), pool, random)).into();
        return trees.into_iter().collect();
    }
    match random.below(4) {
        0 => {
            trees.remove(at);
        }
        1 => trees.insert(at, trees[at].clone()),
        2 => {
            let other = random.below(trees.len());
            trees.swap(at, other);
        }
        _ => trees[at] = random.pick(pool).clone(),
    }
    trees.into_iter().collect()
}

/// Runs the compiler and objects to a panic, and to output that is neither Rust nor an error.
fn objection(options: &TokenStream, item: &TokenStream) -> Option<String> {
    // Every mode would take long, so the item chooses one besides the gradient.
    let other = MODES[item.to_string().len() % MODES.len()];
    [Mode::Grad, other].into_iter().find_map(|mode| objection_in(mode, options, item))
}

fn objection_in(mode: Mode, options: &TokenStream, item: &TokenStream) -> Option<String> {
    let attribute = mode.name();
    let compile = AssertUnwindSafe(|| chainrule_compiler::expand(mode, options.clone(), item.clone()));
    let Ok(output) = catch_unwind(compile) else {
        return Some(format!("panics on #[{attribute}({options})] {item}"));
    };
    let is_error = output.to_string().contains("compile_error");
    match syn::parse2::<syn::File>(output.clone()) {
        Err(error) if !is_error => {
            Some(format!("no Rust for #[{attribute}({options})] {item}\n{error}\n{output}"))
        }
        _ => None,
    }
}

/// The modes besides the gradient.
const MODES: [Mode; 5] = [Mode::Vjp, Mode::Jvp, Mode::Hvp, Mode::Jacobian, Mode::Hessian];

/// Those whose code grows no faster than the function.
const LINEAR: [Mode; 4] = [Mode::Grad, Mode::Vjp, Mode::Jvp, Mode::Hvp];

/// `f(x: f64)` with this body.
fn function(body: &str) -> TokenStream {
    format!("fn f(x: f64) -> f64 {{ {body} }}").parse().expect("tokens")
}

fn assert_answers(options: &str, item: &TokenStream) {
    if let Some(objection) = objection(&options.parse().expect("tokens"), item) {
        panic!("{objection}");
    }
}

/// Asserts that the function is differentiated without complaint, and in how many tokens.
fn differentiated(mode: Mode, item: &TokenStream) -> usize {
    let output = chainrule_compiler::expand(mode, TokenStream::new(), item.clone());
    assert!(!output.to_string().contains("compile_error"), "{output}");
    let mut trees = Vec::new();
    all_trees(&output, &mut trees);
    trees.len()
}

#[test]
fn shuffled_tokens() {
    let samples: Vec<TokenStream> = SAMPLES.iter().map(|sample| sample.parse().expect("tokens")).collect();
    let mut pool = Vec::new();
    for sample in &samples {
        all_trees(sample, &mut pool);
    }
    let options: Vec<TokenStream> = OPTIONS.iter().map(|options| options.parse().expect("tokens")).collect();
    let mut random = Random(1);
    let mut objections = Vec::new();
    for _ in 0..6_000 {
        let mut item = random.pick(&samples).clone();
        for _ in 0..=random.below(4) {
            item = mutate(item, &pool, &mut random);
        }
        let options = if random.below(4) == 0 { random.pick(&options).clone() } else { TokenStream::new() };
        objections.extend(objection(&options, &item));
    }
    assert!(objections.is_empty(), "{} objections, the first:\n{}", objections.len(), objections[0]);
}

#[test]
fn shuffled_options() {
    let item = function("x.sin()");
    let mut pool = Vec::new();
    for options in OPTIONS {
        all_trees(&options.parse().expect("tokens"), &mut pool);
    }
    let mut random = Random(2);
    for options in OPTIONS {
        assert_answers(options, &item);
        for _ in 0..100 {
            let options = mutate(options.parse().expect("tokens"), &pool, &mut random);
            if let Some(objection) = objection(&options, &item) {
                panic!("{objection}");
            }
        }
    }
}

#[test]
fn shuffled_attributes() {
    let attributes = [
        "#[inline]",
        "#[expect]",
        "#[expect(dead_code)]",
        "#[expect = 1]",
        "#[cfg(any())]",
        "#[cfg_attr(x, y)]",
        "#[doc = \"x\"]",
        "/// doc",
        "#[deprecated(note = \"x\")]",
        "#[must_use]",
        "#[a::b::c(1)]",
        "#[allow()]",
        "#[no_mangle]",
        "#[grad]",
        "#[cfg_attr(x, jvp)]",
        "#[target_feature(enable = \"fma\")]",
        "#![inner]",
        "#[unsafe(no_mangle)]",
    ];
    let mut random = Random(3);
    for _ in 0..500 {
        let source: String = (0..random.below(4)).map(|_| *random.pick(&attributes)).collect();
        let before_parameter = random.pick(&attributes);
        let source =
            format!("{source}\nfn f({before_parameter}\nx: f64) -> f64 {{ {before_parameter}\nx * x }}");
        assert_answers("", &source.parse().expect("tokens"));
    }
}

#[test]
fn items_that_are_no_functions() {
    let items = [
        "",
        ";",
        "fn",
        "fn f",
        "fn f()",
        "fn f();",
        "fn f(x: f64) -> f64;",
        "struct S;",
        "struct S { x: f64 }",
        "enum E {}",
        "trait T { fn f(x: f64) -> f64 { x } }",
        "impl S { fn f(x: f64) -> f64 { x } }",
        "mod m {}",
        "const C: f64 = 1.0;",
        "static C: f64 = 1.0;",
        "type T = f64;",
        "use a::b;",
        "extern crate a;",
        "macro_rules! m { () => {} }",
        "m! {}",
        "extern \"C\" { fn f(x: f64) -> f64; }",
        "let x = 1.0;",
        "x + 1.0",
        "|x: f64| x",
        "pub",
        "#[inline]",
        "1.0",
        "'a'",
        "fn f(x: f64) -> f64 { x } fn g() {}",
        "union U { x: f64 }",
        "fn (x: f64) -> f64 { x }",
        "fn f<T: Real>() -> T {}",
        "fn f(self) -> f64 { 1.0 }",
        "fn f(...) -> f64 { 1.0 }",
        "unsafe extern \"C\" fn f(x: f64, ...) -> f64 { x }",
        "async fn f(x: f64) -> f64 { x }",
        "fn f(x: f64) {}",
        "fn f(x: f64) -> f64 {}",
        "fn f(x: f64) -> ! { loop {} }",
        "fn f(x: impl Into<f64>) -> f64 { x.into() }",
        "gen fn f(x: f64) -> f64 { x }",
        "default fn f(x: f64) -> f64 { x }",
        "fn f(x: f64) -> f64 { x };",
    ];
    for item in items {
        for options in OPTIONS {
            assert_answers(options, &item.parse().expect("tokens"));
        }
    }
}

/// A syntax tree is dropped recursively, and rustc gives its threads this stack.
fn on_a_stack_like_rustc(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(test).expect("a thread");
    thread.join().expect("no panic");
}

#[test]
fn long_sums_are_linear() {
    on_a_stack_like_rustc(|| {
        let sum = |mode: Mode, terms: usize| {
            let terms: Vec<String> = (1..=terms).map(|n| format!("{n}.0 * x * x")).collect();
            differentiated(mode, &function(&terms.join(" + ")))
        };
        for mode in LINEAR {
            let (short, long) = (sum(mode, 500), sum(mode, 5_000));
            assert!(long < 11 * short, "{short} tokens, then {long} in {mode:?}");
        }
    });
}

#[test]
fn long_chains_are_linear() {
    let chain = |mode: Mode, steps: usize| {
        let steps: Vec<String> = (0..steps).map(|n| format!("let x = (x * {n}.5).sin();")).collect();
        differentiated(mode, &function(&format!("{} x", steps.concat())))
    };
    for mode in LINEAR {
        let (short, long) = (chain(mode, 200), chain(mode, 2_000));
        assert!(long < 11 * short, "{short} tokens, then {long} in {mode:?}");
    }
}

#[test]
fn branches_in_a_row_are_linear() {
    let branches = |mode: Mode, count: usize| {
        let steps: Vec<String> =
            (0..count).map(|n| format!("let x = if x > {n}.0 {{ x.sin() }} else {{ x * x }};")).collect();
        differentiated(mode, &function(&format!("{} x", steps.concat())))
    };
    for mode in LINEAR {
        let (short, long) = (branches(mode, 20), branches(mode, 200));
        assert!(long < 11 * short, "{short} tokens, then {long} in {mode:?}");
    }
}

#[test]
fn early_returns_in_a_row_are_linear() {
    let returns = |mode: Mode, count: usize| {
        let steps: Vec<String> =
            (0..count).map(|n| format!("if x > {n}.0 {{ if x < {n}.5 {{ return x.sin(); }} }}")).collect();
        differentiated(mode, &function(&format!("{} x * x", steps.concat())))
    };
    for mode in LINEAR {
        let (short, long) = (returns(mode, 6), returns(mode, 60));
        // What a pullback keeps of an inner arm passes through every arm around it.
        let factor = if mode == Mode::Vjp { 25 } else { 14 };
        assert!(long < factor * short, "{short} tokens, then {long} in {mode:?}");
    }
}

#[test]
fn sharing_is_linear() {
    // Written out, the last value would have 2⁶⁴ terms.
    let steps = "let x = x * x + x;".repeat(64);
    for mode in LINEAR {
        assert!(differentiated(mode, &function(&format!("{steps} x"))) < 20_000);
    }
}

#[test]
fn deep_nesting() {
    let nested = |open: &str, close: &str, depth: usize| {
        function(&format!("{}x{}", open.repeat(depth), close.repeat(depth)))
    };
    for (open, close) in [
        ("(", ")"),
        ("{", "}"),
        ("-", ""),
        ("(2.0 * ", ")"),
        ("f64::sin(", ")"),
        ("if x > 0.0 { ", " } else { 1.0 }"),
        ("match n { _ => ", " }"),
        ("(", ",).0"),
        ("{ let x = ", "; x * x }"),
    ] {
        assert_answers("", &nested(open, close, 60));
    }
    let methods = function(&format!("x{}", ".sin()".repeat(200)));
    assert!(differentiated(Mode::Grad, &methods) > 0);
}

/// Lengths that no memory holds are answered like any other.
#[test]
fn lengths_beyond_all_memory() {
    for item in [
        "fn f(x: [[f64; 2]; 18446744073709551615], y: f64) -> f64 { y }",
        "fn f(list: [usize; 1000000000000], y: f64) -> f64 { for i in list { return y; } y }",
        "fn f(y: f64) -> f64 { let a: [f64; 1000000000000] = core::array::from_fn(|i| y); a[0] }",
        "fn f(y: f64) -> f64 { let a = [y; 1000000000000]; a[0] }",
        "fn f(y: f64) -> f64 { for i in 0..1000000000000 {} y }",
    ] {
        assert_answers("", &item.parse().expect("tokens"));
    }
}

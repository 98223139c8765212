//! The source of a batch: many programs, each in a module of its own, and a `main` that calls them at the
//! points that it reads and prints the bits of what they return.

use std::fmt::Write as _;

use crate::ast::{Origin, Program, Ty};
use crate::features::Scalar;
use crate::print;

/// Whether the programs are differentiated or only compiled as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// With the attribute; the gradients are called.
    Gradient,
    /// The plain function only, which tells whether a defect lies in the generator.
    Primal,
}

/// A program as it appears in a batch and in reports: complete but for the crate around it.
pub(crate) fn program(program: &Program, subject: Subject) -> String {
    let mut text = String::new();
    let own = program.any(&|expr| {
        matches!(expr, crate::ast::Expr::Call(fun, crate::ast::Style::Method, _) if fun.origin() == Origin::Own)
    });
    if own && program.scalar != Scalar::Generic {
        text.push_str("use chainrule::Real as _;\n\n");
    }
    let function = print::function(program);
    if subject == Subject::Primal {
        return text + &function;
    }
    let attribute = print::attribute(program);
    // Behind the constants.
    let start = function.find("pub fn").expect("there is a function");
    text + &function[..start] + &attribute + "\n" + &function[start..]
}

/// The file of a group of programs, and the line at which each begins, counted from 1.
pub(super) fn group(programs: &[(usize, &Program)], subject: Subject) -> (String, Vec<(usize, usize)>) {
    let mut text = String::new();
    let mut starts = Vec::new();
    for (id, program) in programs {
        starts.push((text.lines().count() + 1, *id));
        write!(
            text,
            "pub mod p{id} {{\n{}\n{}}}\n",
            self::program(program, subject),
            driver(program, subject)
        )
        .expect("a string takes all");
    }
    (text, starts)
}

/// The function that decodes the arguments, calls and encodes the results.
fn driver(program: &Program, subject: Subject) -> String {
    let real = if program.scalar == Scalar::F32 { "f32" } else { "f64" };
    let mut text = "pub fn run(i: &[u64], o: &mut Vec<f64>) {\n    use super::super::{Flat, take};\n".to_owned();
    let mut line = |code: &str| writeln!(text, "    {code}").expect("a string takes all");
    line("let i = &mut i.iter();");
    let mut args = Vec::new();
    for (index, param) in program.params.iter().enumerate() {
        let (star, ty) = match &param.ty {
            Ty::Ref(inner) => ("&", &**inner),
            ty => ("", ty),
        };
        line(&format!("let p{index}: {} = take(i);", print::concrete(ty, program.scalar)));
        args.push(format!("{star}p{index}"));
    }
    let args = args.join(", ");
    line(&format!("f({args}).flat(o);"));
    if subject == Subject::Gradient {
        line(&format!("let (v, g): ({real}, _) = f_value_and_grad({args});"));
        line("v.flat(o);");
        line("g.flat(o);");
        line(&format!("f_grad({args}).flat(o);"));
    }
    text.push_str("}\n");
    text
}

/// The main file: reads lines `program point word…`, prints lines `program point bits…`.
pub(super) fn main(groups: usize, ids: &[usize], group_size: usize) -> String {
    let modules: String = (0..groups).fold(String::new(), |all, group| all + &format!("mod g{group};\n"));
    let table = ids.iter().enumerate().fold(String::new(), |all, (place, id)| {
        all + &format!("        {id} => g{}::p{id}::run,\n", place / group_size)
    });
    format!(
        r#"#![allow(warnings, unconditional_panic, arithmetic_overflow)]
{modules}
/// Arguments from words.
trait Take {{
    fn take(words: &mut std::slice::Iter<'_, u64>) -> Self;
}}

fn take<A: Take>(words: &mut std::slice::Iter<'_, u64>) -> A {{
    A::take(words)
}}

/// The reals of a result, in order.
trait Flat {{
    fn flat(&self, o: &mut Vec<f64>);
}}

macro_rules! scalars {{
    ($($ty:ty, $word:ident => $value:expr;)*) => {{ $(
        impl Take for $ty {{
            fn take(words: &mut std::slice::Iter<'_, u64>) -> Self {{
                let $word = *words.next().unwrap();
                $value
            }}
        }}
    )* }};
}}

scalars! {{
    f64, word => f64::from_bits(word);
    f32, word => f64::from_bits(word) as f32;
    i32, word => word as i32;
    usize, word => word as usize;
    bool, word => word == 1;
    Option<i32>, word => (word != u64::MAX >> 1).then_some(word as i32);
}}

impl<A: Take, const N: usize> Take for [A; N] {{
    fn take(words: &mut std::slice::Iter<'_, u64>) -> Self {{
        std::array::from_fn(|_| A::take(words))
    }}
}}

impl Flat for f64 {{
    fn flat(&self, o: &mut Vec<f64>) {{
        o.push(*self);
    }}
}}

impl Flat for f32 {{
    fn flat(&self, o: &mut Vec<f64>) {{
        o.push(f64::from(*self));
    }}
}}

impl<R: Flat, const N: usize> Flat for [R; N] {{
    fn flat(&self, o: &mut Vec<f64>) {{
        self.iter().for_each(|r| r.flat(o));
    }}
}}

macro_rules! tuples {{
    ($(($($name:ident)*))*) => {{ $(
        impl<$($name: Take),*> Take for ($($name,)*) {{
            fn take(words: &mut std::slice::Iter<'_, u64>) -> Self {{
                ($($name::take(words),)*)
            }}
        }}
        impl<$($name: Flat),*> Flat for ($($name,)*) {{
            fn flat(&self, o: &mut Vec<f64>) {{
                let ($($name,)*) = self;
                $($name.flat(o);)*
            }}
        }}
    )* }};
}}

tuples! {{ (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) }}

fn find(id: usize) -> fn(&[u64], &mut Vec<f64>) {{
    match id {{
{table}        _ => unreachable!(),
    }}
}}

fn main() {{
    std::panic::set_hook(Box::new(|_| {{}}));
    let points = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let mut out = String::new();
    for line in points.lines() {{
        let mut words = line.split(' ').map(|word| u64::from_str_radix(word, 16).unwrap());
        let (id, point) = (words.next().unwrap() as usize, words.next().unwrap());
        let args: Vec<u64> = words.collect();
        let run = find(id);
        let results = std::panic::catch_unwind(|| {{
            let mut results = Vec::new();
            run(&args, &mut results);
            results
        }});
        out.push_str(&format!("{{id:x}} {{point:x}}"));
        match results {{
            Ok(results) => results.iter().for_each(|x| out.push_str(&format!(" {{:x}}", x.to_bits()))),
            Err(_) => out.push_str(" panic"),
        }}
        out.push('\n');
    }}
    print!("{{out}}");
}}
"#
    )
}

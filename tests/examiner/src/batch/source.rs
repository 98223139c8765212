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
    /// With the attributes of pullbacks and tangents, from which gradients are put together.
    Modes,
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
    let attributes: &[&str] = if subject == Subject::Modes { &["vjp", "jvp"] } else { &["grad"] };
    let attribute: Vec<String> = attributes.iter().map(|name| print::attribute(program, name)).collect();
    let attribute = attribute.join("\n");
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
    let args = program.params.iter().enumerate().map(|(index, param)| match param.ty {
        Ty::Real => format!("f64::from_bits(i[{index}]) as {real}"),
        Ty::Int => format!("i[{index}] as i32"),
        Ty::Bool => format!("i[{index}] == 1"),
        Ty::Opt => format!("(i[{index}] != u64::MAX >> 1).then_some(i[{index}] as i32)"),
        Ty::Tuple(_) => unreachable!("no tuple parameters are generated"),
    });
    let args = args.collect::<Vec<_>>().join(", ");
    let mut text = "pub fn run(i: &[u64], o: &mut Vec<f64>) {\n".to_owned();
    let mut line = |code: &str| writeln!(text, "    {code}").expect("a string takes all");
    line(&format!("o.push(super::super::exact(f({args})));"));
    if subject != Subject::Primal {
        let lanes: Vec<String> = (0..program.active()).map(|lane| format!("g{lane}")).collect();
        let gradient = if lanes.len() == 1 { lanes[0].clone() } else { format!("({})", lanes.join(", ")) };
        let push: String = lanes
            .iter()
            .fold(String::new(), |all, lane| all + &format!("o.push(super::super::exact({lane})); "));
        if subject == Subject::Gradient {
            line(&format!("let (v, {gradient}): ({real}, _) = f_value_and_grad({args});"));
        } else {
            line(&format!("let (v, pullback) = f_vjp({args});"));
            line(&format!("let {gradient} = pullback(1.0);"));
        }
        line(&format!("o.push(super::super::exact(v)); {push}"));
        if subject == Subject::Gradient {
            line(&format!("let {gradient} = f_grad({args});"));
        } else {
            for (lane, name) in lanes.iter().enumerate() {
                let direction = (0..lanes.len()).map(|other| if other == lane { "1.0" } else { "0.0" });
                let direction = direction.collect::<Vec<_>>().join(", ");
                line(&format!("let {name}: {real} = f_jvp({args}, {direction}).1;"));
            }
        }
        line(&push);
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
fn exact<R: Into<f64>>(x: R) -> f64 {{
    x.into()
}}

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

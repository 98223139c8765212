//! Every inherent method of `f64` is understood, or refused with a reason.
//!
//! The list is `tests/references/f64-methods.txt` of the repository.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use expect_test::{expect, expect_file};
use proc_macro2::TokenStream;

const METHODS: &str = include_str!("../../../tests/references/f64-methods.txt");

/// A method as its documentation declares it.
struct Method<'a> {
    name: &'a str,
    /// Types of the parameters, the receiver included.
    parameters: Vec<&'a str>,
    result: &'a str,
}

impl<'a> Method<'a> {
    /// Reads `fn powi(self, n: i32) -> f64`.
    fn parse(line: &'a str) -> Self {
        let (_, declaration) = line.split_once("fn ").expect("a function");
        let (name, rest) = declaration.split_once('(').expect("parameters");
        let (parameters, result) = rest.split_once(") -> ").expect("a result");
        let parameters = parameters.split(", ");
        Self {
            name: name.split('<').next().expect("a name"),
            parameters: parameters
                .map(|parameter| parameter.split_once(": ").map_or(parameter, |(_, ty)| ty))
                .collect(),
            result,
        }
    }

    /// A function of two reals that uses the method, and through it both of them if it takes two.
    fn function(&self) -> TokenStream {
        let mut arguments = Vec::new();
        for (position, ty) in self.parameters.iter().enumerate() {
            arguments.push(match *ty {
                "self" | "&self" => "x".to_owned(),
                "f64" => format!("(y + {position}.0)"),
                "&f64" => "&y".to_owned(),
                "i32" => "3".to_owned(),
                "u64" => "7".to_owned(),
                "[u8; 8]" => "[0, 0, 0, 0, 0, 0, 0, 1]".to_owned(),
                ty => panic!("`{}` has a parameter of the new kind `{ty}`", self.name),
            });
        }
        let name = self.name;
        let call = if self.parameters[0].ends_with("self") {
            format!("{}.{name}({})", arguments[0], arguments[1..].join(", "))
        } else {
            format!("f64::{name}({})", arguments.join(", "))
        };
        let body = match self.result {
            "f64" => format!("x * {call}"),
            "bool" => format!("if {call} {{ x * y }} else {{ y }}"),
            "(f64, f64)" => format!("let (a, b) = {call}; a * b"),
            _ => format!("let _ = {call}; x * y"),
        };
        format!("fn f(x: f64, y: f64) -> f64 {{ {body} }}").parse().expect("tokens")
    }
}

fn methods() -> impl Iterator<Item = Method<'static>> {
    METHODS.lines().filter(|line| !line.starts_with('#')).map(Method::parse)
}

#[test]
fn every_method_is_differentiated_or_refused_with_a_reason() {
    let mut objections = String::new();
    for method in methods() {
        let output =
            chainrule_compiler::expand(chainrule_compiler::Mode::Grad, TokenStream::new(), method.function())
                .to_string();
        let is_refused = output.contains("compile_error");
        let has_reason = output.contains(&format!("`{}` has no derivative rule, because ", method.name));
        if is_refused && !has_reason {
            writeln!(objections, "{}: {}", method.name, message(&output)).expect("a string");
        }
    }
    assert!(objections.is_empty(), "{objections}");
}

/// The first message in an expansion.
fn message(output: &str) -> &str {
    let start = output.find("compile_error").unwrap_or_default();
    output[start..].split('"').nth(1).unwrap_or_default()
}

/// All the others are differentiated.
#[test]
fn refused_methods() {
    let mut refused = String::new();
    for method in methods() {
        let output =
            chainrule_compiler::expand(chainrule_compiler::Mode::Grad, TokenStream::new(), method.function())
                .to_string();
        if output.contains("compile_error") {
            writeln!(refused, "{}", message(&output)).expect("a string");
        }
    }
    expect![[r#"
        `abs_sub` has no derivative rule, because it is deprecated; write `(x - y).max(0.0)`
        `gamma` has no derivative rule, because it is unstable in std; write `ln_gamma(x).exp()` with `chainrule::math::ln_gamma`
        `next_up` has no derivative rule, because its result has no useful derivative; write the step as arithmetic
        `next_down` has no derivative rule, because its result has no useful derivative; write the step as arithmetic
        `maximum` has no derivative rule, because it is unstable in std; write `max`
        `minimum` has no derivative rule, because it is unstable in std; write `min`
        `to_int_unchecked` has no derivative rule, because it is unsafe; write `x as i32`
        `to_bits` has no derivative rule, because bits carry the whole number past differentiation; hold it with `chainrule::constant`
        `to_be_bytes` has no derivative rule, because bits carry the whole number past differentiation; hold it with `chainrule::constant`
        `to_le_bytes` has no derivative rule, because bits carry the whole number past differentiation; hold it with `chainrule::constant`
        `to_ne_bytes` has no derivative rule, because bits carry the whole number past differentiation; hold it with `chainrule::constant`
        `clamp_magnitude` has no derivative rule, because it is unstable in std; write `x.clamp(-limit, limit)`
        `algebraic_add` has no derivative rule, because its rounding is not specified, so the value could not be repeated bit for bit; write `+`
        `algebraic_sub` has no derivative rule, because its rounding is not specified, so the value could not be repeated bit for bit; write `-`
        `algebraic_mul` has no derivative rule, because its rounding is not specified, so the value could not be repeated bit for bit; write `*`
        `algebraic_div` has no derivative rule, because its rounding is not specified, so the value could not be repeated bit for bit; write `/`
        `algebraic_rem` has no derivative rule, because its rounding is not specified, so the value could not be repeated bit for bit; write `%`
    "#]].assert_eq(&refused);
}

#[test]
#[ignore = "needs the component rust-docs; `UPDATE_EXPECT=1` writes the list anew"]
fn the_list_is_that_of_the_toolchain() {
    let page = documentation().join("std/primitive.f64.html");
    let html = std::fs::read_to_string(page).expect("the documentation of std");
    let (inherent, _) = html.split_once("id=\"trait-implementations\"").expect("implementations of traits");
    let mut list = format!("# The inherent methods of `f64`, from the documentation of {}.\n", version());
    list.push_str("# UPDATE_EXPECT=1 cargo test -p chainrule-compiler --test census -- --ignored\n");
    for section in inherent.split("<section id=\"method.").skip(1) {
        let (_, section) = section.split_once("<h4 class=\"code-header\">").expect("a header");
        let (header, rest) = section.split_once("</h4>").expect("the end of a header");
        let declaration = text(header);
        let declaration = declaration.split("where").next().unwrap_or_default().trim();
        let declaration = declaration.replace("pub ", "").replace("const ", "");
        let is_unstable = rest.find("<section").map_or(rest, |end| &rest[..end]).contains("stab unstable");
        let mark = if is_unstable { "unstable " } else { "" };
        writeln!(list, "{mark}{declaration}").expect("a string");
    }
    expect_file!["../../../tests/references/f64-methods.txt"].assert_eq(&list);
}

/// Where the toolchain has its documentation.
fn documentation() -> PathBuf {
    Path::new(&rustc(&["--print", "sysroot"])).join("share/doc/rust/html")
}

/// `Rust 1.95`, without the patch level.
fn version() -> String {
    let version = rustc(&["--version"]);
    let number = version.split(' ').nth(1).expect("a number");
    let (version, _) = number.rsplit_once('.').expect("a patch level");
    format!("Rust {version}")
}

fn rustc(arguments: &[&str]) -> String {
    let output = Command::new("rustc").args(arguments).output().expect("rustc");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

/// The text of a piece of HTML.
fn text(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

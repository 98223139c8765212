//! How constants, modules and functions are written, and how helpers are called.

use super::{Known, Printer};
use crate::ast::{
    Expr, Helper, Home, Invocation, Mode, Name, Parameter, Program, SELF, Sibling, Struct, TRAIT, Ty,
};
use crate::features::Scalar;

/// The whole program: `const` items, helpers in their modules, and the function, named `f`; with attributes if
/// it is to be differentiated.
pub(crate) fn program(program: &Program, differentiated: bool) -> String {
    let mut printer = Printer::new(program.scalar, &program.helpers);
    for (name, lit) in &program.consts {
        printer.line(&format!("const {name}: {} = {};", printer.const_type(), lit.text));
    }
    for of in &program.structs {
        printer.definition(of);
    }
    // A program that calls siblings needs them even as it is.
    let siblings = program.any(&|expr| matches!(expr, Expr::Invoke(call) if call.sibling != Sibling::Itself));
    let modes = if differentiated || siblings {
        program.helper_modes()
    } else {
        vec![Vec::new(); program.helpers.len()]
    };
    let helpers: Vec<(&Helper, &[Mode])> =
        program.helpers.iter().zip(modes.iter().map(Vec::as_slice)).collect();
    printer.module(&[], &helpers);
    for of in &program.structs {
        printer.methods(of, &helpers);
    }
    let modes = if differentiated { program.entry_modes() } else { Vec::new() };
    let active = program.params.iter().filter(|param| program.wrt && param.active);
    printer.attributes(
        &modes,
        &active.map(|param| param.name).collect::<Vec<_>>(),
        (program.unroll, program.alloc),
    );
    printer.function("f", program.scalar, (&program.params, &program.result), &program.body);
    printer.out
}

impl Printer<'_> {
    /// The helpers of a module, and the modules in it.
    fn module(&mut self, path: &[Name], helpers: &[(&Helper, &[Mode])]) {
        for (helper, modes) in helpers {
            if !matches!(helper.home, Home::Module(home) if home == path) {
                continue;
            }
            self.helper(helper, modes);
        }
        let mut inner: Vec<Name> = Vec::new();
        for (helper, _) in helpers {
            let home = helper.home.path();
            if home.starts_with(path) && home.len() > path.len() && !inner.contains(&home[path.len()]) {
                inner.push(home[path.len()]);
            }
        }
        for name in inner {
            self.line(&format!("pub mod {name} {{"));
            self.indent += 1;
            self.line("use chainrule::Real as _;");
            if helpers.iter().any(|(helper, _)| matches!(helper.home, Home::Trait(_))) {
                self.line(&format!("use {}{TRAIT} as _;", "super::".repeat(path.len() + 1)));
            }
            self.module(&[path, &[name]].concat(), helpers);
            self.indent -= 1;
            self.line("}");
        }
    }

    /// The `impl`s of a struct.
    fn methods(&mut self, of: &Struct, helpers: &[(&Helper, &[Mode])]) {
        let (parameters, arguments) = if of.is_generic { ("<T: chainrule::Real>", "<T>") } else { ("", "") };
        for home in [Home::Impl(of.name), Home::Trait(of.name)] {
            let own: Vec<_> = helpers.iter().filter(|(helper, _)| helper.home == home).collect();
            if own.is_empty() {
                continue;
            }
            let (name, mut head) = (of.name, format!("impl{parameters} "));
            if home == Home::Trait(name) {
                self.declarations(&own);
                head += &format!("{TRAIT} for ");
            }
            self.line(&format!("{head}{name}{arguments} {{"));
            self.indent += 1;
            for (helper, modes) in own {
                self.helper(helper, modes);
            }
            self.indent -= 1;
            self.line("}");
        }
    }

    /// The trait with its methods and their siblings.
    fn declarations(&mut self, methods: &[&(&Helper, &[Mode])]) {
        self.line(&format!("pub trait {TRAIT} {{"));
        self.indent += 1;
        for (helper, modes) in methods {
            let params = self.params(&helper.params);
            let (result, gradient) = (self.ty(&helper.result), self.ty(&helper.gradient()));
            let active = helper.params.iter().filter(|param| param.active);
            let tangents = active.fold(String::new(), |all, param| {
                format!("{all}, {}_dot: {}", param.name, self.ty(&param.ty.owned()))
            });
            let name = helper.name;
            self.line(&format!("fn {name}({params}) -> {result};"));
            for mode in *modes {
                match mode {
                    Mode::Grad => {
                        self.line(&format!("fn {name}_grad({params}) -> {gradient};"));
                        self.line(&format!("fn {name}_value_and_grad({params}) -> ({result}, {gradient});"));
                    }
                    Mode::Jvp => {
                        self.line(&format!("fn {name}_jvp({params}{tangents}) -> ({result}, {result});"));
                    }
                    Mode::Hvp => {
                        self.line(&format!("fn {name}_hvp({params}{tangents}) -> ({gradient}, {gradient});"));
                    }
                    other => unreachable!("no method of a trait has {other:?}"),
                }
            }
        }
        self.indent -= 1;
        self.line("}");
    }

    fn helper(&mut self, helper: &Helper, modes: &[Mode]) {
        self.attributes(modes, &helper.wrt(), (None, false));
        self.home = helper.home;
        self.function(helper.name, helper.scalar, (&helper.params, &helper.result), &helper.body);
        self.home = Home::ROOT;
    }

    /// The parameters; without `mut` where there is no body.
    fn params(&self, params: &[Parameter]) -> String {
        let params = params.iter().map(|param| match (param.name, &param.ty) {
            (SELF, Ty::Ref(_)) => "&self".to_owned(),
            (SELF, _) => SELF.to_owned(),
            (name, ty) => {
                let mutable = if param.mutable { "mut " } else { "" };
                format!("{mutable}{name}: {}", self.ty(ty))
            }
        });
        params.collect::<Vec<_>>().join(", ")
    }

    fn attributes(&mut self, modes: &[Mode], wrt: &[Name], (unroll, alloc): (Option<usize>, bool)) {
        let wrt = (!wrt.is_empty()).then(|| format!("wrt({})", wrt.join(", ")));
        let unroll = unroll.map(|budget| format!("unroll = {budget}"));
        let options: Vec<String> =
            wrt.into_iter().chain(unroll).chain(alloc.then(|| "alloc".to_owned())).collect();
        let list = if options.is_empty() { String::new() } else { format!("({})", options.join(", ")) };
        for mode in modes {
            self.line(&format!("#[chainrule::{}{list}]", mode.name()));
        }
    }

    fn function(
        &mut self,
        name: Name,
        scalar: Scalar,
        (params, result): (&[Parameter], &Ty),
        body: &crate::ast::Block,
    ) {
        let outer = std::mem::replace(&mut self.scalar, scalar);
        let is_generic = scalar == Scalar::Generic && self.home.owner().is_none();
        let is_sized = params.iter().any(|param| param.ty.is_sized());
        let params = self.params(params);
        let generics = match (is_generic, is_sized) {
            (true, true) => "<T: chainrule::Real, const N: usize>",
            (true, false) => "<T: chainrule::Real>",
            (false, true) => "<const N: usize>",
            (false, false) => "",
        };
        let result = self.ty(result);
        let body = self.block(body, Known::Yes);
        // What a trait declares is as visible as the trait.
        let visible = if matches!(self.home, Home::Trait(_)) { "" } else { "pub " };
        self.line(&format!("{visible}fn {name}{generics}({params}) -> {result} {body}"));
        self.scalar = outer;
    }

    /// A call of a helper.
    pub(super) fn invocation(&mut self, call: &Invocation) -> String {
        let helpers = self.helpers;
        let helper = helpers.iter().find(|helper| helper.name == call.name).expect("the checker knows it");
        let (home, target) = (self.home.path(), helper.home.path());
        let up = "super::".repeat(home.len());
        let path = match helper.home.owner() {
            Some(_) if self.home == helper.home => "Self::".to_owned(),
            Some(owner) => format!("{up}{owner}::"),
            None if home == target => String::new(),
            None => target.iter().fold(up, |path, name| format!("{path}{name}::")),
        };
        let suffix = match call.sibling {
            Sibling::Itself => "",
            Sibling::Grad => "_grad",
            Sibling::ValueAndGrad => "_value_and_grad",
            Sibling::Jvp => "_jvp",
        };
        let turbofish = if call.turbofish { format!("::<{}>", self.real()) } else { String::new() };
        if helper.is_method() {
            let (receiver, rest) = call.args.split_first().expect("a method is called on something");
            let receiver = if let Expr::Borrow(inner) = receiver { inner } else { receiver };
            let mut on = self.receiver(receiver);
            if matches!(receiver, Expr::Record(_)) {
                // In a condition, the braces would begin its block.
                on = format!("({on})");
            }
            let rest: Vec<String> = rest.iter().map(|arg| self.expr(arg, Known::Yes)).collect();
            return format!("{on}.{}{suffix}({})", call.name, rest.join(", "));
        }
        let args: Vec<String> = call.args.iter().map(|arg| self.expr(arg, Known::Yes)).collect();
        format!("{path}{}{suffix}{turbofish}({})", call.name, args.join(", "))
    }
}

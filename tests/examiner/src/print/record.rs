//! How structs are written: definitions, literals and patterns.

use super::{Known, Printer};
use crate::ast::{Expr, Pat, Record, RecordPat, Struct};

impl Printer<'_> {
    /// The definition of a struct.
    pub(super) fn definition(&mut self, of: &Struct) {
        let copy = if of.is_copy { "Copy, " } else { "" };
        self.line(&format!("#[derive(Clone, {copy}Debug, chainrule::Differentiable)]"));
        let outer = self.scalar;
        let parameters = if of.is_generic {
            self.scalar = crate::features::Scalar::Generic;
            "<T>"
        } else {
            ""
        };
        let fields = of.fields.iter().map(|field| {
            let constant = if field.constant { "#[differentiable(constant)] " } else { "" };
            let name = if of.is_tuple { String::new() } else { format!("{}: ", field.name) };
            format!("{constant}pub {name}{}", self.ty(&field.ty))
        });
        let fields: Vec<String> = fields.collect();
        self.scalar = outer;
        let name = of.name;
        if of.is_tuple {
            self.line(&format!("pub struct {name}{parameters}({});", fields.join(", ")));
        } else {
            self.line(&format!("pub struct {name}{parameters} {{ {} }}", fields.join(", ")));
        }
    }

    /// The path of a struct from where the current function is.
    pub(super) fn struct_path(&self, of: &Struct) -> String {
        "super::".repeat(self.home.path().len()) + of.name
    }

    pub(super) fn record(&mut self, record: &Record) -> String {
        let path = self.struct_path(&record.of);
        if record.of.is_tuple {
            let fields: Vec<String> = record.fields.iter().map(|(_, e)| self.expr(e, Known::Yes)).collect();
            return format!("{path}({})", fields.join(", "));
        }
        let mut parts: Vec<String> = Vec::new();
        for (name, e) in &record.fields {
            parts.push(if *e == Expr::Var(name) {
                (*name).to_owned()
            } else {
                format!("{name}: {}", self.expr(e, Known::Yes))
            });
        }
        if let Some(base) = &record.base {
            parts.push(format!("..{}", self.expr(base, Known::Yes)));
        }
        format!("{path} {{ {} }}", parts.join(", "))
    }

    pub(super) fn record_pattern(&self, record: &RecordPat) -> String {
        let path = self.struct_path(&record.of);
        let mut parts: Vec<String> = Vec::new();
        for (name, pat) in &record.fields {
            parts.push(match pat {
                pat if record.of.is_tuple => self.pattern(pat),
                Pat::Bind(own) if own == name => (*name).to_owned(),
                pat => format!("{name}: {}", self.pattern(pat)),
            });
        }
        if record.rest {
            parts.push("..".to_owned());
        }
        let parts = parts.join(", ");
        if record.of.is_tuple { format!("{path}({parts})") } else { format!("{path} {{ {parts} }}") }
    }
}

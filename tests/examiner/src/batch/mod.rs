//! The workbench: programs and points in; what the compiled programs return, or rustc's errors, out.

mod cargo;
mod output;
mod source;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

pub(crate) use cargo::Profile;
use cargo::{Build, Site};
pub(crate) use output::{DIRECTION, Numbers, Output, WEIGHTS};
pub(crate) use source::{Subject, program as source};

use crate::ast::Program;
use crate::points::Point;

/// Programs per file of a batch.
const GROUP: usize = 25;

/// A program and where to call it.
pub(crate) type Case = (Program, Vec<Point>);

/// The outputs of a program, one list per profile, or the errors of rustc.
pub(crate) type Outcome = Result<Vec<Vec<Output>>, Vec<String>>;

/// A directory in which batches are written and built, one after the other.
pub(crate) struct Workbench {
    site: Site,
}

impl Workbench {
    /// Prepares the directory. Workbenches of different names do not disturb one another.
    pub(crate) fn new(name: &str) -> io::Result<Self> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("a workspace");
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
        let target = if target.is_absolute() { target } else { workspace.join(target) };
        let home = target.join("examiner");
        let site = Site { source: home.join(name), target: home.join(format!("{name}-build")) };
        site.prepare(workspace)?;
        Ok(Self { site })
    }

    /// Compiles and runs the cases under each profile; one outcome per case.
    pub(crate) fn run(
        &self,
        cases: &[Case],
        subject: Subject,
        profiles: &[Profile],
    ) -> io::Result<Vec<Outcome>> {
        let all: Vec<usize> = (0..cases.len()).collect();
        let mut failures = BTreeMap::new();
        let mut outputs: Vec<Vec<Vec<Output>>> = vec![Vec::new(); cases.len()];
        for &profile in profiles {
            let mut ids = all.clone();
            ids.retain(|id| !failures.contains_key(id));
            for ids in self.build(cases, ids, subject, profile, &mut failures)? {
                // The last build may have been of another part of the batch.
                self.compile(cases, &ids, subject, profile)?;
                self.call(cases, &ids, subject, profile, &mut outputs)?;
            }
        }
        let outcomes = outputs.into_iter().enumerate();
        Ok(outcomes.map(|(id, outputs)| failures.remove(&id).map_or(Ok(outputs), Err)).collect())
    }

    /// What rustc says about a program that it refuses, at full length.
    pub(crate) fn explain(&self, case: &Case, subject: Subject) -> io::Result<String> {
        self.compile(std::slice::from_ref(case), &[0], subject, Profile::Debug)?;
        self.site.explain()
    }

    /// Finds sets of programs that compile, and notes the failures of the others. One set, unless errors
    /// could not be told apart by their lines and the batch had to be halved.
    fn build(
        &self,
        cases: &[Case],
        mut ids: Vec<usize>,
        subject: Subject,
        profile: Profile,
        failures: &mut BTreeMap<usize, Vec<String>>,
    ) -> io::Result<Vec<Vec<usize>>> {
        while !ids.is_empty() {
            let (build, starts) = self.compile(cases, &ids, subject, profile)?;
            let Build::Failed(diagnostics, text) = build else { return Ok(vec![ids]) };
            let blamed = cargo::attribute(diagnostics, &starts);
            if blamed.is_empty() {
                if let [id] = ids[..] {
                    failures.insert(id, text.lines().take(12).map(str::to_owned).collect());
                    break;
                }
                let other = ids.split_off(ids.len() / 2);
                let mut sets = self.build(cases, ids, subject, profile, failures)?;
                sets.extend(self.build(cases, other, subject, profile, failures)?);
                return Ok(sets);
            }
            ids.retain(|id| !blamed.contains_key(id));
            failures.extend(blamed);
        }
        Ok(Vec::new())
    }

    #[allow(clippy::type_complexity, reason = "used once")]
    fn compile(
        &self,
        cases: &[Case],
        ids: &[usize],
        subject: Subject,
        profile: Profile,
    ) -> io::Result<(Build, BTreeMap<String, Vec<(usize, usize)>>)> {
        let mut starts = BTreeMap::new();
        for (index, group) in ids.chunks(GROUP).enumerate() {
            let programs: Vec<(usize, &Program)> = group.iter().map(|&id| (id, &cases[id].0)).collect();
            let (text, lines) = source::group(&programs, subject);
            let name = format!("g{index}.rs");
            self.site.write(&name, &text)?;
            starts.insert(name, lines);
        }
        self.site.write("main.rs", &source::main(ids.len().div_ceil(GROUP), ids, GROUP))?;
        Ok((self.site.build(profile)?, starts))
    }

    fn call(
        &self,
        cases: &[Case],
        ids: &[usize],
        subject: Subject,
        profile: Profile,
        outputs: &mut [Vec<Vec<Output>>],
    ) -> io::Result<()> {
        let mut text = String::new();
        for &id in ids {
            for (index, point) in cases[id].1.iter().enumerate() {
                write!(text, "{id:x} {index:x}").expect("a string takes all");
                for arg in &point.0 {
                    write!(text, " {:x}", arg.to_bits()).expect("a string takes all");
                }
                text.push('\n');
            }
        }
        let printed = self.site.run(profile, &text)?;
        for &id in ids {
            outputs[id].push(Vec::new());
        }
        for line in printed.lines() {
            let mut words = line.split(' ');
            let id = usize::from_str_radix(words.next().unwrap_or_default(), 16).map_err(io::Error::other)?;
            let words: Vec<&str> = words.skip(1).collect();
            let output =
                output::parse(&words, &cases[id].0, subject).ok_or_else(|| io::Error::other(line))?;
            outputs[id].last_mut().expect("a list was added").push(output);
        }
        Ok(())
    }
}

//! The examination: options in; batches generated, compiled, judged, failures shrunk and reported; a summary
//! out.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::time::Instant;

use crate::batch::{Case, Outcome, Output, Profile, Subject, Workbench, source};
use crate::compare::{Class, Complaint, Judgement, Wrong, judge, listed};
use crate::features::{Features, Scalar};
use crate::points::Point;
use crate::{generate, oracle, shrink};

/// What to examine.
#[derive(Clone, Debug)]
pub struct Options {
    /// The first program's number, to look at a failure again.
    pub first: u64,
    /// How many programs.
    pub programs: u64,
    /// Where the random numbers start.
    pub seed: u64,
    /// Programs per compiled crate.
    pub batch: u64,
    /// The parts of the language in use.
    pub features: Features,
    /// The scalar type.
    pub scalar: Scalar,
    /// Compile the functions without the attribute: examines the examiner.
    pub primal_only: bool,
    /// Compile without optimisation only, which takes half the time.
    pub debug_only: bool,
    /// How many failures are shrunk (each takes some compilations) and printed.
    pub reports: usize,
    /// The name of the directory below `target/examiner`; two examinations at once need two.
    pub workbench: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            first: 0,
            programs: 1000,
            seed: 1,
            batch: 250,
            features: Features::all(),
            scalar: Scalar::F64,
            primal_only: false,
            debug_only: false,
            reports: 5,
            workbench: "batch".to_owned(),
        }
    }
}

/// The result of an examination.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Programs compiled.
    pub programs: u64,
    /// Points at which they were called.
    pub points: u64,
    /// Programs that gave a wrong answer.
    pub mismatches: u64,
    /// Programs that compile without the attribute, but not with it.
    pub compile_failures: u64,
    /// Programs that the compiler says it cannot differentiate yet: their loops need too much of each iteration.
    pub refusals: u64,
    /// Programs that do not compile without the attribute either: defects of the generator.
    pub generator_defects: u64,
    /// Points at which second derivatives were compared.
    pub second_order: u64,
    /// How the points were judged.
    pub classes: BTreeMap<Class, u64>,
}

impl Summary {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.mismatches + self.compile_failures + self.generator_defects == 0
    }

    /// The share of points whose gradient was not examined, between 0 and 1.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    pub fn skipped(&self) -> f64 {
        let skipped: u64 =
            self.classes.iter().filter(|(class, _)| !class.is_examined()).map(|(_, n)| n).sum();
        skipped as f64 / self.points.max(1) as f64
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { programs, points, mismatches, compile_failures, .. } = self;
        write!(f, "{programs} programs, {points} points, {mismatches} mismatches, ")?;
        write!(f, "{compile_failures} compile failures, ")?;
        if self.refusals > 0 {
            write!(f, "{} refusals, ", self.refusals)?;
        }
        if self.generator_defects > 0 {
            write!(f, "{} defects of the generator, ", self.generator_defects)?;
        }
        let list = |examined| {
            let classes = self.classes.iter().filter(move |(class, _)| class.is_examined() == examined);
            classes.map(|(class, count)| format!("{count} {class}")).collect::<Vec<_>>().join(", ")
        };
        if self.second_order > 0 {
            write!(f, "{} to second order, ", self.second_order)?;
        }
        write!(f, "examined: {}; skipped {:.1} %: {}", list(true), 100.0 * self.skipped(), list(false))
    }
}

/// What is wrong with a program.
#[derive(Clone, Debug)]
enum Failure {
    Wrong(usize, Complaint),
    Compile(Vec<String>),
    /// The compiler says that it cannot keep what the derivative needs.
    Refused,
}

/// What the compiler says when it refuses a program that may not allocate.
const UNSTORED: &str = "there is no place to keep as many values";

/// What it says of matrices that it refuses.
const MATRICES: [&str; 2] = [
    "are only read one by one, so that their tangents need no place",
    "in which a function would be called again",
];

/// Whether the errors are a refusal, and what rustc says about siblings that are missing for it.
fn is_refusal(errors: &[String], may_allocate: bool) -> bool {
    let is_refused = |error: &&String| {
        (error.contains(UNSTORED) && !may_allocate) || MATRICES.iter().any(|refusal| error.contains(refusal))
    };
    let refusals = errors.iter().filter(is_refused).count();
    refusals > 0 && errors.iter().all(|error| is_refused(&error) || error.contains("error[E"))
}

impl Failure {
    /// Whether another failure is of the same kind, so that shrinking does not slide into another defect.
    fn is_like(&self, other: &Failure) -> bool {
        match (self, other) {
            (Failure::Wrong(_, a), Failure::Wrong(_, b)) => a.wrong == b.wrong,
            (Failure::Compile(a), Failure::Compile(b)) => gist(a) == gist(b),
            _ => false,
        }
    }
}

/// The first error without its line and without the names in it.
fn gist(errors: &[String]) -> String {
    let first =
        errors.first().map_or("", |error| error.split_once(": ").map_or(error.as_str(), |(_, text)| text));
    let unquoted = first.split('`').step_by(2).collect::<String>();
    unquoted.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Generates, compiles and judges; prints progress and failures to `log`.
///
/// # Errors
///
/// If the crates of the batches cannot be written, or cargo cannot be run.
pub fn examine(options: &Options, log: &mut dyn Write) -> io::Result<Summary> {
    let mut examiner = Examiner {
        options,
        bench: Workbench::new(&options.workbench)?,
        subject: if options.primal_only { Subject::Primal } else { Subject::Gradient },
        summary: Summary::default(),
        seen: Vec::new(),
        reports: 0,
    };
    let start = Instant::now();
    let mut done = 0;
    while done < options.programs {
        let count = options.batch.clamp(1, options.programs - done);
        examiner.batch(options.first + done, count, log)?;
        done += count;
        writeln!(log, "[{:.0} s] {}", start.elapsed().as_secs_f64(), examiner.summary)?;
    }
    Ok(examiner.summary)
}

struct Examiner<'a> {
    options: &'a Options,
    bench: Workbench,
    subject: Subject,
    summary: Summary,
    /// The gists of the errors that were shrunk: of each kind one is enough.
    seen: Vec<String>,
    /// How many failures were shrunk.
    reports: usize,
}

impl Examiner<'_> {
    fn batch(&mut self, first: u64, count: u64, log: &mut dyn Write) -> io::Result<()> {
        let Options { seed, features, scalar, .. } = *self.options;
        let cases: Vec<Case> =
            (first..first + count).map(|index| generate::program(seed, index, features, scalar)).collect();
        let profiles: &[Profile] =
            if self.options.debug_only { &[Profile::Debug] } else { &[Profile::Debug, Profile::Release] };
        let outcomes = self.bench.run(&cases, self.subject, profiles)?;
        self.summary.programs += count;
        let mut failures = Vec::new();
        for ((index, case), outcome) in (first..).zip(&cases).zip(outcomes) {
            let (judgements, failure) = assess(case, outcome);
            self.summary.points += judgements.len() as u64;
            for Judgement { class, second_order } in judgements {
                *self.summary.classes.entry(class).or_default() += 1;
                self.summary.second_order += u64::from(second_order);
            }
            if let Some(Failure::Refused) = failure {
                self.summary.refusals += 1;
            } else if let Some(failure) = failure {
                failures.push((index, case.clone(), failure));
            }
        }
        self.report(failures, log)
    }

    /// Counts the failures, shrinks the first ones and prints them.
    fn report(&mut self, failures: Vec<(u64, Case, Failure)>, log: &mut dyn Write) -> io::Result<()> {
        let uncompiled: Vec<Case> = failures
            .iter()
            .filter(|(_, _, failure)| matches!(failure, Failure::Compile(_)))
            .map(|(_, case, _)| case.clone())
            .collect();
        let mut plain = self.bench.run(&uncompiled, Subject::Primal, &[Profile::Debug])?.into_iter();
        for (index, case, failure) in failures {
            let counter = match &failure {
                Failure::Wrong(..) => &mut self.summary.mismatches,
                Failure::Refused => &mut self.summary.refusals,
                Failure::Compile(_) => match plain.next() {
                    Some(Ok(_)) => &mut self.summary.compile_failures,
                    _ => &mut self.summary.generator_defects,
                },
            };
            *counter += 1;
            let is_known = match &failure {
                Failure::Compile(errors) => self.is_seen(gist(errors)),
                _ => false,
            };
            if is_known || self.reports == self.options.reports {
                writeln!(log, "\nprogram {index} fails, too: {}", headline(&failure))?;
                continue;
            }
            self.reports += 1;
            let seed = self.options.seed;
            writeln!(log, "\n=== program {index} of seed {seed}: {}", headline(&failure))?;
            print_case(log, &case, &failure, self.subject)?;
            let (small, failure) = self.shrink(case, &failure)?;
            writeln!(log, "\n--- shrunk: {}", headline(&failure))?;
            print_case(log, &small, &failure, self.subject)?;
            if let Failure::Compile(_) = failure {
                let text = self.bench.explain(&small, self.subject)?;
                let lines = text.lines().take_while(|line| !line.contains("cannot find function `f"));
                lines.take(20).try_for_each(|line| writeln!(log, "{line}"))?;
            }
        }
        Ok(())
    }

    /// Whether an error of this kind was met before; now it is.
    fn is_seen(&mut self, gist: String) -> bool {
        let is_seen = self.seen.contains(&gist);
        if !is_seen {
            self.seen.push(gist);
        }
        is_seen
    }

    fn shrink(&self, mut case: Case, failure: &Failure) -> io::Result<(Case, Failure)> {
        let mut profiles = vec![Profile::Debug];
        if let Failure::Wrong(point, complaint) = failure {
            case.1 = vec![case.1[*point].clone()];
            if complaint.wrong == Wrong::Profiles {
                profiles.push(Profile::Release);
            }
        }
        let mut latest = failure.clone();
        let small = shrink::shrink(case, &mut |cases| {
            let outcomes = self.bench.run(cases, self.subject, &profiles)?;
            let assessed = cases.iter().zip(outcomes).map(|(case, outcome)| assess(case, outcome).1);
            let alike: Vec<Option<Failure>> =
                assessed.map(|now| now.filter(|now| now.is_like(failure))).collect();
            if let Some(first) = alike.iter().flatten().next() {
                latest = first.clone();
            }
            Ok(alike.iter().map(Option::is_some).collect())
        })?;
        Ok((small, latest))
    }
}

/// Judges all points of a program; the first complaint counts.
fn assess((program, points): &Case, outcome: Outcome) -> (Vec<Judgement>, Option<Failure>) {
    let outputs = match outcome {
        Ok(outputs) => outputs,
        Err(errors) if is_refusal(&errors, program.alloc) => return (Vec::new(), Some(Failure::Refused)),
        Err(errors) => return (Vec::new(), Some(Failure::Compile(errors))),
    };
    let mut judgements = Vec::new();
    for (index, point) in points.iter().enumerate() {
        let Ok(verdict) = oracle::judge(program, point) else { continue };
        let outputs: Vec<&Output> = outputs.iter().filter_map(|profile| profile.get(index)).collect();
        match judge(&verdict, &outputs) {
            Ok(judgement) => judgements.push(judgement),
            Err(complaint) => return (judgements, Some(Failure::Wrong(index, complaint))),
        }
    }
    (judgements, None)
}

fn headline(failure: &Failure) -> String {
    match failure {
        Failure::Wrong(_, complaint) => format!("{:?}: {}", complaint.wrong, complaint.text),
        Failure::Compile(errors) => format!("does not compile: {}", errors.join("\n    ")),
        Failure::Refused => "is refused".to_owned(),
    }
}

fn print_case(
    log: &mut dyn Write,
    (program, points): &Case,
    failure: &Failure,
    subject: Subject,
) -> io::Result<()> {
    writeln!(log, "{}", source(program, subject))?;
    let Failure::Wrong(point, _) = failure else { return Ok(()) };
    // A shrunk case has one point only.
    let Point(args) = points.get(*point).unwrap_or(&points[0]);
    let names = program.params.iter().enumerate().map(|(index, param)| {
        let args = args[program.leaves_of(index)].iter().map(|arg| format!("{arg:?}"));
        format!("{} = {}", param.name, args.collect::<Vec<_>>().join(" "))
    });
    writeln!(log, "at {}", names.collect::<Vec<_>>().join(", "))?;
    if let Ok(verdict) = oracle::judge(program, points.get(*point).unwrap_or(&points[0])) {
        for component in &verdict.values {
            writeln!(log, "oracle: value {:e}, gradient {}", component.value, listed(&component.gradient))?;
            writeln!(log, "noise: {}", listed(&component.spread))?;
        }
        for (row, spread) in verdict.hessian.iter().zip(&verdict.hessian_spread) {
            writeln!(log, "second derivatives: {}; noise: {}", listed(row), listed(spread))?;
        }
    }
    Ok(())
}

//! Measures what `#[grad]` costs at compile time, on functions of up to 20,000 operations.
//!
//! Prints a Markdown table and fails if expansion is over its budget, grows faster than the function, or if
//! rustc does not compile what was generated, with debug information or with optimisation. Takes the sizes as
//! arguments. Built without optimisation, as cargo builds macros.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use chainrule_benches::chain;
use proc_macro2::TokenStream;

/// Numbers of operations, if none are given.
const SIZES: [usize; 4] = [100, 1_000, 10_000, 20_000];

/// How long the expansion of so many operations may take.
const BUDGET: (usize, Duration) = (10_000, Duration::from_secs(2));

/// How much more an operation of a long function may take than one of a function of `REFERENCE` operations.
const GROWTH: f64 = 2.0;
const REFERENCE: usize = 1_000;

/// Every time is the shortest of so many.
const RUNS: u32 = 3;

/// What the columns are.
const LEGEND: &str = "\
Seconds for a function of so many operations: in the compiler behind `#[grad]` alone, in rustc for expanding
the attribute, and for `cargo check`, a debug and an optimised build of the function without and with its
gradients.";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if !cfg!(debug_assertions) {
        return Err("cargo builds macros without optimisation; run without `--release`".into());
    }
    let arguments = env::args().skip(1).map(|size| size.parse());
    let mut sizes = arguments.collect::<Result<Vec<usize>, _>>()?;
    if sizes.is_empty() {
        sizes.extend(SIZES);
    }
    let package = Package::create()?;
    let empty = Build::ALL.map(|build| package.time(build, "//! Nothing."));
    let [check_nothing, debug_nothing, release_nothing] = empty;
    let (check_nothing, debug_nothing, release_nothing) = (check_nothing?, debug_nothing?, release_nothing?);
    println!("{LEGEND}\n");
    println!("| operations | compiler | expansion | check | + grad | debug | + grad | release | + grad |");
    println!("| --: | --: | --: | --: | --: | --: | --: | --: | --: |");
    let mut problems = Vec::new();
    let mut compiler_times = Vec::new();
    for size in sizes {
        let (compiler, expanded) = compile(size)?;
        compiler_times.push((size, compiler));
        let plain = chain::source("#[must_use]", size);
        let grad = chain::source("#[chainrule::grad]", size);
        // What the attribute takes beyond the compilation of what it writes.
        let with_attribute = package.time(Build::Check, &grad)?;
        let expansion = with_attribute.saturating_sub(package.time(Build::Check, &expanded)?);
        if size == BUDGET.0 && expansion > BUDGET.1 {
            problems.push(format!("expanding {size} operations takes {expansion:.1?}"));
        }
        print!("| {size} | {} | {}", seconds(compiler), seconds(expansion));
        for (build, nothing) in Build::ALL.into_iter().zip([check_nothing, debug_nothing, release_nothing]) {
            for source in [&plain, &grad] {
                match package.time(build, source) {
                    Ok(time) => print!(" | {}", seconds(time.saturating_sub(nothing))),
                    Err(error) => {
                        problems.push(format!("{} of {size} operations: {error}", build.name()));
                        print!(" | fails");
                    }
                }
            }
        }
        println!(" |");
    }
    problems.extend(superlinear(&compiler_times));
    if problems.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("\nproblems:");
    for problem in &problems {
        eprintln!("  {problem}");
    }
    Ok(ExitCode::FAILURE)
}

fn seconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64())
}

/// The time in `chainrule_compiler::grad`, without the parsing of text and the bridge to rustc, and what it
/// writes.
fn compile(operations: usize) -> Result<(Duration, String), Box<dyn Error>> {
    let function: TokenStream = chain::source("", operations).parse().map_err(|_| "the source is no Rust")?;
    let mut shortest = Duration::MAX;
    let mut expanded = TokenStream::new();
    for _ in 0..RUNS {
        let function = function.clone();
        let start = Instant::now();
        expanded = chainrule_compiler::expand(chainrule_compiler::Mode::Grad, TokenStream::new(), function);
        shortest = shortest.min(start.elapsed());
    }
    Ok((shortest, expanded.to_string()))
}

/// Whether some function takes more time per operation than the one of reference.
fn superlinear(times: &[(usize, Duration)]) -> Option<String> {
    let per_operation = |(size, time): (usize, Duration)| {
        u32::try_from(size).ok().map(|size| time.as_secs_f64() / f64::from(size))
    };
    let reference = times.iter().copied().find(|(size, _)| *size == REFERENCE).and_then(per_operation)?;
    let largest = times.iter().copied().max_by_key(|(size, _)| *size)?;
    let growth = per_operation(largest)? / reference;
    (growth > GROWTH).then(|| {
        format!("an operation takes {growth:.1} times as long among {} as among {REFERENCE}", largest.0)
    })
}

/// What cargo is asked for.
#[derive(Clone, Copy)]
enum Build {
    Check,
    Debug,
    Release,
}

impl Build {
    const ALL: [Self; 3] = [Self::Check, Self::Debug, Self::Release];

    fn name(self) -> &'static str {
        match self {
            Self::Check => "the check",
            Self::Debug => "the debug build",
            Self::Release => "the optimised build",
        }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Check => &["check"],
            Self::Debug => &["build"],
            Self::Release => &["build", "--release"],
        }
    }
}

/// A library that depends on chainrule, to be filled with sources.
struct Package {
    folder: PathBuf,
}

impl Package {
    /// Creates the package beside this program.
    fn create() -> Result<Self, Box<dyn Error>> {
        let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
        let program = env::current_exe()?;
        let target = program.parent().and_then(Path::parent).ok_or("the program is in no target folder")?;
        let folder = target.join("compile-times");
        fs::create_dir_all(folder.join("src"))?;
        let runtime = benches.join("../runtime");
        let runtime = runtime.display();
        let manifest = format!(
            "[workspace]\n\n[package]\nname = \"compile-times\"\nedition = \"2024\"\n\n\
             [dependencies]\nchainrule = {{ path = '{runtime}' }}\n\n\
             [profile.dev]\ndebug = 2\n\n[profile.release]\nopt-level = 3\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        // The versions that the measurements of the other program are made with.
        fs::copy(benches.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let package = Self { folder };
        for build in Build::ALL {
            package.run(build, "//! Nothing, so that dependencies are built.")?;
        }
        Ok(package)
    }

    /// The shortest of several builds.
    fn time(&self, build: Build, source: &str) -> Result<Duration, String> {
        let mut shortest = Duration::MAX;
        for _ in 0..RUNS {
            shortest = shortest.min(self.run(build, source)?);
            if shortest > Duration::from_secs(10) {
                break;
            }
        }
        Ok(shortest)
    }

    /// One build from scratch.
    fn run(&self, build: Build, source: &str) -> Result<Duration, String> {
        fs::write(self.folder.join("src/lib.rs"), source).map_err(|error| error.to_string())?;
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(build.arguments())
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", "0");
        let start = Instant::now();
        let output = cargo.output().map_err(|error| format!("cargo does not start: {error}"))?;
        let time = start.elapsed();
        if output.status.success() {
            return Ok(time);
        }
        let messages = String::from_utf8_lossy(&output.stderr);
        let error = messages.lines().find(|line| line.starts_with("error")).unwrap_or("cargo fails");
        Err(error.to_owned())
    }
}

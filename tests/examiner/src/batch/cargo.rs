//! Running cargo on a batch, and reading rustc's errors.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The name of the generated package.
const NAME: &str = "examiner-batch";

/// How a batch is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// At opt-level 0, with overflow checks and debug assertions.
    Debug,
    /// At opt-level 3.
    Release,
}

impl Profile {
    fn directory(self) -> &'static str {
        match self {
            Profile::Debug => "debug",
            Profile::Release => "release",
        }
    }
}

/// Where a crate lies and where it is built.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) source: PathBuf,
    pub(super) target: PathBuf,
}

/// What cargo says.
pub(super) enum Build {
    Done,
    /// The errors, as `file:line` and message, and all that was printed.
    Failed(Vec<Diagnostic>, String),
}

/// An error of rustc at a line of the batch.
pub(super) struct Diagnostic {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) message: String,
}

impl Site {
    /// Writes the manifest. The lock file of the workspace comes along, so that cargo resolves the same
    /// versions without asking a registry.
    pub(super) fn prepare(&self, workspace: &Path) -> io::Result<()> {
        std::fs::create_dir_all(self.source.join("src"))?;
        let runtime = workspace.join("runtime");
        let runtime =
            runtime.to_str().ok_or_else(|| io::Error::other("the workspace's path is not UTF-8"))?;
        let manifest = format!(
            "[package]\nname = \"{NAME}\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\nchainrule = {{ path = {runtime:?}, features = [\"alloc\"] }}\n\n\
             [profile.dev]\ndebug = false\nincremental = false\n\n[profile.release]\nopt-level = 3\n"
        );
        write_if_changed(&self.source.join("Cargo.toml"), &manifest)?;
        let lock = self.source.join("Cargo.lock");
        if !lock.exists() && workspace.join("Cargo.lock").exists() {
            std::fs::copy(workspace.join("Cargo.lock"), lock)?;
        }
        Ok(())
    }

    pub(super) fn write(&self, name: &str, text: &str) -> io::Result<()> {
        write_if_changed(&self.source.join("src").join(name), text)
    }

    /// Builds the crate.
    pub(super) fn build(&self, profile: Profile) -> io::Result<Build> {
        let mut command = self.command();
        if profile == Profile::Release {
            command.arg("--release");
        }
        let output = command.output()?;
        if output.status.success() {
            return Ok(Build::Done);
        }
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let batch = format!("could not compile `{NAME}`");
        if text.contains("could not compile") && !text.contains(&batch) {
            return Err(io::Error::other(format!("what the batch depends on does not compile:\n{text}")));
        }
        Ok(Build::Failed(diagnostics(&text), text))
    }

    /// What rustc says about the crate at full length.
    pub(super) fn explain(&self) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&self.command().output()?.stderr).into_owned())
    }

    fn command(&self) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        command.args(["build", "--quiet", "--offline"]);
        command.current_dir(&self.source).env("CARGO_TARGET_DIR", &self.target);
        // With a target named, the binary would lie in another place.
        command.env_remove("CARGO_BUILD_TARGET");
        command
    }

    /// Runs the built program on a file of points and gives back what it prints.
    pub(super) fn run(&self, profile: Profile, points: &str) -> io::Result<String> {
        let file = self.source.join("points.txt");
        std::fs::write(&file, points)?;
        let name = format!("{NAME}{}", std::env::consts::EXE_SUFFIX);
        let output = Command::new(self.target.join(profile.directory()).join(name)).arg(&file).output()?;
        if !output.status.success() {
            return Err(io::Error::other(format!("the batch ended with {}", output.status)));
        }
        String::from_utf8(output.stdout).map_err(io::Error::other)
    }
}

/// Leaves a file that is as it should be alone, so that cargo sees no change.
fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    std::fs::write(path, text)
}

/// Reads the errors with their places, and why a macro panicked.
fn diagnostics(text: &str) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut message = None;
    for line in text.lines() {
        if line.starts_with("error") {
            message = Some(line);
        } else if let Some(place) = line.trim_start().strip_prefix("--> ") {
            found.extend(message.take().and_then(|message| diagnostic(place, message)));
        } else if let Some((_, reason)) = line.split_once("= help: message: ")
            && let Some(last) = found.last_mut()
        {
            last.message = format!("{}: {reason}", last.message);
        }
    }
    found
}

/// An error at `src/g0.rs:12:5`.
fn diagnostic(place: &str, message: &str) -> Option<Diagnostic> {
    let mut parts = place.split(':');
    let file = Path::new(parts.next()?).file_name()?.to_str()?.to_owned();
    let line = parts.next()?.parse().ok()?;
    Some(Diagnostic { file, line, message: message.to_owned() })
}

/// Assigns errors to programs; only those in the files of groups, whose starting lines are given, have one.
pub(super) fn attribute(
    diagnostics: Vec<Diagnostic>,
    starts: &BTreeMap<String, Vec<(usize, usize)>>,
) -> BTreeMap<usize, Vec<String>> {
    let mut failures: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    // Where the attribute fails, its siblings are missing, too; that is said once at the most.
    let follows = |message: &str| message.starts_with("error[E0425]: cannot find function `f");
    for Diagnostic { file, line, message } in diagnostics {
        let Some(starts) = starts.get(&file) else { continue };
        if let Some((start, id)) = starts.iter().rev().find(|(start, _)| *start <= line) {
            let errors = failures.entry(*id).or_default();
            if errors.is_empty() || !follows(&message) {
                errors.push(format!("line {}: {message}", line - start));
            }
        }
    }
    failures
}

#[cfg(test)]
mod tests {
    use super::{attribute, diagnostics};

    #[test]
    fn errors_find_their_program() {
        let text = "error[E0308]: mismatched types\n  --> src/g1.rs:12:5\n   |\n12 |     f(x)\n\n\
                    error: custom attribute panicked\n --> src/g1.rs:21:1\n  = help: message: too deep\n\n\
                    error: no\n --> src/main.rs:3:1\n\nerror: could not compile it\n";
        let starts = [("g1.rs".to_owned(), vec![(1, 40), (10, 41), (20, 42)])].into();
        let failures = attribute(diagnostics(text), &starts);
        assert_eq!(failures.len(), 2);
        assert_eq!(failures[&42], ["line 1: error: custom attribute panicked: too deep"]);
        assert_eq!(failures[&41], ["line 2: error[E0308]: mismatched types"]);
    }
}

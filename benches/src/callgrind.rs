//! Counts instructions: the program runs itself under valgrind's callgrind.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{self, Command, Stdio};

/// Has glibc fill memory without `rep stosb`, an instruction that callgrind counts once for every byte.
const FILLS: &str = "glibc.cpu.x86_rep_stosb_threshold=1000000000";

/// The instructions of one call of what a subject names, with those of the loop around it.
///
/// This program is run with a subject, a role and a number of calls as arguments, once for each of two numbers
/// of calls: the difference leaves start-up out.
///
/// # Errors
///
/// Says that valgrind is missing, or what it says.
pub fn per_call(subject: &str, role: &str, [few, many]: [u32; 2]) -> Result<f64, Box<dyn Error>> {
    let difference = total(subject, role, many)?.saturating_sub(total(subject, role, few)?);
    let difference = u32::try_from(difference)?;
    Ok(f64::from(difference) / f64::from(many - few))
}

/// All instructions of a run.
fn total(subject: &str, role: &str, calls: u32) -> Result<u64, Box<dyn Error>> {
    let name = format!("chainrule-{}-{subject}-{role}-{calls}.callgrind", process::id());
    let output = env::temp_dir().join(name);
    let mut out_file = OsString::from("--callgrind-out-file=");
    out_file.push(&output);
    let run = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(out_file)
        .arg(env::current_exe()?)
        .env("GLIBC_TUNABLES", FILLS)
        .args([subject, role, &calls.to_string()])
        .stdout(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => "valgrind is not installed, or not in the path".to_owned(),
            _ => format!("valgrind does not start: {error}"),
        })?;
    if !run.status.success() {
        return Err(format!("valgrind failed: {}", String::from_utf8_lossy(&run.stderr)).into());
    }
    let count = count_in(&output);
    fs::remove_file(&output)?;
    count
}

/// The sum that callgrind writes at the end of its output.
fn count_in(path: &Path) -> Result<u64, Box<dyn Error>> {
    let profile = fs::read_to_string(path)?;
    let sum = profile.lines().find_map(|line| line.strip_prefix("totals:"));
    Ok(sum.ok_or("callgrind wrote no total")?.trim().parse()?)
}

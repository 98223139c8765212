//! The command line of the examiner.

use std::io::{self, Write as _};
use std::process::ExitCode;

use chainrule_examiner::{Feature, Features, Options, Scalar, examine};

const USAGE: &str =
    "usage: examine [--first N] [--programs N] [--seed N] [--batch N] [--features a,b | --without a,b]
               [--arrays] [--loops] [--calls] [--modes] [--f32 | --generic] [--primal-only] [--debug-only] [--reports N] [--workbench NAME]";

fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match examine(&options, &mut io::stdout()) {
        Ok(summary) => {
            // The reader may be gone.
            let _ = writeln!(io::stdout(), "\n{summary}");
            if summary.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} wants a value"));
        match arg.as_str() {
            "--first" => options.first = number(&value()?)?,
            "--programs" => options.programs = number(&value()?)?,
            "--seed" => options.seed = number(&value()?)?,
            "--batch" => options.batch = number(&value()?)?,
            "--reports" => {
                options.reports = usize::try_from(number(&value()?)?).map_err(|e| e.to_string())?;
            }
            "--workbench" => options.workbench = value()?,
            "--features" => options.features = list(&value()?, Features::none(), Features::with)?,
            "--without" => options.features = list(&value()?, options.features, Features::without)?,
            "--arrays" => options.features = options.features.everywhere(Feature::Arrays),
            "--loops" => options.features = options.features.everywhere(Feature::Rolled),
            "--calls" => options.features = options.features.everywhere(Feature::Calls),
            "--modes" => options.features = options.features.everywhere(Feature::Modes),
            "--f32" => options.scalar = Scalar::F32,
            "--generic" => options.scalar = Scalar::Generic,
            "--primal-only" => options.primal_only = true,
            "--debug-only" => options.debug_only = true,
            other => return Err(format!("`{other}` is not understood")),
        }
    }
    Ok(options)
}

fn number(text: &str) -> Result<u64, String> {
    text.replace('_', "").parse().map_err(|error| format!("`{text}`: {error}"))
}

fn list(names: &str, start: Features, change: fn(Features, Feature) -> Features) -> Result<Features, String> {
    names.split(',').try_fold(start, |set, name| {
        let feature: Feature = name.parse().map_err(|error| format!("{error}"))?;
        Ok(change(set, feature))
    })
}

//! `proaktiv-sim check`: runs the catalogue and judges whether everything occurs, and holds.

use clap::Args;
use proaktiv_scenarios::check::{Check, table};
use proaktiv_scenarios::progress::Progress;
use proaktiv_scenarios::run::{Finished, Options, PlanSource, run};
use proaktiv_scenarios::scenario::Scenario;

use super::{CRASH, Failure, HELD, PENDING, TOO_SELDOM, WRONG, exit_code, named, print, records_kept};

/// What `check` takes.
#[derive(Args)]
#[command(after_help = "Examples:
  proaktiv-sim check                        the whole catalogue; ends with 85 where something is too seldom
  proaktiv-sim check --scenario siblings    one scenario: what occurs in it
  proaktiv-sim check --json > check.json")]
pub(super) struct Arguments {
    /// One scenario alone; how often things must occur is then not judged.
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// The seed of every run: a whole number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Prints one JSON document and nothing else on standard output.
    #[arg(long)]
    json: bool,
}

/// Runs the scenarios one after the other and returns the first exit code that fits them all.
pub(super) fn command(arguments: &Arguments) -> Result<u8, Failure> {
    let scenarios = match &arguments.scenario {
        Some(name) => vec![named(name)?],
        None => Scenario::all(),
    };
    let mut check = Check::new(arguments.scenario.is_none());
    let mut codes = Vec::with_capacity(scenarios.len() + 1);
    for scenario in scenarios {
        let finished = carry_out(scenario, arguments.seed)?;
        codes.push(exit_code(&finished));
        check.take(&finished.result);
    }
    codes.push(if check.is_enough() { HELD } else { TOO_SELDOM });
    if arguments.json {
        let text = serde_json::to_string(&check).map_err(|reason| Failure(CRASH, reason.to_string()))?;
        print(&(text + "\n"))?;
    } else {
        print(&table(&check))?;
    }
    Ok(first_that_fits(&codes))
}

fn carry_out(scenario: Scenario, seed: u64) -> Result<Finished, Failure> {
    let (name, children) = (scenario.name.clone(), scenario.children);
    eprintln!("{name}: {children} children");
    let options = Options {
        trace: None,
        journal: None,
        keep: records_kept(children),
        reversed: false,
        against_skeleton: false,
        progress: Progress::on_standard_error(children),
    };
    run(PlanSource::Expanded(Box::new(scenario), children, seed), options)
        .map_err(|error| Failure(CRASH, format!("{name}: {error}")))
}

/// Returns the first of the exit codes that fits: wrong before pending before too seldom.
fn first_that_fits(codes: &[u8]) -> u8 {
    [WRONG, PENDING, TOO_SELDOM].into_iter().find(|code| codes.contains(code)).unwrap_or(HELD)
}

//! The commands of `proaktiv-sim`: arguments in, text and an exit code out.

mod check;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use proaktiv_scenarios::plan;
use proaktiv_scenarios::population::{self, MOST_CHILDREN};
use proaktiv_scenarios::progress::Progress;
use proaktiv_scenarios::result::{RunResult, Verdict};
use proaktiv_scenarios::run::{Finished, Options, PlanSource, RunError, run};
use proaktiv_scenarios::scenario::Scenario;
use proaktiv_scenarios::story::{ChildId, StoryError, story};
use proaktiv_scenarios::summary::summary;

/// Everything held.
const HELD: u8 = 0;
/// A bad argument, file or value.
const USAGE: u8 = 2;
/// The world came down.
const CRASH: u8 = 81;
/// After the end a child is pending.
const PENDING: u8 = 82;
/// An invariant, a monitor or the oracle disagrees.
const WRONG: u8 = 83;
/// Two runs of one plan differ.
const NOT_DETERMINISTIC: u8 = 84;
/// What must sometimes happen happened too seldom.
const TOO_SELDOM: u8 = 85;

/// Simulates the pilot of order 42: families, registers, banks, officials, and the engine between them.
#[derive(Parser)]
#[command(
    name = "proaktiv-sim",
    version,
    after_help = "Examples:
  proaktiv-sim list                               the scenarios
  proaktiv-sim run quiet                          run one, print a summary
  proaktiv-sim run quiet --children 500 --seed 7 --out runs/a
  proaktiv-sim plan quiet --children 3 > three.jsonl
  proaktiv-sim run --plan three.jsonl             run a plan, edited by hand or not
  proaktiv-sim story runs/a --child 17.1          what happened to one child
  proaktiv-sim check                              run them all: does everything occur, and hold?

Exit codes: 0 all held, 2 usage, 81 crash, 82 a child is left pending, 83 wrong, 84 not deterministic,
85 something that must sometimes happen did not."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists the scenarios of the catalogue.
    List {
        /// Prints one JSON document and nothing else on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Prints the expanded plan of a scenario: JSON Lines, one family a line.
    Plan {
        /// The scenario; `list` names them.
        scenario: String,
        #[command(flatten)]
        size: Size,
    },
    /// Runs a scenario or a plan and says what held.
    Run(Run),
    /// Tells what happened to one child, in plain words.
    Story(StoryOf),
    /// Runs the catalogue and says which rows, grounds, holds, replies and outcomes occur where.
    Check(check::Arguments),
}

#[derive(Args)]
#[command(after_help = "Examples:
  proaktiv-sim run quiet --children 500 --out runs/a
  proaktiv-sim story runs/a --child 17
  proaktiv-sim story runs/b --child 3.2 --plan three.jsonl --json")]
struct StoryOf {
    /// The folder that `run --out` filled; its trace names every message (--trace all).
    #[arg(value_name = "DIR")]
    run: PathBuf,
    /// Which child: the number of its family in the plan, a point, its number in the family.
    #[arg(long, value_name = "FAMILY.CHILD")]
    child: ChildId,
    /// The plan, where the run was of one; else it is expanded again from its scenario and seed.
    #[arg(long, value_name = "PLAN.jsonl")]
    plan: Option<PathBuf>,
    /// Prints one JSON document and nothing else on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Size {
    /// Children; the scenario says how many by default.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=MOST_CHILDREN))]
    children: Option<u64>,
    /// The seed: a whole number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Args)]
#[command(after_help = "Examples:
  proaktiv-sim run quiet
  proaktiv-sim run quiet --children 140000 --against-skeleton
  proaktiv-sim run --plan plan.jsonl --out runs/b --trace all --json")]
struct Run {
    /// The scenario; `list` names them.
    #[arg(conflicts_with = "plan")]
    scenario: Option<String>,
    #[command(flatten)]
    size: Size,
    /// A plan to run instead of a scenario.
    #[arg(long, value_name = "PLAN.jsonl", conflicts_with_all = ["children", "seed"])]
    plan: Option<PathBuf>,
    /// A folder for result.json, trace.ndjson, and what the journal still keeps: journal.ndjson and
    /// journal.snapshot.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Writes into a folder that is there already; what an earlier run left in it goes.
    #[arg(long, requires = "out")]
    force: bool,
    /// Which messages are written to trace.ndjson: all by default up to 1,000 children, none beyond.
    #[arg(long, value_enum, requires = "out")]
    trace: Option<Traced>,
    /// Records that the memory journal keeps between two snapshots [default: the number of
    /// children, at least 200000].
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    keep: Option<u64>,
    /// Runs the plan twice and compares the digests.
    #[arg(long)]
    twice: bool,
    /// Starts the parties in reverse order; the digest must be the same.
    #[arg(long)]
    reversed: bool,
    /// Measures beside the run how fast the post and empty actors alone would be.
    #[arg(long)]
    against_skeleton: bool,
    /// Prints one JSON document and nothing else on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Traced {
    /// Every message.
    All,
    /// No message; the digest is made all the same.
    None,
}

/// A message for standard error and the code to exit with.
struct Failure(u8, String);

/// Reads the command line, carries it out, and returns the exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are asked for; everything else is a wrong use.
            let code = if error.use_stderr() { USAGE } else { HELD };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let done = match cli.command {
        Command::List { json } => list(json),
        Command::Plan { scenario, size } => print_plan(&scenario, &size),
        Command::Run(arguments) => run_command(&arguments),
        Command::Story(arguments) => tell_story(&arguments),
        Command::Check(arguments) => check::command(&arguments),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(Failure(code, message)) => {
            eprintln!("proaktiv-sim: {message}");
            ExitCode::from(code)
        }
    }
}

fn usage(message: impl std::fmt::Display) -> Failure {
    Failure(USAGE, message.to_string())
}

/// Prints to standard output; a reader that has gone away is no failure of ours.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(reason) if reason.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(reason) => Err(Failure(CRASH, format!("standard output: {reason}"))),
    }
}

fn list(json: bool) -> Result<u8, Failure> {
    let all = Scenario::all();
    let text = if json {
        let list: Vec<serde_json::Value> = all
            .iter()
            .map(|scenario| {
                serde_json::json!({ "name": scenario.name, "about": scenario.about, "children": scenario.children })
            })
            .collect();
        format!("{}\n", serde_json::Value::from(list))
    } else {
        all.iter()
            .map(|scenario| format!("{:<24} {:>7}  {}\n", scenario.name, scenario.children, scenario.about))
            .collect()
    };
    print(&text)?;
    Ok(HELD)
}

fn named(scenario: &str) -> Result<Scenario, Failure> {
    Scenario::named(scenario).map_err(usage)
}

fn print_plan(scenario: &str, size: &Size) -> Result<u8, Failure> {
    let scenario = named(scenario)?;
    let children = size.children.unwrap_or(scenario.children);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut write = || {
        plan::write_header(&mut out, &population::header(&scenario, children, size.seed))?;
        for family in population::families(&scenario, children, size.seed) {
            plan::write_family(&mut out, &family)?;
        }
        out.flush()
    };
    match write() {
        Ok(()) => Ok(HELD),
        Err(reason) if reason.kind() == std::io::ErrorKind::BrokenPipe => Ok(HELD),
        Err(reason) => Err(Failure(CRASH, format!("standard output: {reason}"))),
    }
}

fn tell_story(arguments: &StoryOf) -> Result<u8, Failure> {
    let file = |name: &str| {
        let path = arguments.run.join(name);
        std::fs::File::open(&path).map(std::io::BufReader::new).map_err(|reason| {
            usage(format!("{}: {reason}; `proaktiv-sim run SCENARIO --out DIR --trace all` writes it", path.display()))
        })
    };
    let result: RunResult = serde_json::from_reader(file("result.json")?)
        .map_err(|reason| usage(format!("{}: {reason}", arguments.run.join("result.json").display())))?;
    let (header, family) = match &arguments.plan {
        Some(path) => family_in(path, arguments.child)?,
        None => {
            let scenario = named(&result.scenario).map_err(|Failure(code, reason)| {
                Failure(code, format!("{reason}; if the run was of a plan, name it with --plan"))
            })?;
            let header = population::header(&scenario, result.children, result.seed);
            let family = population::families(&scenario, result.children, result.seed)
                .find(|family| family.family == arguments.child.family);
            (header, family)
        }
    };
    let family = family.ok_or_else(|| usage(StoryError::NoSuchChild(arguments.child)))?;
    let happenings = story(&header, &family, arguments.child, file("trace.ndjson")?).map_err(usage)?;
    let text = if arguments.json {
        let document = serde_json::json!({
            "child": arguments.child.to_string(), "scenario": result.scenario, "seed": result.seed,
            "happenings": happenings,
        });
        format!("{document}\n")
    } else {
        let lines = happenings.iter().map(|happening| {
            let paragraph = happening.paragraph.map_or(String::new(), |paragraph| format!("p. {paragraph}"));
            format!("{}  {paragraph:<8}{}\n", happening.at, happening.what)
        });
        let title = format!("Child {} of {}, seed {} (Astana time)\n\n", arguments.child, result.scenario, result.seed);
        title + &lines.collect::<String>()
    };
    print(&text)?;
    Ok(HELD)
}

/// Returns the header of a plan and the family of a child in it, if it has one.
fn family_in(path: &Path, child: ChildId) -> Result<(plan::Header, Option<plan::Family>), Failure> {
    let broken = |reason: plan::PlanError| usage(format!("{}: {reason}", path.display()));
    let mut reader = plan::PlanReader::open(path).map_err(broken)?;
    let header = reader.header().clone();
    let found = reader.find_map(|line| match line {
        Ok((_, family)) if family.family == child.family => Some(Ok(family)),
        Ok(_) => None,
        Err(reason) => Some(Err(reason)),
    });
    Ok((header, found.transpose().map_err(broken)?))
}

/// What a run may leave in its folder.
const LEFT: [&str; 5] = ["result.json", "trace.ndjson", "journal.ndjson", "journal.snapshot", "disagreements.ndjson"];

/// Makes the folder for what a run leaves; refuses one that is there, unless it may be written into. What an
/// earlier run left there goes, so that nothing in the folder is of another run.
fn prepare(out: &Path, force: bool) -> Result<(), Failure> {
    if out.exists() && !force {
        let out = out.display();
        return Err(usage(format!("--out {out}: is there already; name another folder or add --force")));
    }
    std::fs::create_dir_all(out).map_err(|reason| usage(format!("--out {}: {reason}", out.display())))?;
    for name in LEFT {
        let path = out.join(name);
        if path.exists() {
            std::fs::remove_file(&path).map_err(|reason| usage(format!("--out {}: {reason}", path.display())))?;
        }
    }
    let probe = out.join("result.json");
    std::fs::File::create(&probe).map(drop).map_err(|reason| usage(format!("--out {}: {reason}", probe.display())))
}

fn run_command(arguments: &Run) -> Result<u8, Failure> {
    let scenario = arguments.scenario.as_deref().map(named).transpose()?;
    let children = arguments.size.children.or_else(|| scenario.as_ref().map(|scenario| scenario.children));
    if let Some(out) = &arguments.out {
        prepare(out, arguments.force)?;
    }
    let finished = carry_out(arguments, scenario.as_ref(), children, arguments.out.as_deref(), arguments.reversed)?;
    let result = &finished.result;
    if let Some(out) = &arguments.out {
        let path = out.join("result.json");
        let text = serde_json::to_string_pretty(result).map_err(|reason| Failure(CRASH, reason.to_string()))?;
        std::fs::write(&path, text + "\n").map_err(|reason| usage(format!("{}: {reason}", path.display())))?;
        write_disagreements(out, &finished)?;
    }
    if arguments.json {
        let text = serde_json::to_string(result).map_err(|reason| Failure(CRASH, reason.to_string()))?;
        print(&(text + "\n"))?;
    } else {
        print(&summary(&finished))?;
    }
    if arguments.twice {
        let again = carry_out(arguments, scenario.as_ref(), children, None, arguments.reversed)?;
        if again.result.digest != result.digest {
            let message = format!("two runs of one plan differ: digest {} and {}", result.digest, again.result.digest);
            return Err(Failure(NOT_DETERMINISTIC, message));
        }
        eprintln!("Two runs, one digest.");
    }
    Ok(exit_code(&finished))
}

/// Writes the first disagreements of engine and oracle, one a line, if there are any.
fn write_disagreements(out: &Path, finished: &Finished) -> Result<(), Failure> {
    if finished.disagreements.is_empty() {
        return Ok(());
    }
    let path = out.join("disagreements.ndjson");
    let lines: Result<Vec<String>, _> = finished.disagreements.iter().map(serde_json::to_string).collect();
    let text = lines.map_err(|reason| Failure(CRASH, reason.to_string()))?.join("\n");
    std::fs::write(&path, text + "\n").map_err(|reason| usage(format!("{}: {reason}", path.display())))
}

fn carry_out(
    arguments: &Run,
    scenario: Option<&Scenario>,
    children: Option<u64>,
    out: Option<&Path>,
    reversed: bool,
) -> Result<Finished, Failure> {
    let source = match (scenario, &arguments.plan, children) {
        (Some(scenario), _, Some(children)) => {
            PlanSource::Expanded(Box::new(scenario.clone()), children, arguments.size.seed)
        }
        (_, Some(path), _) => PlanSource::File(path.clone()),
        (Some(_) | None, None, _) => {
            return Err(usage(
                "run: name a scenario (`proaktiv-sim list` lists them) or a plan with --plan PLAN.jsonl",
            ));
        }
    };
    let traced = arguments.trace.unwrap_or(match children {
        Some(children) if children > 1_000 => Traced::None,
        Some(_) | None => Traced::All,
    });
    let options = Options {
        trace: out.filter(|_| traced == Traced::All).map(|out| out.join("trace.ndjson")),
        journal: out.map(|out| out.join("journal.ndjson")),
        keep: arguments.keep.unwrap_or_else(|| records_kept(children.unwrap_or(0))),
        reversed,
        against_skeleton: arguments.against_skeleton,
        progress: if arguments.json && !std::io::stderr().is_terminal() {
            Progress::silent()
        } else {
            Progress::on_standard_error(children.unwrap_or(0))
        },
    };
    run(source, options).map_err(|error| match error {
        RunError::Plan(reason) => {
            let path = arguments.plan.as_deref().unwrap_or(Path::new("the plan"));
            usage(format!("{}: {reason}", path.display()))
        }
        RunError::Law(_) | RunError::Horizon(_) | RunError::Oracle(_) | RunError::File { .. } => usage(error),
        RunError::World(_) => Failure(CRASH, error.to_string()),
    })
}

/// Returns how many records the memory journal keeps between two snapshots, unless the command line says: one
/// takes as long as there are children, so the more there are, the rarer it is taken.
fn records_kept(children: u64) -> u64 {
    children.max(200_000)
}

/// Returns the first exit code that fits (see the help).
fn exit_code(finished: &Finished) -> u8 {
    let failed = |name: &str| finished.result.verdicts.get(name) == Some(&Verdict::Failed);
    let pending = "nothing pending";
    let wrong = finished.result.verdicts.iter().any(|(name, verdict)| name != pending && *verdict == Verdict::Failed);
    if wrong {
        WRONG
    } else if failed(pending) {
        PENDING
    } else {
        HELD
    }
}

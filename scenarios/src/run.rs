//! One run: a plan in, verdicts out.
//!
//! `plan = expand(scenario, seed)`, `run = f(plan)`: a run reads its plan family by family, whether it
//! is being expanded or read from a file, and is the same run.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use chrono::{Days, NaiveDate};
use proaktiv_actors::Behaviour;
use proaktiv_actors::hosting::{self, Ended, Misbehaviours, SharedJournal, World};
use proaktiv_core::calendar::astana;
use proaktiv_core::home_schooling::parameters::Law;
use proaktiv_core::home_schooling::{Condition, State};
use proaktiv_engine::{Config, Engine, Journal, Limits, MemoryJournal};
use proaktiv_messages::{Moment, Span};
use proaktiv_oracle::{Disagreement, Oracle};

use crate::cast::{Cast, fault_windows};
use crate::monitors::{Monitors, PROPERTIES, Violation};
use crate::outcome::{is_paid, outcomes};
use crate::plan::{self, Family, Header, PlanError, PlanReader};
use crate::population;
use crate::progress::Progress;
use crate::result::{Deadline, Measured, OracleResult, Rates, RunResult, Verdict};
use crate::scenario::Scenario;
use crate::stopwatch::{Stopwatch, peak_memory_mib};
use crate::tally::Tally;
use crate::trace::Trace;
use crate::witness::{Onlookers, Witness};

/// Where the plan of a run comes from.
pub enum PlanSource {
    /// Expanded from a scenario, so many children, and a seed.
    Expanded(Box<Scenario>, u64, u64),
    /// Read from a file.
    File(PathBuf),
}

/// How a run is carried out. Nothing here changes what comes out of it.
pub struct Options {
    /// Where the trace is written.
    pub trace: Option<PathBuf>,
    /// Where the records that the journal still keeps are written, its snapshot beside them.
    pub journal: Option<PathBuf>,
    /// Records between two snapshots.
    pub keep: u64,
    /// Starts the parties in reverse order.
    pub reversed: bool,
    /// Measures the bare skeleton beside the run.
    pub against_skeleton: bool,
    /// How progress is shown.
    pub progress: Progress,
}

/// Why a run could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The plan cannot be read.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The law of the plan is not one that an engine runs under.
    #[error("the plan's law: {0}")]
    Law(String),
    /// The calendar ends too soon after the last day of the plan.
    #[error("the plan's horizon: {0}")]
    Horizon(String),
    /// The oracle cannot read the plan.
    #[error("the oracle cannot read the plan: {0}")]
    Oracle(String),
    /// A file cannot be written.
    #[error("{path}: {reason}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// The world came down.
    #[error("the world came down: {0}")]
    World(std::io::Error),
}

/// What a run found, beside its result.
pub struct Finished {
    /// The result.
    pub result: RunResult,
    /// What monitors found broken, the first of it.
    pub violations: Vec<Violation>,
    /// Where engine and oracle disagree, the first of it.
    pub disagreements: Vec<Disagreement>,
}

/// Carries out a run.
///
/// # Errors
/// When the plan or its law cannot be read, a file cannot be written, or the world comes down.
pub fn run(source: PlanSource, options: Options) -> Result<Finished, RunError> {
    match source {
        PlanSource::Expanded(scenario, children, seed) => {
            let header = population::header(&scenario, children, seed);
            let mut text = Vec::new();
            plan::write_header(&mut text, &header).map_err(RunError::World)?;
            let families = population::families(&scenario, children, seed).map(|family| {
                let mut line = Vec::new();
                plan::write_family(&mut line, &family).map_err(RunError::World)?;
                Ok((String::from_utf8_lossy(&line).trim_end().to_owned(), family))
            });
            run_plan(&header, String::from_utf8_lossy(&text).trim_end(), families, options)
        }
        PlanSource::File(path) => {
            let reader = PlanReader::open(&path)?;
            let (header, text) = (reader.header().clone(), reader.header_text().to_owned());
            run_plan(&header, &text, reader.map(|line| line.map_err(RunError::Plan)), options)
        }
    }
}

fn run_plan(
    header: &Header,
    header_text: &str,
    families: impl Iterator<Item = Result<(String, Family), RunError>>,
    mut options: Options,
) -> Result<Finished, RunError> {
    let law = Law::from_json(header.law.text()).map_err(|reason| RunError::Law(reason.to_string()))?;
    law.may_run_on(header.horizon).map_err(|reason| RunError::Horizon(reason.to_string()))?;
    let mut oracle = Oracle::new(header_text).map_err(RunError::Oracle)?;
    let mut cast = Cast::new(header);
    let mut tally = Tally::new(header.token_key());
    for family in families {
        let (line, family) = family?;
        oracle.family(&line).map_err(RunError::Oracle)?;
        cast.join(&family);
        tally.join(&family);
    }
    let stopwatch = Stopwatch::start();
    let trace = Trace::new(header.token_key(), options.trace.as_deref()).map_err(|reason| {
        let path = options.trace.clone().unwrap_or_default();
        RunError::File { path, reason }
    })?;
    let stated = header.law.parameters();
    let in_force = (astana::civil_day(law.in_force_from()), stated.last_day);
    options.progress.begin(header.starts, header.horizon);
    let onlookers = Onlookers {
        trace,
        monitors: Monitors::new(
            in_force,
            law.integrated_banks().len(),
            stated.reply_window_working_days,
            &stated.service_code.value,
        ),
        oracle,
        tally,
        sent: BTreeMap::new(),
    };
    let witness = Rc::new(RefCell::new(Witness::new(onlookers, options.progress)));
    let config = Config {
        condition: Condition { law, observed: header.observer },
        key: header.token_key(),
        limits: Limits::default(),
    };
    let world = world(header, cast, options.reversed);
    let ended = hosting::run(
        world,
        MemoryJournal::new(options.keep),
        move |journal| Engine::new(config, journal),
        Rc::clone(&witness),
    )
    .map_err(RunError::World)?;
    // The world is over: nobody else holds the witness.
    let witness =
        Rc::try_unwrap(witness).map_err(|_| RunError::World(std::io::Error::other("the world still runs")))?;
    let (onlookers, messages) = witness.into_inner().finish();
    let seconds = stopwatch.elapsed().as_secs_f64();
    let mut finished = conclude(header, onlookers, messages, &ended, seconds)?;
    if let Some(path) = &options.journal {
        write_journal(path, &ended.engine).map_err(|reason| RunError::File { path: path.clone(), reason })?;
    }
    if options.against_skeleton {
        measure_skeleton(&mut finished.result, ended.instants).map_err(RunError::World)?;
    }
    Ok(finished)
}

fn world(header: &Header, cast: Cast, reversed: bool) -> World {
    let tick = Span::millis(i64::from(header.tick_ms));
    let after_horizon = header.horizon.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    let (salt, _) = header.salt.0.split_at(8);
    World {
        cast: on_stage(cast),
        begin: astana::start_of(header.starts),
        horizon: astana::start_of(after_horizon),
        tick,
        salt: salt.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)),
        flush: (tick, tick),
        reversed,
        faults: fault_windows(header),
    }
}

/// Gives every party its address.
fn on_stage(cast: Cast) -> hosting::Cast {
    let (parties, households) = cast.into_parties();
    hosting::Cast {
        parties,
        by_themselves: households.by_themselves(),
        household: Box::new(move |number| {
            households.household(number).map(|household| Box::new(household) as Box<dyn Behaviour>)
        }),
    }
}

/// Judges a run that is over.
fn conclude(
    header: &Header,
    onlookers: Onlookers,
    messages: u64,
    ended: &Ended,
    seconds: f64,
) -> Result<Finished, RunError> {
    let Onlookers { mut trace, mut monitors, oracle, tally, sent } = onlookers;
    let (digest, _) = trace.finish().map_err(|reason| RunError::File { path: "trace.ndjson".into(), reason })?;
    // The replay needs the room.
    drop(trace);
    monitors.finish(ended.at);
    let judged = oracle.finish(ended.at);
    let peak_memory_mib = peak_memory_mib();
    let engine = &ended.engine;
    let stats = engine.stats();
    let counted = outcomes(engine.states().map(|(_, state)| state));

    let mut verdicts = BTreeMap::new();
    for (property, _) in PROPERTIES {
        verdicts.insert(property.to_owned(), Verdict::held(!monitors.findings.counts.contains_key(property)));
    }
    verdicts.insert("oracle".to_owned(), Verdict::held(judged.disagreements_total == 0));
    let outcomes_agree = crate::outcome::agree(&judged.outcomes, &judged.undecided, &counted);
    verdicts.insert("outcomes".to_owned(), Verdict::held(outcomes_agree));
    verdicts.insert("nothing set aside".to_owned(), Verdict::held(stats.set_aside == 0));
    verdicts.insert("nothing unsendable".to_owned(), Verdict::held(stats.unsendable == 0 && stats.misdirected == 0));
    verdicts.insert("replay equals live".to_owned(), Verdict::held(replay_equals_live(engine, ended.at)));
    let pending: u64 = counted.iter().filter(|(class, _)| class.starts_with("pending")).map(|(_, count)| count).sum();
    verdicts.insert("nothing pending".to_owned(), Verdict::held(pending == 0 && engine.unanswered() == 0));

    let rejected_rows = engine.states().find_map(|(_, state)| match state {
        State::Intake(intake) => Some(intake.rows_sent_back),
        State::Case(_) | State::Recipient(_) | State::Line(_) => None,
    });
    let margins = monitors.reply_margins();
    let result = RunResult {
        schema: "proaktiv.result".to_owned(),
        version: 1,
        scenario: header.scenario.clone(),
        seed: header.seed,
        children: header.children,
        digest,
        verdicts,
        listed: counted.values().sum(),
        outcomes: counted,
        rejected_rows: rejected_rows.unwrap_or(0),
        sent,
        deadlines: BTreeMap::from([(
            "reply_window".to_owned(),
            Deadline { count: margins.len() as u64, breaches: 0, least_margin_minutes: margins.iter().min().copied() },
        )]),
        oracle: OracleResult {
            children: judged.children,
            outputs_compared: judged.outputs_compared,
            undecided: judged.undecided,
            disagreements: judged.disagreements_total,
            coverage: judged.coverage,
        },
        messages,
        records: stats.records,
        groups: engine.journal().read(MemoryJournal::groups),
        kills: 0,
        households: ended.households.0,
        misbehaviours: by_party(&ended.misbehaviours),
        ended: ended.at,
        rates: Rates::of(header.children, messages, seconds),
        measured: Measured {
            seconds,
            messages_a_child: ratio(messages, header.children),
            messages_a_paid_child: messages_a_paid_child(engine, &tally),
            record_mib: stats.record_bytes / (1 << 20),
            rows_unchanged: stats.rows_unchanged,
            snapshots: stats.snapshots,
            peak_memory_mib,
            skeleton_messages_per_second: None,
            of_skeleton: None,
        },
    };
    Ok(Finished { result, violations: monitors.findings.first, disagreements: judged.disagreements })
}

/// Returns what was counted as misbehaviour, by kind of party and kind of misbehaviour.
fn by_party(counted: &Misbehaviours) -> BTreeMap<String, BTreeMap<String, u64>> {
    let mut by_party: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for ((party, kind), count) in counted {
        by_party.entry((*party).to_owned()).or_default().insert((*kind).to_owned(), *count);
    }
    by_party
}

fn messages_a_paid_child(engine: &Engine<SharedJournal>, tally: &Tally) -> f64 {
    let paid = engine.states().filter_map(|(_, state)| match state {
        State::Case(case) if is_paid(case) => tally.of(case.child).map(u64::from),
        State::Case(_) | State::Intake(_) | State::Recipient(_) | State::Line(_) => None,
    });
    let (messages, children) = paid.fold((0, 0), |(messages, children), count| (messages + count, children + 1));
    ratio(messages, children)
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people; counts stay far below 2^52")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Comes back from the journal as a restarted engine would, checking the chain, and compares: the same
/// states, the same messages still unanswered, the same head.
fn replay_equals_live(live: &Engine<SharedJournal>, at: Moment) -> bool {
    let Ok(replayed) = Engine::open(live.config(), live.journal().clone(), at) else { return false };
    replayed.head() == live.head() && replayed.unanswered() == live.unanswered() && replayed.states().eq(live.states())
}

/// Writes the records that the journal still keeps, and its snapshot beside them.
fn write_journal(path: &Path, engine: &Engine<SharedJournal>) -> std::io::Result<()> {
    let mut failed = Ok(());
    engine.journal().read_snapshot(&mut |bytes| failed = std::fs::write(path.with_extension("snapshot"), bytes));
    failed?;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let mut failed = Ok(());
    engine.journal().read_after(0, u64::MAX, &mut |record| {
        if failed.is_ok() {
            failed = file.write_all(record).and_then(|()| file.write_all(b"\n"));
        }
    });
    failed?;
    file.flush()
}

/// Measures how fast the post and empty actors alone hand over as many messages.
fn measure_skeleton(result: &mut RunResult, instants: u64) -> std::io::Result<()> {
    let stopwatch = Stopwatch::start();
    let households = u32::try_from(result.households).unwrap_or(u32::MAX);
    hosting::bare(households, result.messages, result.messages / instants.max(1))?;
    let seconds = stopwatch.elapsed().as_secs_f64();
    let rate = Rates::of(result.children, result.messages, seconds).messages_per_second;
    result.measured.skeleton_messages_per_second = Some(rate);
    result.measured.of_skeleton = Some(ratio(result.rates.messages_per_second, rate));
    Ok(())
}

//! What a row costs that a list brings once more with the same content: nearly every row of a day.
//!
//! The way into the engine: the list is delivered, each row compared with the content that is known, the list
//! recorded. Flush and answer, one for the whole list, are left out. The engine needs neither digest nor token of an
//! unchanged row; what a row costs with both, made anew from what the list says in clear, is measured beside it.

use std::hint::black_box;
use std::sync::Arc;

use chrono::Days;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use proaktiv_core::calendar::astana;
use proaktiv_core::home_schooling::Condition;
use proaktiv_core::home_schooling::parameters::Law;
use proaktiv_engine::{Config, Engine, Limits, MemoryJournal, Ports, row_digest};
use proaktiv_messages::{Body, Clear, Enrolment, Envelope, ListChunk, MessageId, Moment, Party, TokenKey};
use proaktiv_scenarios::plan::Header;
use proaktiv_scenarios::population;
use proaktiv_scenarios::scenario::Scenario;

/// The share of one partner in the pilot, and all of it.
const CHILDREN: [u64; 2] = [14_000, 140_000];

/// Who is told nothing: what leaves the engine is dropped.
struct Nobody;

impl Ports for Nobody {
    fn send(&mut self, message: Envelope<Clear>) {
        black_box(message);
    }

    fn wake_at(&mut self, _at: Moment) {}
}

/// An engine, and the list that it gets each day.
struct Daily {
    engine: Engine<MemoryJournal>,
    key: TokenKey,
    row_key: TokenKey,
    rows: Arc<[Arc<Enrolment<Clear>>]>,
    starts: chrono::NaiveDate,
    days: u64,
}

impl Daily {
    fn new(children: u64) -> Self {
        let scenario = Scenario::named("quiet").expect("quiet is in the catalogue");
        let header = population::header(&scenario, children, 1);
        let families = population::families(&scenario, children, 1);
        let rows = families.flat_map(|family| family.children).map(|child| child.enrolment.of(child.iin)).collect();
        let engine = Engine::new(config(&header), MemoryJournal::new(1_000_000));
        let key = header.token_key();
        let row_key = key.of_kind("row");
        let mut daily = Self { engine, key, row_key, rows, starts: header.starts, days: 0 };
        daily.list();
        daily
    }

    /// The list of the next day comes.
    fn list(&mut self) {
        let day = self.starts + Days::new(self.days);
        self.days += 1;
        // The hour is always the same: nothing but the list falls due.
        let now = astana::at_hour(self.starts, 2);
        let chunk = ListChunk {
            batch: self.days,
            day,
            part: 0,
            parts: 1,
            declared_rows: Some(self.rows.len() as u32),
            rows: Arc::clone(&self.rows),
        };
        let message = Envelope {
            id: MessageId::Numbered(self.days),
            answers: None,
            from: Party::Nobd,
            to: Party::Esobes,
            sent: now,
            body: Body::ReportEnrolments(chunk),
        };
        self.engine.deliver(&message, now, &mut Nobody);
    }

    /// Makes the keyed digest of every row and the token of every child.
    fn seal(&self) {
        for row in &*self.rows {
            black_box(row_digest(row, &self.row_key));
            black_box(self.key.token("person", &row.child.number().to_be_bytes()));
        }
    }
}

fn config(header: &Header) -> Config {
    let law = Law::from_json(header.law.text()).expect("the law of a scenario is sound");
    let condition = Condition { law, observed: false };
    Config { condition, key: header.token_key(), limits: Limits::default() }
}

fn unchanged_rows(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a list of unchanged rows");
    group.sample_size(20);
    for children in CHILDREN {
        let mut daily = Daily::new(children);
        group.throughput(Throughput::Elements(children));
        group.bench_function(children.to_string(), |bencher| bencher.iter(|| daily.list()));
        assert_eq!(daily.engine.stats().rows_unchanged, (daily.days - 1) * children, "nothing has changed");
    }
    group.finish();
}

fn unchanged_rows_sealed(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a list of unchanged rows, each with its keyed digest and token");
    group.sample_size(20);
    for children in CHILDREN {
        let mut daily = Daily::new(children);
        group.throughput(Throughput::Elements(children));
        group.bench_function(children.to_string(), |bencher| {
            bencher.iter(|| {
                daily.list();
                daily.seal();
            });
        });
    }
    group.finish();
}

criterion_group!(benches, unchanged_rows, unchanged_rows_sealed);
criterion_main!(benches);

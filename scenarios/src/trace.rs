//! The trace of a run: one line a message, in the order of the post, people named by tokens.
//!
//! The digest of a run is BLAKE3 over these lines, so that `b3sum trace.ndjson` prints it. A part of
//! the day's list is written by its counts: what a row says stands in the message of its school.

use std::convert::Infallible;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use proaktiv_core::home_schooling::forms;
use proaktiv_messages::identity::{DocumentNumber, FullName, Iban, Iin, Msisdn};
use proaktiv_messages::{
    Body, Clear, Envelope, Exchange, ListChunk, Moment, Said, Sealed, SealedAccount, Token, TokenKey,
};
use rustc_hash::FxHashMap;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// Lines are hashed in blocks of about this size: BLAKE3 is at its best there.
const BLOCK: usize = 1 << 16;

/// The trace of a run.
pub struct Trace {
    tokens: Tokens,
    hasher: blake3::Hasher,
    block: Vec<u8>,
    file: Option<BufWriter<File>>,
    failed: Option<std::io::Error>,
    lines: u64,
}

struct Line<'a> {
    at: Moment,
    message: &'a Envelope<Sealed>,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Line", 8)?;
        fields.serialize_field("at", &self.at)?;
        self.message.write_fields(&mut fields)?;
        fields.end()
    }
}

#[derive(Serialize)]
struct ListLine<'a> {
    at: Moment,
    id: proaktiv_messages::MessageId,
    from: proaktiv_messages::Party,
    to: proaktiv_messages::Party,
    sent: Moment,
    kind: &'a str,
    body: ListCounts,
}

#[derive(Serialize)]
struct ListCounts {
    batch: u64,
    day: chrono::NaiveDate,
    part: u32,
    parts: u32,
    declared_rows: Option<u32>,
    rows: usize,
}

impl Trace {
    /// Returns a trace that is hashed, and written to `path` if there is one.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn new(key: TokenKey, path: Option<&Path>) -> std::io::Result<Self> {
        let file = path.map(File::create).transpose()?.map(BufWriter::new);
        Ok(Self {
            tokens: Tokens::new(key),
            hasher: blake3::Hasher::new(),
            block: Vec::with_capacity(2 * BLOCK),
            file,
            failed: None,
            lines: 0,
        })
    }

    /// Writes a message that is handed over.
    pub fn write(&mut self, message: &Envelope<Clear>, at: Moment) {
        // Writing to memory cannot fail, and a message holds nothing that has no JSON form.
        let _ = if let Body::ReportEnrolments(chunk) = &message.body {
            let line = ListLine {
                at,
                id: message.id,
                from: message.from,
                to: message.to,
                sent: message.sent,
                kind: message.body.kind(),
                body: counts(chunk),
            };
            serde_json::to_writer(&mut self.block, &line)
        } else {
            let message = match message.renamed(&mut self.tokens) {
                Ok(message) => message,
                Err(never) => match never {},
            };
            serde_json::to_writer(&mut self.block, &Line { at, message: &message })
        };
        self.block.push(b'\n');
        self.lines += 1;
        if self.block.len() >= BLOCK {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        self.hasher.update(&self.block);
        if let (Some(file), None) = (&mut self.file, &self.failed) {
            self.failed = file.write_all(&self.block).err();
        }
        self.block.clear();
    }

    /// Returns the digest and the number of lines.
    ///
    /// # Errors
    /// When a line could not be written to the file.
    pub fn finish(&mut self) -> std::io::Result<(String, u64)> {
        self.end_block();
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        if let Some(mut file) = self.file.take() {
            file.flush()?;
        }
        Ok((self.hasher.finalize().to_hex().to_string(), self.lines))
    }
}

fn counts(chunk: &ListChunk<Clear>) -> ListCounts {
    ListCounts {
        batch: chunk.batch,
        day: chunk.day,
        part: chunk.part,
        parts: chunk.parts,
        declared_rows: chunk.declared_rows,
        rows: chunk.rows.len(),
    }
}

/// The tokens of everybody, made once each.
struct Tokens {
    key: TokenKey,
    persons: FxHashMap<u64, Token>,
    numbers: FxHashMap<u64, Token>,
    accounts: FxHashMap<Iban, Token>,
    /// The last text sent: the centre hands the same text on to the handset.
    text: Option<(Arc<str>, Token)>,
}

impl Tokens {
    fn new(key: TokenKey) -> Self {
        Self {
            key,
            persons: FxHashMap::default(),
            numbers: FxHashMap::default(),
            accounts: FxHashMap::default(),
            text: None,
        }
    }
}

impl Exchange<Clear, Sealed> for Tokens {
    type Error = Infallible;

    fn person(&mut self, person: &Iin) -> Result<Token, Infallible> {
        let number = person.number();
        let key = &self.key;
        Ok(*self.persons.entry(number).or_insert_with(|| key.token("person", &number.to_be_bytes())))
    }

    fn number(&mut self, number: &Msisdn) -> Result<Token, Infallible> {
        let number = number.number();
        let key = &self.key;
        Ok(*self.numbers.entry(number).or_insert_with(|| key.token("number", &number.to_be_bytes())))
    }

    fn account(&mut self, account: &Iban) -> Result<SealedAccount, Infallible> {
        let key = &self.key;
        let make = || key.token("account", account.as_str().as_bytes());
        let token = *self.accounts.entry(*account).or_insert_with(make);
        Ok(SealedAccount { bank: account.bank(), token })
    }

    fn name(&mut self, name: &FullName) -> Result<Token, Infallible> {
        Ok(self.key.token("name", name.as_str().as_bytes()))
    }

    fn document(&mut self, document: &DocumentNumber) -> Result<Token, Infallible> {
        Ok(self.key.token("document", document.as_str().as_bytes()))
    }

    fn text(&mut self, text: &Arc<str>) -> Result<Token, Infallible> {
        if let Some((last, token)) = &self.text
            && Arc::ptr_eq(last, text)
        {
            return Ok(*token);
        }
        let token = self.key.token("text", text.as_bytes());
        self.text = Some((Arc::clone(text), token));
        Ok(token)
    }

    fn wording(&mut self, wording: &Arc<str>) -> Result<Said, Infallible> {
        Ok(forms::read(wording))
    }
}

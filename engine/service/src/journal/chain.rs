//! The chain of records: each names the hash of the record before it and ends with its own.
//!
//! A hash is over all bytes of the record as stored that stand before it. Whoever stores records links them: the
//! engine gives a record away before it is in the chain.

/// The hash of a record, in the letters in which the record has it.
pub type Hash = [u8; 64];

/// The hash of the record before the first.
pub const NO_HASH: Hash = [b'0'; 64];

const PREV: &[u8] = b",\"prev\":\"";
const HASH: &[u8] = b",\"hash\":\"";

/// From the end of what is hashed to the end of a record: its hash, the quote and the brace after it.
const UNHASHED: usize = HASH.len() + 64 + 2;

/// How many bytes longer a record is once it is linked: the brace is there before.
pub(crate) const LINK: usize = PREV.len() + 64 + 1 + UNHASHED - 1;

/// Appends a record, one JSON object that is not linked yet, to `bytes`, with room for its link.
pub(super) fn append(bytes: &mut Vec<u8>, record: &[u8]) {
    bytes.extend_from_slice(record.strip_suffix(b"}").unwrap_or(record));
    for part in [PREV, &NO_HASH, b"\"", HASH, &NO_HASH, b"\"}"] {
        bytes.extend_from_slice(part);
    }
}

/// Links a record that has room for it to the record before it, whose hash is `prev`; returns its own hash.
pub(super) fn link(record: &mut [u8], prev: &Hash) -> Hash {
    let hashed = record.len() - UNHASHED;
    record[hashed - 65..hashed - 1].copy_from_slice(prev);
    let hash = hash_of(&record[..hashed]);
    record[hashed + HASH.len()..][..64].copy_from_slice(&hash);
    hash
}

/// Returns the hash that a record has, whether or not it is right.
pub(super) fn stored(record: &[u8]) -> Option<Hash> {
    let hashed = record.len().checked_sub(UNHASHED)?;
    record[hashed + HASH.len()..].first_chunk().copied()
}

/// Returns the hash that a record has, if it is that of its bytes.
pub(crate) fn checked(record: &[u8]) -> Option<Hash> {
    stored(record).filter(|stored| hash_of(&record[..record.len() - UNHASHED]) == *stored)
}

fn hash_of(bytes: &[u8]) -> Hash {
    blake3::hash(bytes).to_hex().as_bytes().first_chunk().copied().unwrap_or(NO_HASH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linked_record_names_the_one_before_it_and_ends_with_its_own_hash() {
        let mut record = Vec::new();
        append(&mut record, br#"{"step":1}"#);
        assert_eq!(record.len(), br#"{"step":1}"#.len() + LINK);
        let hash = link(&mut record, &[b'a'; 64]);
        let (prev, own) = ("a".repeat(64), String::from_utf8_lossy(&hash));
        let expected = format!(r#"{{"step":1,"prev":"{prev}","hash":"{own}"}}"#);
        assert_eq!(String::from_utf8_lossy(&record), expected);
        assert_eq!(checked(&record), Some(hash));
        record[8] = b'2';
        assert_eq!((checked(&record), stored(&record)), (None, Some(hash)));
        assert_eq!(checked(b"{}"), None);
    }
}

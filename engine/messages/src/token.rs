//! Tokens: what stands for a person, a number, an account or a name wherever no one may be named.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The letters of a token: base 32 in lower case (RFC 4648, "extended hex"), so that tokens sort as
/// their numbers do and survive a command line.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
const LENGTH: usize = 26;

/// A keyed digest of 128 bits: without the key it tells nothing, not even by trying every
/// IIN. Written as 26 letters and digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Token {
    // Two words and not one of 128 bits: a token then sits in an envelope without padding.
    high: u64,
    low: u64,
}

impl Token {
    /// Returns the token with these bits.
    pub const fn from_bits(bits: u128) -> Self {
        Self { high: (bits >> 64) as u64, low: bits as u64 }
    }

    /// Returns the bits of the token.
    pub const fn bits(self) -> u128 {
        (self.high as u128) << 64 | self.low as u128
    }

    /// Returns the first 128 bits of a hash.
    fn of(hash: &blake3::Hash) -> Self {
        let (half, _) = hash.as_bytes().split_at(16);
        Self::from_bits(half.iter().fold(0, |bits, byte| bits << 8 | u128::from(*byte)))
    }

    /// Writes the 26 characters of the token.
    pub fn write(self, text: &mut [u8; LENGTH]) {
        let mut bits = self.bits();
        for letter in text.iter_mut().rev() {
            *letter = ALPHABET[(bits & 31) as usize];
            bits >>= 5;
        }
    }
}

/// Why a text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token has 26 characters of 0-9 and a-v, the first of 0-7")]
pub struct ParseToken;

impl FromStr for Token {
    type Err = ParseToken;
    fn from_str(text: &str) -> Result<Self, ParseToken> {
        if text.len() != LENGTH {
            return Err(ParseToken);
        }
        let mut bits: u128 = 0;
        for (place, byte) in text.bytes().enumerate() {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'v' => byte - b'a' + 10,
                _ => return Err(ParseToken),
            };
            if place == 0 && digit > 7 {
                return Err(ParseToken);
            }
            bits = bits << 5 | u128::from(digit);
        }
        Ok(Self::from_bits(bits))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; LENGTH];
        self.write(&mut text);
        f.pad(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_u128(self.bits());
        }
        let mut text = [0; LENGTH];
        self.write(&mut text);
        serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return u128::deserialize(deserializer).map(Self::from_bits);
        }
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        text.parse().map_err(|reason| D::Error::custom(format_args!("{text:?}: {reason}")))
    }
}

/// The key that tokens and digests are made with. It lives outside journal and vault; in a plan it
/// is fixed, in production it comes from configuration.
#[derive(Clone)]
pub struct TokenKey([u8; 32]);

impl TokenKey {
    /// Returns the key with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the token of `value` among values of this `kind`: equal values of two kinds have
    /// different tokens.
    pub fn token(&self, kind: &str, value: &[u8]) -> Token {
        let length = kind.len() + 1 + value.len();
        // Identifiers are short: hashed in one go, without the two kilobytes of an incremental hasher.
        let mut short = [0; 96];
        if let Some(input) = short.get_mut(..length) {
            input[..kind.len()].copy_from_slice(kind.as_bytes());
            input[kind.len() + 1..].copy_from_slice(value);
            return Token::of(&blake3::keyed_hash(&self.0, input));
        }
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(kind.as_bytes()).update(&[0]).update(value);
        Token::of(&hasher.finalize())
    }

    /// Returns the key for values of one `kind` alone, for which [`Self::digest`] needs no kind.
    pub fn of_kind(&self, kind: &str) -> Self {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(b"key of ").update(kind.as_bytes());
        Self(*hasher.finalize().as_bytes())
    }

    /// Returns the keyed digest of `content`.
    pub fn digest(&self, content: &[u8]) -> Token {
        Token::of(&blake3::keyed_hash(&self.0, content))
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey(withheld)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_is_never_printed() {
        assert_eq!(format!("{:?}", TokenKey::new([7; 32])), "TokenKey(withheld)");
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in ["", "0", "8vvvvvvvvvvvvvvvvvvvvvvvvv", "wvvvvvvvvvvvvvvvvvvvvvvvvv"] {
            assert_eq!(text.parse::<Token>(), Err(ParseToken), "{text}");
        }
    }

    #[test]
    fn short_and_long_values_are_hashed_alike() {
        let key = TokenKey::new([7; 32]);
        for length in [0, 1, 90, 91, 92, 200] {
            let value = vec![b'x'; length];
            let mut hasher = blake3::Hasher::new_keyed(&[7; 32]);
            hasher.update(b"text").update(&[0]).update(&value);
            assert_eq!(key.token("text", &value), Token::of(&hasher.finalize()), "{length}");
        }
        assert_ne!(key.token("person", b"1"), key.token("number", b"1"));
        assert_ne!(key.of_kind("row").digest(b"1"), key.of_kind("list").digest(b"1"));
    }

    proptest! {
        #[test]
        fn a_token_comes_back_from_its_text_and_sorts_like_it(a: u128, b: u128) {
            let (a, b) = (Token::from_bits(a), Token::from_bits(b));
            prop_assert_eq!(a.to_string().parse::<Token>(), Ok(a));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }
    }
}

//! How long a text is on the air: units and parts of a message (3GPP 23.038 and 23.040).

/// Units of a message in one part and of a part of several: the rest carries the number of the part.
const GSM: (usize, usize) = (160, 153);
const UCS2: (usize, usize) = (70, 67);

/// The letters of the GSM alphabet that take one unit (3GPP 23.038, 6.2.1).
const GSM_LETTERS: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Those of its extension, which take two (6.2.1.1).
const GSM_EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Returns the length of a text in units of UTF-16, the way UCS-2 counts it.
pub fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Returns in how many parts a text is sent: in the GSM alphabet where every letter belongs to it,
/// else in UCS-2, which a single Cyrillic letter brings about. No letter is split between two parts. An
/// empty text is one part.
pub fn segments(text: &str) -> usize {
    match text.chars().map(gsm_units).sum::<Option<usize>>() {
        Some(total) => parts(text.chars().filter_map(gsm_units), total, GSM),
        None => parts(text.chars().map(char::len_utf16), units(text), UCS2),
    }
}

fn gsm_units(letter: char) -> Option<usize> {
    if GSM_LETTERS.contains(letter) {
        Some(1)
    } else if GSM_EXTENSION.contains(letter) {
        Some(2)
    } else {
        None
    }
}

fn parts(letters: impl Iterator<Item = usize>, total: usize, (single, each): (usize, usize)) -> usize {
    if total <= single {
        return 1;
    }
    let (mut parts, mut used) = (1, 0);
    for letter in letters {
        if used + letter > each {
            parts += 1;
            used = 0;
        }
        used += letter;
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_limits_are_those_of_the_standard() {
        for (letter, just, one_more) in [("a", 160, 153), ("я", 70, 67), ("ә", 70, 67)] {
            assert_eq!(segments(&letter.repeat(just)), 1, "{letter}");
            assert_eq!(segments(&letter.repeat(just + 1)), 2, "{letter}");
            assert_eq!(segments(&letter.repeat(2 * one_more)), 2, "{letter}");
            assert_eq!(segments(&letter.repeat(2 * one_more + 1)), 3, "{letter}");
        }
        assert_eq!(segments(""), 1);
    }

    #[test]
    fn one_letter_outside_the_alphabet_changes_it_all() {
        assert_eq!(segments(&format!("{}я", "a".repeat(100))), 2);
        assert_eq!(segments(&"€".repeat(80)), 1);
        assert_eq!(segments(&"€".repeat(81)), 2);
    }

    #[test]
    fn no_letter_is_split() {
        // 153 units leave room for 76 letters of two units each, not for 76 and a half.
        assert_eq!(segments(&"€".repeat(153)), 3);
        assert_eq!(segments(&"😀".repeat(67)), 3);
        assert_eq!(units("Қ😀"), 3);
    }

    proptest! {
        #[test]
        fn a_text_has_as_many_parts_as_its_length_says(text in "[а-яәғқңөұүһі ]{0,400}") {
            let length = units(&text);
            let is_gsm = text.chars().all(|letter| letter == ' ');
            let (single, each) = if is_gsm { GSM } else { UCS2 };
            let expected = if length <= single { 1 } else { length.div_ceil(each) };
            prop_assert_eq!(segments(&text), expected);
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            prop_assert!(segments(&text) >= 1 && units(&text) >= text.chars().count());
        }
    }
}

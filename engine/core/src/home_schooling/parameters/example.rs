//! A law to test with: the values that the scenarios state, publication on 28 February 2024 assumed.

use super::Law;

/// The law as a plan states it, in its own words.
pub(crate) const TEXT: &str = r#"{
    "published": {"value": "2024-02-28", "basis": "assumed"},
    "last_day": "2024-12-31",
    "service_code": {"value": "123", "basis": "assumed"},
    "integrated_banks": ["601", "722", "965", "856", "948", "821", "849", "914", "551", "886"],
    "reply_window_working_days": 3,
    "offer_hour": 9,
    "permitted_from": 9,
    "permitted_to": 21,
    "payment_working_day": 10,
    "payment_hour": 9,
    "rates": [
        {"district": 710000000, "from": "2024-01-01", "unit": "monthly", "mci": 3, "source": "assumed"},
        {"district": 710000000, "from": "2024-07-01", "unit": "quarterly", "mci": 5, "source": "assumed"},
        {"district": 750000000, "from": "2024-03-02", "unit": "monthly", "mci": 4, "source": "assumed"}
    ],
    "mci": [
        {"from": "2025-01-01", "tiyn": 393200, "source": "assumed"},
        {"from": "2024-01-01", "tiyn": 369200, "source": "assumed"}
    ]
}"#;

/// Returns that law.
pub(crate) fn law() -> Law {
    Law::from_json(TEXT).expect("the example is sound")
}

/// Returns that law with one part of its text written otherwise.
pub(crate) fn law_with(part: &str, otherwise: &str) -> Law {
    assert!(TEXT.contains(part), "{part}");
    Law::from_json(&TEXT.replace(part, otherwise)).expect("the example is sound")
}

//! What happens, one small function each, grouped by what it is about. Each file begins with its list:
//! name, what it claims, the rows that it exercises, the function.
//!
//! Each function takes a family of the kind `accepts`, in which nothing is wrong, and changes it through
//! [`Fate`](fate::Fate). Times hit since a hurried family has its first form at the offer hour of the
//! day on which it is listed.

pub(super) mod accounts;
pub(super) mod ages;
pub(super) mod consents;
pub(super) mod fate;
pub(super) mod guardians;
pub(super) mod hand;
pub(super) mod losses;
pub(super) mod numbers;
pub(super) mod offices;
pub(super) mod other_banks;
pub(super) mod refutations;
pub(super) mod registers;
pub(super) mod replies;
pub(super) mod rows;
pub(super) mod slips;
pub(super) mod texts;
pub(super) mod twins;

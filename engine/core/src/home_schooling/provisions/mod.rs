//! The provisions of order 42 that compute something: one rule, one file, its tests at the bottom.

pub mod a_change_of_law_is_sound;
pub mod a_register_is_asked_again;
pub mod a_row_is_complete;
pub mod accounts_choose_the_form;
pub mod an_account_is_chosen;
pub mod kin_are_usable;
pub mod months_are_owed;
pub mod rows_are_versions;
pub mod the_number_is_chosen;
pub mod the_representative_qualifies;
pub mod who_is_excluded;

//! A fold on a thread of its own: what only looks at finished records or messages holds up nobody who makes
//! them.
//!
//! A follower answers nobody. It takes what it is given in the order in which it was given, so what it comes to
//! does not depend on when it comes to it, and virtual time knows nothing of it. Whoever looks at its state waits
//! until everything given is taken.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

/// How much may wait for a follower before whoever gives it more waits instead.
const WAITING: usize = 4;

/// A fold of what it is given into a state. Its thread begins with the first thing given and ends when somebody
/// looks. A panic of the fold is raised again in whoever gives or looks next.
///
/// What the fold leaves of a thing comes back and is dropped where it was made: memory that is taken in one thread
/// and let go of in another makes both wait for the allocator.
pub struct Follower<T, S, R = ()> {
    fold: fn(&mut S, T) -> R,
    /// The state, while nobody folds.
    state: Option<S>,
    away: Option<Away<T, S, R>>,
}

/// A thread that folds.
struct Away<T, S, R> {
    to: SyncSender<T>,
    left: Receiver<R>,
    thread: JoinHandle<S>,
}

impl<T: Send + 'static, S: Send + 'static, R: Send + 'static> Follower<T, S, R> {
    /// Returns a follower that begins with `state`.
    pub const fn new(state: S, fold: fn(&mut S, T) -> R) -> Self {
        Self { fold, state: Some(state), away: None }
    }

    /// Gives it the next thing; waits while four wait already. A way to another thread is worth its price for a
    /// batch, not for one message.
    pub fn give(&mut self, what: T) {
        if let Some(state) = self.state.take() {
            self.away = Some(send_away(state, self.fold));
        }
        let gone = self.away.as_ref().is_none_or(|away| {
            away.left.try_iter().for_each(drop);
            away.to.send(what).is_err()
        });
        if gone {
            // Raises what it panicked with.
            self.look();
        }
    }

    /// Waits until everything given is taken and returns the state.
    pub fn look(&mut self) -> &mut S {
        if let Some(Away { to, left, thread }) = self.away.take() {
            drop(to);
            left.into_iter().for_each(drop);
            self.state = Some(thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        self.state.as_mut().unwrap_or_else(|| lost())
    }

    /// Waits until everything given is taken and returns the state, for good.
    pub fn finish(mut self) -> S {
        self.look();
        self.state.unwrap_or_else(|| lost())
    }
}

/// Somebody goes on with a follower whose panic was raised and caught.
fn lost() -> ! {
    resume_unwind(Box::new("a follower that panicked is used again"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a follower answers nobody: the clock of a world waits for nothing of it"
)]
fn send_away<T, S, R>(mut state: S, fold: fn(&mut S, T) -> R) -> Away<T, S, R>
where
    T: Send + 'static,
    S: Send + 'static,
    R: Send + 'static,
{
    let (to, given) = sync_channel(WAITING);
    let (back, left) = channel();
    let thread = std::thread::spawn(move || {
        for what in given {
            // Nobody takes it back any more only where nobody asks for the state either.
            let _ = back.send(fold(&mut state, what));
        }
        state
    });
    Away { to, left, thread }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn takes_everything_in_order_however_often_it_is_looked_at() {
        let mut follower = Follower::new(Vec::new(), Vec::push);
        assert!(follower.look().is_empty());
        (0..100).for_each(|n| follower.give(n));
        assert_eq!(follower.look().len(), 100);
        (100..200).for_each(|n| follower.give(n));
        assert_eq!(follower.finish(), (0..200).collect::<Vec<_>>());
    }

    #[test]
    fn its_panic_is_raised_in_whoever_gives_or_looks_next() {
        let fold = |sum: &mut u32, n: u32| *sum = sum.checked_sub(n).expect("a sum above zero");
        let raised = |work: &mut dyn FnMut()| catch_unwind(AssertUnwindSafe(work)).is_err();
        let mut follower = Follower::new(3, fold);
        follower.give(4);
        assert!(raised(&mut || {
            follower.look();
        }));
        assert!(raised(&mut || follower.give(1)), "nor is it used again");
        let mut follower = Follower::new(3, fold);
        assert!(raised(&mut || (0..100).for_each(|n| follower.give(n))));
    }
}

//- bad
fn heavy() {}
#[update]
fn work() {
    std::thread::spawn(|| heavy());
  //^^^^^^^^^^^^^^^^^^ error: panics in a canister, which has one thread only
}

//- bad: a pause
use std::thread;
fn pause() { thread::sleep(std::time::Duration::from_secs(1)); }
           //^^^^^^^^^^^^^ error: To go on later, set a timer
#[update]
fn retry() { for _ in 0..3 { pause(); } }

//- threads of rayon
#[update]
fn work() {
    rayon::spawn(heavy);
  //^^^^^^^^^^^^ error: what `rayon::spawn` queues is never done
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build();
             //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: building a pool of others fails
}
fn heavy() {}

//- trap: parallel iterators and pools of the one thread
use rayon::prelude::*;
#[update]
fn work(numbers: Vec<u64>) -> u64 {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    numbers.par_iter().map(|it| it * it).sum()
}

//- good
#[update]
fn work() { ic_cdk::futures::spawn(async { heavy() }); }
#[update]
fn later() { ic_cdk_timers::set_timer(std::time::Duration::from_secs(1), async { heavy() }); }
fn heavy() {}

//- trap: tests and code for hosts
#[cfg(not(target_family = "wasm"))]
fn pause() { std::thread::sleep(std::time::Duration::from_secs(1)); }
#[cfg(target_family = "wasm")]
fn pause() {}
#[update]
fn retry() { pause(); }
#[cfg(test)]
mod tests {
    #[test]
    fn waits() { std::thread::sleep(std::time::Duration::from_secs(1)); }
}

//- trap: `thread_local!` and panics of the thread are fine
thread_local! { static N: Cell<u64> = Cell::new(0); }
#[update]
fn add() -> bool { N.set(N.get() + 1); std::thread::panicking() }

//- trap: functions of its own
mod thread { pub fn spawn(_: fn()) {} }
#[update]
fn work() { thread::spawn(heavy); }
fn heavy() {}

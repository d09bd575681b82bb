//- bound to nothing
struct CallerGuard;
impl CallerGuard { fn new(caller: Principal) -> Result<Self, String> { Err(caller.to_text()) } }
impl Drop for CallerGuard { fn drop(&mut self) { release() } }
#[update]
async fn withdraw() -> Result<(), String> {
    let _ = CallerGuard::new(msg_caller())?;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: The guard of `CallerGuard::new` is dropped at the end of this statement
    pay().await
}

//- a statement of its own
struct Busy;
impl Busy { fn start() -> Option<Busy> { None } }
impl Drop for Busy { fn drop(&mut self) { release() } }
#[update]
fn work() {
    Busy::start().unwrap();
  //^^^^^^^^^^^^^^^^^^^^^^^ error: Bind it to a name
}

//- a function that returns a guard, and the guards of scopeguard
struct Busy;
impl Drop for Busy { fn drop(&mut self) { release() } }
fn lock() -> Busy { Busy }
#[update]
fn work() {
    let _ = lock();
  //^^^^^^^^^^^^^^^ error: protects nothing behind it
    let _ = scopeguard::guard((), |_| release());
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: The guard of `scopeguard::guard`
}

//- a guard of another crate, by its name
use locks::TimerGuard;
#[update]
fn work() {
    _ = TimerGuard::new();
  //^^^^^^^^^^^^^^^^^^^^^^ error: dropped at the end of this statement
}

//- good: it lives until the end of the block
struct CallerGuard;
impl CallerGuard { fn new(caller: Principal) -> Result<Self, String> { Err(caller.to_text()) } }
impl Drop for CallerGuard { fn drop(&mut self) { release() } }
#[update]
async fn withdraw() -> Result<(), String> {
    let _guard = CallerGuard::new(msg_caller())?;
    pay().await
}

//- trap: bound in a pattern
struct CallerGuard;
impl CallerGuard { fn new(caller: Principal) -> Result<Self, String> { Err(caller.to_text()) } }
impl Drop for CallerGuard { fn drop(&mut self) { release() } }
#[update]
fn withdraw() {
    let Ok(_guard) = CallerGuard::new(msg_caller()) else { return };
    if let Ok(_inner) = CallerGuard::new(msg_caller()) { log("inner") }
    let is_free = CallerGuard::new(msg_caller()).is_ok();
    log(is_free);
}

//- trap: no Drop
struct RateGuard;
impl RateGuard { fn new() -> Self { RateGuard } fn check() -> Result<(), String> { Ok(()) } }
#[must_use]
fn count() -> u64 { 3 }
#[update]
fn work() {
    let _ = RateGuard::new();
    let _ = count();
    RateGuard::check().unwrap();
}

//- unpacked, and then bound to nothing
struct Lock;
impl Lock { fn take() -> Result<Self, String> { Ok(Lock) } }
impl Drop for Lock { fn drop(&mut self) {} }
#[update]
async fn pay(ledger: Principal) -> Result<(), String> {
    let _ = match Lock::take() { Ok(guard) => guard, Err(e) => return Err(e) };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: The guard of `Lock::take` is dropped at the end of this statement
    let _ = if let Ok(guard) = Lock::take() { guard } else { return Ok(()) };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: The guard of `Lock::take` is dropped
    Call::bounded_wait(ledger, "pay").await.map(|_| ()).map_err(|e| e.to_string())
}

//- trap: unpacked, and bound to a name; or only asked
struct Lock;
impl Lock { fn take() -> Result<Self, String> { Ok(Lock) } }
impl Drop for Lock { fn drop(&mut self) {} }
#[update]
async fn pay(ledger: Principal) -> Result<(), String> {
    let _guard = match Lock::take() { Ok(guard) => guard, Err(e) => return Err(e) };
    let _ = match Lock::take() { Ok(_) => 1, Err(_) => 2 };
    Call::bounded_wait(ledger, "pay").await.map(|_| ()).map_err(|e| e.to_string())
}

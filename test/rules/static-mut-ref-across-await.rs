//- through a function that returns the reference
fn parse<T>(_: T) -> u64 { 0 }
static mut STATE: Option<State> = None;
struct State { total: u64 }
fn state_mut() -> &'static mut State { unsafe { STATE.as_mut().unwrap() } }
#[update]
async fn add() {
    let state = state_mut();
    let amount = Call::bounded_wait(oracle(), "amount").await;
    state.total += parse(amount);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: This uses a reference into `STATE` that was made before the `await`
}

//- the static itself (ic-cdk 0.17)
fn parse<T>(_: T) -> u64 { 0 }
static mut TOTAL: Total = Total { sum: 0 };
struct Total { sum: u64 }
#[update]
async fn add() {
    let total = unsafe { &mut TOTAL };
    let amount: Result<(u64,), _> = ic_cdk::call(oracle(), "amount", ()).await;
    total.sum += parse(amount);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: undefined behaviour
}

//- good: fetched again
fn parse<T>(_: T) -> u64 { 0 }
static mut STATE: Option<State> = None;
struct State { total: u64 }
fn state_mut() -> &'static mut State { unsafe { STATE.as_mut().unwrap() } }
#[update]
async fn add() {
    let state = state_mut();
    state.total += 1;
    let amount = Call::bounded_wait(oracle(), "amount").await;
    let state = state_mut();
    state.total += parse(amount);
}

//- trap: the await never suspends
static mut STATE: Option<State> = None;
struct State { total: u64 }
fn state_mut() -> &'static mut State { unsafe { STATE.as_mut().unwrap() } }
async fn local() -> u64 { 3 }
#[update]
async fn add() {
    let state = state_mut();
    state.total += local().await;
}

//- trap: tests
static mut STATE: Option<State> = None;
struct State { total: u64 }
fn state_mut() -> &'static mut State { unsafe { STATE.as_mut().unwrap() } }
#[cfg(test)]
async fn add() {
    let state = state_mut();
    Call::bounded_wait(oracle(), "amount").await.ok();
    state.total += 1;
}

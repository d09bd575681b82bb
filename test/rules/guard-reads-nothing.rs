//- it cannot fail
fn is_admin() -> Result<(), String> { Ok(()) }
 //^^^^^^^^ information: The guard `is_admin` cannot fail
#[update(guard = "is_admin")]
fn reset() {}

//- it looks at nothing
fn is_admin() -> Result<(), String> { if 1 > 2 { Ok(()) } else { Err("no".to_string()) } }
 //^^^^^^^^ information: looks at neither the caller nor state
#[query(guard = "is_admin")]
fn read() {}

//- good
fn is_admin() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".to_string()) } }
#[update(guard = "is_admin")]
fn reset() {}

//- trap: another function, state, a variant, no guard
thread_local! { static PAUSED: Cell<bool> = Cell::new(false); }
fn is_admin() -> Result<(), String> { access::check() }
fn is_open() -> Result<(), String> { if PAUSED.get() { Err("paused".to_string()) } else { Ok(()) } }
#[cfg(not(feature = "strict"))]
fn is_user() -> Result<(), String> { Ok(()) }
fn prepare() -> Result<(), String> { Ok(()) }
#[update(guard = "is_admin")]
fn a() { prepare().unwrap() }
#[update(guard = "is_open")]
fn b() {}
#[update(guard = "is_user")]
fn c() {}
